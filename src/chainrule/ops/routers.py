"""The gates that choose, where, maximum and clip; and those that set a constant or a dtype."""

import numpy as np

from chainrule.errors import DtypeError, nearest
from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op, ops

CLASH = [case((2, 3), (4, 3), says="of (2, 3) and (4, 3): the shapes do not broadcast")]


# Choosing ----------------------------------------------------------------------------------------


@op(
    role="router",
    formula=lambda m, condition, x, y: m.where(condition, x, y),
    numpy=np.where,
    shape=shapes.broadcast,
    domain=(bool, (-2.0, 2.0), (-2.0, 2.0)),
    bad=[case((3,), (2, 3), (4,), says="of (3,) and (2, 3) and (4,): the shapes do not broadcast")],
)
def where(g, z, condition, x, y):
    """Each entry's gradient goes to the input that was taken; the condition receives none."""
    return None, ops.where(condition, g, 0), ops.where(condition, 0, g)


@op(
    role="router",
    formula=lambda m, x, y: m.maximum(x, y),
    numpy=np.maximum,
    shape=shapes.broadcast,
    symbol="max",
    kinks=np.less,
    bad=CLASH,
)
def maximum(g, z, x, y):
    """The larger input receives the upstream gradient, the other zero.

    At a tie the *first* input receives it all. A NaN in either input is passed on, with the
    gradient going to the first.
    """
    second = ops.less(x, y)
    return ops.where(second, 0, g), ops.where(second, g, 0)


@op(
    role="router",
    formula=lambda m, x, y: m.minimum(x, y),
    numpy=np.minimum,
    shape=shapes.broadcast,
    symbol="min",
    kinks=np.greater,
    bad=CLASH,
)
def minimum(g, z, x, y):
    """The smaller input receives the upstream gradient, the other zero.

    At a tie the *first* input receives it all. A NaN in either input is passed on, with the
    gradient going to the first.
    """
    second = ops.greater(x, y)
    return ops.where(second, 0, g), ops.where(second, g, 0)


def open_ended(x, a_min=None, a_max=None):
    """Put the lowest and the highest number there is in the place of bounds that are None."""
    kind = np.dtype(x.dtype) if hasattr(x, "dtype") else np.asarray(x).dtype
    whole = np.iinfo(kind) if kind.kind in "iu" else None
    lowest, highest = (whole.min, whole.max) if whole else (-np.inf, np.inf)
    low = lowest if a_min is None else a_min
    high = highest if a_max is None else a_max
    return (x, low, high), {}


@op(
    role="router",
    formula=lambda m, x, a_min, a_max: m.minimum(m.maximum(x, a_min), a_max),
    numpy=np.clip,
    shape=shapes.broadcast,
    tex=r"\min(\max(x, a_{\min}), a_{\max})",
    domain=((-2.0, 2.0), (-1.5, -0.5), (0.5, 1.5)),
    kinks=lambda x, low, high: np.where(np.maximum(x, low) > high, 1, np.where(x < low, -1, 0)),
    examples=[case((3, 4), -0.5, None), case((3, 4), None, 0.5), case((2, 3), (3,), (2, 1))],
    bad=[case((2, 3), (4,), 1.0, says="of (2, 3) and (4,) and (): the shapes do not broadcast")],
    arrange=open_ended,
)
def clip(g, z, x, a_min, a_max):
    """Inside the bounds the input receives the upstream gradient, beyond one that bound does.

    On a bound it goes to the input. A bound may be None (open), a number or an array. Where
    `a_min > a_max` the result is `a_max`, as in NumPy. A NaN is passed on.
    """
    over = ops.greater(ops.maximum(x, a_min), a_max)
    under = ops.less(x, a_min)
    kept = ops.where(over, 0, g)
    return ops.where(under, 0, kept), ops.where(under, kept, 0), ops.where(over, g, 0)


# Constants and types -----------------------------------------------------------------------------


def chosen(x, dtype=None):
    """Return the dtype that was asked for, by default the input's."""
    return np.dtype(dtype) if dtype else np.result_type(x)


@op(
    role="wall",
    numpy=np.ones_like,
    lower=lambda m, at, x, dtype: m.number(1),
    shape=shapes.broadcast,
    dtype=chosen,
    tex="1",
)
def ones_like(g, z, x, dtype=None):
    """Ones of the input's shape and, unless another is given, dtype: no gradient."""
    return (None,)


@op(
    role="wall",
    numpy=np.zeros_like,
    lower=lambda m, at, x, dtype: m.number(0),
    shape=shapes.broadcast,
    dtype=chosen,
    tex="0",
)
def zeros_like(g, z, x, dtype=None):
    """Zeros of the input's shape and, unless another is given, dtype: no gradient."""
    return (None,)


def by_name(x, dtype):
    """Turn a dtype into its name, or say that there is none such."""
    try:
        return (x,), {"dtype": np.dtype(dtype).name}
    except TypeError:
        hint = nearest(str(dtype), ["float32", "float64", "int32", "int64", "bool"])
        raise DtypeError(f"astype: there is no dtype {dtype!r}", hint=hint) from None


@op(
    role="distributor",
    numpy=lambda x, dtype: np.asarray(x).astype(dtype)[()],
    same_as=getattr(np, "astype", None),  # since NumPy 2.1
    lower=lambda m, at, x, dtype: m.cast(x(*at), dtype),
    shape=shapes.same,
    dtype=shapes.named,
    tex="x",
    examples=[case((2, 3), "float64"), case((2, 3), "float32")],
    bad=[case((2, 3), "flaot32", says="astype: there is no dtype 'flaot32'")],
    arrange=by_name,
)
def astype(g, z, x, dtype="float64"):
    """The gradient passes unchanged, in the input's own dtype. Integers and booleans are a wall."""
    return (g if np.dtype(dtype).kind == "f" else None,)
