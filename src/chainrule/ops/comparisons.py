"""The gates that tell true from false: comparisons and logic. No gradient passes them."""

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op

CLASH = [case((2, 3), (4, 3), says="of (2, 3) and (4, 3): the shapes do not broadcast")]


# Comparing ---------------------------------------------------------------------------------------


@op(
    role="wall",
    formula=lambda m, x, y: m.equal(x, y),
    numpy=np.equal,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    symbol="==",
    kinks=np.equal,
    bad=CLASH,
)
def equal(g, z, x, y):
    """True or false: no gradient. NaN equals nothing, itself included."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x, y: m.not_equal(x, y),
    numpy=np.not_equal,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    symbol="!=",
    kinks=np.not_equal,
    bad=CLASH,
)
def not_equal(g, z, x, y):
    """True or false: no gradient. NaN differs from everything, itself included."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x, y: x < y,
    numpy=np.less,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    symbol="<",
    kinks=np.less,
    bad=CLASH,
)
def less(g, z, x, y):
    """True or false: no gradient. False beside a NaN."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x, y: x <= y,
    numpy=np.less_equal,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    symbol="<=",
    kinks=np.less_equal,
    bad=CLASH,
)
def less_equal(g, z, x, y):
    """True or false: no gradient. False beside a NaN."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x, y: x > y,
    numpy=np.greater,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    symbol=">",
    kinks=np.greater,
    bad=CLASH,
)
def greater(g, z, x, y):
    """True or false: no gradient. False beside a NaN."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x, y: x >= y,
    numpy=np.greater_equal,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    symbol=">=",
    kinks=np.greater_equal,
    bad=CLASH,
)
def greater_equal(g, z, x, y):
    """True or false: no gradient. False beside a NaN."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x: m.abs(x) < m.inf,
    numpy=np.isfinite,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
)
def isfinite(g, z, x):
    """Neither infinite nor NaN: true or false, no gradient."""
    return (None,)


@op(
    role="wall",
    formula=lambda m, x: m.not_equal(x, x),
    numpy=np.isnan,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
)
def isnan(g, z, x):
    """Not a number: true or false, no gradient."""
    return (None,)


@op(
    role="wall",
    formula=lambda m, x: m.equal(m.abs(x), m.inf),
    numpy=np.isinf,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
)
def isinf(g, z, x):
    """Infinite, of either sign: true or false, no gradient."""
    return (None,)


# Logic -------------------------------------------------------------------------------------------


@op(
    role="wall",
    formula=lambda m, x, y: m.logical_and(x, y),
    numpy=np.logical_and,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    domain=bool,
    tex=r"x \wedge y",
    symbol="and",
    bad=CLASH,
)
def logical_and(g, z, x, y):
    """Both are non-zero: true or false, no gradient."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x, y: m.logical_or(x, y),
    numpy=np.logical_or,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    domain=bool,
    tex=r"x \vee y",
    symbol="or",
    bad=CLASH,
)
def logical_or(g, z, x, y):
    """At least one is non-zero: true or false, no gradient."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x, y: m.not_equal(m.not_equal(x, 0), m.not_equal(y, 0)),
    numpy=np.logical_xor,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    domain=bool,
    tex=r"x \oplus y",
    symbol="xor",
    bad=CLASH,
)
def logical_xor(g, z, x, y):
    """Exactly one is non-zero: true or false, no gradient."""
    return None, None


@op(
    role="wall",
    formula=lambda m, x: m.logical_not(x),
    numpy=np.logical_not,
    shape=shapes.broadcast,
    dtype=shapes.boolean,
    domain=bool,
    tex=r"\neg x",
    symbol="not",
)
def logical_not(g, z, x):
    """Zero: true or false, no gradient."""
    return (None,)
