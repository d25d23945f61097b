"""The elementary functions: exponentials, trigonometry, rounding, and the special functions."""

import math

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op, ops

CLASH = [case((2, 3), (4, 3), says="of (2, 3) and (4, 3): the shapes do not broadcast")]
POSITIVE = (0.3, 3.0)


# Exponentials and logarithms ---------------------------------------------------------------------


@op(
    role="scaler",
    formula=lambda m, x: m.exp(x),
    numpy=np.exp,
    shape=shapes.broadcast,
    symbol="exp",
)
def exp(g, z, x):
    """The local gradient is the output itself."""
    return (g * z,)


@op(
    role="scaler",
    formula=lambda m, x: m.expm1(x),
    numpy=np.expm1,
    shape=shapes.broadcast,
    tex="e^{x} - 1",
)
def expm1(g, z, x):
    """exp(x) - 1, exact near 0. The local gradient is z + 1."""
    return (g * (z + 1),)


@op(
    role="scaler",
    formula=lambda m, x: m.log(x),
    numpy=np.log,
    shape=shapes.broadcast,
    domain=POSITIVE,
)
def log(g, z, x):
    """The local gradient is 1/x. The value is -inf at 0 and NaN below."""
    return (g / x,)


@op(
    role="scaler",
    formula=lambda m, x: m.log1p(x),
    numpy=np.log1p,
    shape=shapes.broadcast,
    tex=r"\log(1 + x)",
    domain=(-0.7, 2.0),
)
def log1p(g, z, x):
    """log(1 + x), exact near 0. The local gradient is 1 / (1 + x)."""
    return (g / (1 + x),)


@op(
    role="scaler",
    formula=lambda m, x: m.log2(x),
    numpy=np.log2,
    shape=shapes.broadcast,
    tex=r"\log_2(x)",
    domain=POSITIVE,
)
def log2(g, z, x):
    """The local gradient is 1 / (x log 2)."""
    return (g / (x * math.log(2)),)


@op(
    role="scaler",
    formula=lambda m, x: m.log10(x),
    numpy=np.log10,
    shape=shapes.broadcast,
    tex=r"\log_{10}(x)",
    domain=POSITIVE,
)
def log10(g, z, x):
    """The local gradient is 1 / (x log 10)."""
    return (g / (x * math.log(10)),)


@op(
    role="switcher",
    formula=lambda m, x, y: m.where(
        m.equal(x, y),
        x + math.log(2),  # also at equal infinities
        m.maximum(x, y) + m.log1p(m.exp(-m.abs(x - y))),
    ),
    numpy=np.logaddexp,
    shape=shapes.broadcast,
    tex=r"\log(e^{x} + e^{y})",
    bad=CLASH,
)
def logaddexp(g, z, x, y):
    """Each input receives its share of the sum, exp(x - z) and exp(y - z); the shares add to 1."""
    return g * ops.exp(x - z), g * ops.exp(y - z)


# Trigonometry ------------------------------------------------------------------------------------


@op(
    role="scaler",
    formula=lambda m, x: m.sin(x),
    numpy=np.sin,
    shape=shapes.broadcast,
)
def sin(g, z, x):
    """The local gradient is cos x."""
    return (g * ops.cos(x),)


@op(
    role="scaler",
    formula=lambda m, x: m.cos(x),
    numpy=np.cos,
    shape=shapes.broadcast,
)
def cos(g, z, x):
    """The local gradient is -sin x."""
    return (-g * ops.sin(x),)


@op(
    role="scaler",
    formula=lambda m, x: m.tan(x),
    numpy=np.tan,
    shape=shapes.broadcast,
    domain=(-1.2, 1.2),
)
def tan(g, z, x):
    """The local gradient is 1 + z^2."""
    return (g * (1 + z * z),)


@op(
    role="scaler",
    formula=lambda m, x: m.arcsin(x),
    numpy=np.arcsin,
    shape=shapes.broadcast,
    domain=(-0.9, 0.9),
)
def arcsin(g, z, x):
    """The local gradient is 1 / sqrt(1 - x^2); infinite at -1 and 1, the ends of the domain."""
    return (g / ops.sqrt((1 - x) * (1 + x)),)


@op(
    role="scaler",
    formula=lambda m, x: m.arccos(x),
    numpy=np.arccos,
    shape=shapes.broadcast,
    domain=(-0.9, 0.9),
)
def arccos(g, z, x):
    """The local gradient is -1 / sqrt(1 - x^2); infinite at -1 and 1, the ends of the domain."""
    return (-g / ops.sqrt((1 - x) * (1 + x)),)


@op(
    role="scaler",
    formula=lambda m, x: m.arctan(x),
    numpy=np.arctan,
    shape=shapes.broadcast,
)
def arctan(g, z, x):
    """The local gradient is 1 / (1 + x^2)."""
    return (g / (1 + x * x),)


@op(
    role="switcher",
    formula=lambda m, y, x: m.arctan2(y, x),
    numpy=np.arctan2,
    shape=shapes.broadcast,
    domain=((-2.0, 2.0), (0.4, 2.0)),
    bad=CLASH,
)
def arctan2(g, z, y, x):
    """The angle of the point (x, y): y receives g x / r^2, x receives -g y / r^2.

    The angle jumps from pi to -pi across the negative x axis, where the slope is still right.
    """
    share = g / (x * x + y * y)
    return share * x, -share * y


@op(
    role="scaler",
    formula=lambda m, x: m.sinh(x),
    numpy=np.sinh,
    shape=shapes.broadcast,
)
def sinh(g, z, x):
    """The local gradient is cosh x."""
    return (g * ops.cosh(x),)


@op(
    role="scaler",
    formula=lambda m, x: m.cosh(x),
    numpy=np.cosh,
    shape=shapes.broadcast,
)
def cosh(g, z, x):
    """The local gradient is sinh x."""
    return (g * ops.sinh(x),)


@op(
    role="scaler",
    formula=lambda m, x: m.tanh(x),
    numpy=np.tanh,
    shape=shapes.broadcast,
    symbol="tanh",
)
def tanh(g, z, x):
    """The local gradient is 1 - z^2, at most 1: it vanishes where the output nears -1 or 1."""
    return (g * (1 - z * z),)


# Rounding ----------------------------------------------------------------------------------------


@op(
    role="wall",
    formula=lambda m, x: m.floor(x),
    numpy=np.floor,
    shape=shapes.broadcast,
    tex=r"\lfloor x \rfloor",
    kinks=np.floor,
)
def floor(g, z, x):
    """Flat between the integers: no gradient."""
    return (None,)


@op(
    role="wall",
    formula=lambda m, x: m.ceil(x),
    numpy=np.ceil,
    shape=shapes.broadcast,
    tex=r"\lceil x \rceil",
    kinks=np.ceil,
)
def ceil(g, z, x):
    """Flat between the integers: no gradient."""
    return (None,)


@op(
    role="wall",
    formula=lambda m, x, decimals: m.rint(x * 10.0**decimals) / 10.0**decimals,
    numpy=np.round,
    shape=shapes.broadcast,
    tex=r"\mathrm{round}(x)",
    kinks=np.round,
    examples=[case((2, 3)), case((2, 3), decimals=1)],
)
def round(g, z, x, decimals=0):
    """Round to `decimals` digits, ties to even. Flat between the steps: no gradient."""
    return (None,)
