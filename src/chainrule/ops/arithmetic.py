"""The gates of arithmetic: sums, products, quotients, powers, signs."""

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op, ops

CLASH = [case((2, 3), (4, 3), says="of (2, 3) and (4, 3): the shapes do not broadcast")]


@op(
    role="distributor",
    formula=lambda m, x, y: x + y,
    numpy=np.add,
    shape=shapes.broadcast,
    symbol="+",
    bad=CLASH,
)
def add(g, z, x, y):
    """Each input receives the upstream gradient unchanged."""
    return g, g


@op(
    role="distributor",
    formula=lambda m, x, y: x - y,
    numpy=np.subtract,
    shape=shapes.broadcast,
    symbol="-",
    bad=CLASH,
)
def subtract(g, z, x, y):
    """The first input receives the upstream gradient, the second its negative."""
    return g, -g


@op(
    role="switcher",
    formula=lambda m, x, y: x * y,
    numpy=np.multiply,
    shape=shapes.broadcast,
    symbol="*",
    bad=CLASH,
)
def multiply(g, z, x, y):
    """Each input receives the upstream gradient times the *other* input."""
    return g * y, g * x


@op(
    role="switcher",
    formula=lambda m, x, y: x / y,
    numpy=np.divide,
    shape=shapes.broadcast,
    symbol="/",
    domain=((-2.0, 2.0), (0.5, 2.0)),
    bad=CLASH,
)
def divide(g, z, x, y):
    """The numerator receives g / y, the denominator -g z / y."""
    share = g / y
    return share, -share * z


@op(
    role="scaler",
    formula=lambda m, x: -x,
    numpy=np.negative,
    shape=shapes.broadcast,
    symbol="-",
)
def negative(g, z, x):
    """The local gradient is -1."""
    return (-g,)


@op(
    role="distributor",
    formula=lambda m, x: x,
    numpy=np.positive,
    shape=shapes.broadcast,
    symbol="+",
)
def positive(g, z, x):
    """The value itself: the upstream gradient passes unchanged."""
    return (g,)


@op(
    role="switcher",
    formula=lambda m, x, y: x**y,
    numpy=np.power,
    shape=shapes.broadcast,
    symbol="^",
    domain=((0.3, 2.0), (-2.0, 2.0)),
    bad=CLASH,
)
def power(g, z, x, y):
    """The base receives g y x^(y-1), the exponent g z log x.

    The exponent's share is 0 at base 0 and NaN below, where powers are defined at integers only.
    """
    flat = ops.equal(y, 0)
    base = ops.where(flat, 0, y * ops.power(x, ops.where(flat, 1, y) - 1))
    positive = ops.greater(x, 0)
    beyond = ops.where(ops.equal(x, 0), 0, np.nan)
    grow = ops.where(positive, ops.log(ops.where(positive, x, 1)), beyond)
    return g * base, g * z * grow


@op(
    role="scaler",
    formula=lambda m, x: x * x,
    numpy=np.square,
    shape=shapes.broadcast,
    tex="x^2",
    symbol="^2",
)
def square(g, z, x):
    """The local gradient is 2x."""
    return (g * 2 * x,)


@op(
    role="scaler",
    formula=lambda m, x: m.sqrt(x),
    numpy=np.sqrt,
    shape=shapes.broadcast,
    domain=(0.3, 3.0),
)
def sqrt(g, z, x):
    """The local gradient is 1 / (2 sqrt(x)); infinite at 0."""
    return (g * 0.5 / z,)


@op(
    role="scaler",
    formula=lambda m, x: 1 / x,
    numpy=lambda x: np.true_divide(1, x),
    same_as=np.reciprocal,
    shape=shapes.broadcast,
    symbol="1/x",
    domain=(0.4, 2.0),
)
def reciprocal(g, z, x):
    """The local gradient is -1 / x^2, which is -z^2. Integers give floats, as `1 / x` does."""
    return (-g * z * z,)


@op(
    role="scaler",
    formula=lambda m, x: m.abs(x),
    numpy=np.abs,
    shape=shapes.broadcast,
    kinks=np.sign,
)
def abs(g, z, x):
    """The local gradient is the sign of x; we take 0 at 0."""
    return (g * ops.sign(x),)


@op(
    role="wall",
    formula=lambda m, x: m.sign(x),
    numpy=np.sign,
    shape=shapes.broadcast,
    kinks=np.sign,
)
def sign(g, z, x):
    """Flat on both sides of 0: no gradient."""
    return (None,)


def lower_remainder(m, at, x, y):
    return m.remainder(as_number(x).along(at), as_number(y).along(at))


def as_number(x):
    """Return booleans as the integers that they count as."""
    return x.astype(np.int64) if x.dtype == bool else x


@op(
    role="mixer",
    numpy=np.remainder,
    lower=lower_remainder,
    shape=shapes.broadcast,
    tex=r"x \bmod y",
    symbol="%",
    domain=((-2.0, 2.0), (0.5, 2.0)),
    kinks=np.floor_divide,
    bad=CLASH,
)
def remainder(g, z, x, y):
    """x - floor(x/y) y, with the sign of y: x receives g, y receives -g floor(x/y)."""
    return g, -g * ops.floor(x / y)
