"""Every activation as a layer, derived from the function of the same name.

A layer's settings are the function's attributes, with their defaults: `LeakyReLU(slope=0.1)` is
`leaky_relu(x, slope=0.1)`.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, ClassVar

import numpy as np

from chainrule.eager.tensor import Tensor, tensor
from chainrule.errors import UsageError, nearest
from chainrule.graph.registry import FUNCTIONS, ops
from chainrule.nn.module import Module

RECTIFIERS = ("relu", "leaky_relu", "relu6", "elu", "celu", "gelu", "silu", "softplus", "prelu")


class Activation(Module):
    """A layer without parameters: one function, applied to (..., n), giving the same shape."""

    function: ClassVar[str] = ""

    def __call__(self, x: Any) -> Any:
        settings = {f.name: getattr(self, f.name) for f in fields(self)}
        return FUNCTIONS[self.function](x, **settings)


BY_FUNCTION: dict[str, Callable[[], Any]] = {}  # name of the function -> its layer


def layer(name: str, function: str) -> type[Activation]:
    """Return the layer called `name` of an activation function."""
    found = FUNCTIONS[function]
    settings = dict(found.defaults)
    body = {
        **settings,
        "__annotations__": {setting: type(value) for setting, value in settings.items()},
        "__doc__": f"`{function}` as a layer, (..., n) to (..., n).\n\n{found.__doc__}",
        "__module__": __name__,
        "function": function,
    }
    made: type[Activation] = type(name, (Activation,), body)
    BY_FUNCTION[function] = made
    return made


CELU = layer("CELU", "celu")
ELU = layer("ELU", "elu")
GELU = layer("GELU", "gelu")
HardTanh = layer("HardTanh", "hardtanh")
LeakyReLU = layer("LeakyReLU", "leaky_relu")
LecunTanh = layer("LecunTanh", "lecun_tanh")
LogSoftmax = layer("LogSoftmax", "log_softmax")
ReLU = layer("ReLU", "relu")
ReLU6 = layer("ReLU6", "relu6")
SELU = layer("SELU", "selu")
SiLU = layer("SiLU", "silu")
Sigmoid = layer("Sigmoid", "sigmoid")
Softmax = layer("Softmax", "softmax")
Softplus = layer("Softplus", "softplus")
Softsign = layer("Softsign", "softsign")
Tanh = layer("Tanh", "tanh")


class PReLU(Module):
    """A leaky rectifier whose slope is learnt: ``x`` where x > 0, ``slope x`` elsewhere.

    Takes (..., n) and keeps the shape.

    Args:
        features: n for a slope each, or None for one slope.
        slope: where the slopes start.

    >>> PReLU(slope=0.5)(np.array([-2.0, 2.0])).tolist()
    [-1.0, 2.0]

    Source: He, Zhang, Ren, Sun (2015), Delving Deep into Rectifiers.
    """

    slope: Tensor

    def __init__(
        self, features: int | None = None, *, slope: float = 0.25, dtype: Any = np.float32
    ) -> None:
        self.slope = tensor(np.full(() if features is None else (features,), slope, dtype))

    def __call__(self, x: Any) -> Any:
        return ops.prelu(x, self.slope)


BY_FUNCTION["prelu"] = PReLU


def activation(name: str) -> Any:
    """Return the layer for an activation's name, such as "relu".

    Raises `UsageError` with the nearest name when there is none.

    >>> activation("tanh")
    Tanh  [0 parameters]
    """
    if name not in BY_FUNCTION:
        raise UsageError(f"unknown activation {name!r}", hint=nearest(name, BY_FUNCTION))
    return BY_FUNCTION[name]()
