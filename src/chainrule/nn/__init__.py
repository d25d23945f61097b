"""Nets: modules, layers, initial weights and losses.

model = nn.MLP(64, 128, 10, key=0)                      frozen; the weights come from the key
logits = model(x)                                       evaluates
loss = nn.losses.softmax_cross_entropy(logits, y)       a tensor: loss.backward()
logits, model = nn.apply(model, x, key=1)               trains: dropout, batch statistics
"""

from chainrule.nn import initial, losses, names
from chainrule.nn.activations import (
    CELU,
    ELU,
    GELU,
    SELU,
    Activation,
    HardTanh,
    LeakyReLU,
    LecunTanh,
    LogSoftmax,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
    activation,
)
from chainrule.nn.layers import MLP, Flatten, Linear, Reshape, Sequential
from chainrule.nn.modes import Training, apply, training
from chainrule.nn.module import Module
from chainrule.nn.normal import BatchNorm, LayerNorm
from chainrule.nn.stochastic import Dropout
from chainrule.nn.units import RBF, Maxout

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "MLP",
    "RBF",
    "SELU",
    "Activation",
    "BatchNorm",
    "Dropout",
    "Flatten",
    "HardTanh",
    "LayerNorm",
    "LeakyReLU",
    "LecunTanh",
    "Linear",
    "LogSoftmax",
    "Maxout",
    "Module",
    "PReLU",
    "ReLU",
    "ReLU6",
    "Reshape",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "Tanh",
    "Training",
    "activation",
    "apply",
    "initial",
    "losses",
    "names",
    "training",
]
