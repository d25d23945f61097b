"""Optimizers: update rules, schedules for their rate, clipping.

optimizer = optim.Adam(rate=optim.Cosine(rate=1e-3, steps=1000), clip_norm=1.0)
state = optimizer.init(model)
model, state = optimizer.update(model, grads, state)
"""

from chainrule.optim.clipping import clip_by_norm, clip_by_value, global_norm
from chainrule.optim.first_order import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
)
from chainrule.optim.rule import Rule
from chainrule.optim.schedules import (
    Constant,
    Cosine,
    ExponentialDecay,
    InverseTime,
    Plateau,
    Schedule,
    StepDecay,
    WarmUp,
)

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Constant",
    "Cosine",
    "ExponentialDecay",
    "InverseTime",
    "Momentum",
    "Nesterov",
    "Plateau",
    "RMSprop",
    "Rprop",
    "Rule",
    "Schedule",
    "StepDecay",
    "WarmUp",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
]
