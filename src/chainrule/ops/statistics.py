"""The gates that reduce by more than a sum: variances, norms, and the log of a sum of powers."""

import numpy as np

from chainrule.errors import UsageError
from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op, ops, publish
from chainrule.ops.reductions import (
    NO_AXIS,
    OVER,
    as_float,
    count,
    to_winner,
    winners,
    with_axes,
)


def expand_var(x, axis, ddof, keepdims):
    total = ops.sum(ops.square(deviations(x, axis)), axis=axis, keepdims=keepdims)
    n = count(x, axis) - ddof
    return total / (n if n > 0 else 0)


@op(
    role="scaler",
    numpy=np.var,
    expand=expand_var,
    shape=shapes.reduced,
    dtype=shapes.floating,
    tex=r"\frac{1}{n - d}\sum_i (x_i - \bar x)^2",
    examples=[*OVER, case((3, 4), axis=0, ddof=1)],
    bad=[NO_AXIS],
)
def var(g, z, x, axis=None, ddof=0, keepdims=False):
    """Each entry receives 2 (x - mean) / (n - ddof) times the gradient."""
    return (2 * with_axes(g, x, axis) * deviations(x, axis) / (count(x, axis) - ddof),)


@op(
    role="scaler",
    numpy=np.std,
    expand=lambda x, **over: ops.sqrt(expand_var(x, **over)),
    shape=shapes.reduced,
    dtype=shapes.floating,
    tex=r"\sqrt{\frac{1}{n - d}\sum_i (x_i - \bar x)^2}",
    examples=[*OVER, case((3, 4), axis=0, ddof=1)],
    bad=[NO_AXIS],
)
def std(g, z, x, axis=None, ddof=0, keepdims=False):
    """Each entry receives (x - mean) / ((n - ddof) z) times the gradient.

    Where all entries are equal z is 0, the slope has no value, and we take 0, one of the
    subgradients, rather than the NaN of 0 / 0.
    """
    share = with_axes(zero_where_flat(g, z), x, axis)
    return (share * deviations(x, axis) / (count(x, axis) - ddof),)


def deviations(x, axis):
    """Return the distances from the mean."""
    return x - ops.mean(x, axis=axis, keepdims=True)


def zero_where_flat(g, z):
    """Return g / z, and 0 where z is 0."""
    flat = ops.equal(z, 0)
    return ops.where(flat, 0, g / ops.where(flat, 1, z))


def log_sum_exp(x, axis=None, keepdims=False):
    """Return log(sum(exp(x))) after taking the largest entry out of the sum."""
    x = np.asarray(x, dtype=shapes.floating(np.asarray(x).dtype))
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, x.dtype.type(0))
    with np.errstate(divide="ignore", over="ignore"):
        total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total.reshape(shapes.reduced(x.shape, axis, keepdims))[()]


def expand_logsumexp(x, axis, keepdims):
    x = as_float(x)
    if 0 in x.shape:
        return ops.log(ops.sum(x, axis=axis, keepdims=keepdims))
    top = ops.max(x, axis=axis, keepdims=True)
    top = ops.where(ops.isfinite(top), top, 0)
    total = ops.log(ops.sum(ops.exp(x - top), axis=axis, keepdims=True)) + top
    return ops.reshape(total, shapes.reduced(x.shape, axis, keepdims))


@op(
    role="scaler",
    numpy=log_sum_exp,
    expand=expand_logsumexp,
    shape=shapes.reduced,
    dtype=shapes.floating,
    tex=r"\log \sum_i e^{x_i}",
    examples=OVER,
    bad=[NO_AXIS],
)
def logsumexp(g, z, x, axis=None, keepdims=False):
    """Each entry receives its softmax weight exp(x - z) times the gradient.

    Entries of -inf weigh 0, also where all are -inf; +inf gives NaN.
    """
    z = with_axes(z, x, axis)
    weight = ops.exp(x - ops.where(ops.equal(z, -np.inf), 0, z))
    return (with_axes(g, x, axis) * weight,)


def arrange_norm(x, ord=None, axis=None, keepdims=False):
    """Allow the norms of vectors, and of a matrix only the Frobenius norm."""
    if ord not in (None, "fro", 1, 2, np.inf):
        raise UsageError(f"norm has no ord={ord!r}", hint="ord: None or 2, 1, inf")
    shape = shapes.of(x)
    several = len(shape) != 1 if axis is None else not isinstance(axis, int) and len(axis) != 1
    if several and ord not in (None, "fro"):
        raise shapes.Mismatch(
            f"ord={ord} is a norm of vectors, and of another kind for matrices",
            "name one axis, or leave ord out for the root of the sum of squares",
        ).named("norm", [shape])
    return (x,), {"ord": 2 if ord in (None, "fro") else ord, "axis": axis, "keepdims": keepdims}


def vector_norm(x, ord, axis, keepdims):
    """Return the norm as floats."""
    x = np.asarray(x, dtype=shapes.floating(np.asarray(x).dtype))
    return np.linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=ord)


def expand_norm(x, ord, axis, keepdims):
    x = as_float(x)
    if ord == 2:
        return ops.sqrt(ops.sum(ops.square(x), axis=axis, keepdims=keepdims))
    combine = ops.sum if ord == 1 or 0 in x.shape else ops.max  # nothing is as large as 0
    return combine(ops.abs(x), axis=axis, keepdims=keepdims)


@op(
    role="scaler",
    numpy=vector_norm,
    expand=expand_norm,
    same_as=np.linalg.norm,
    public="linalg.norm",
    shape=shapes.reduced,
    dtype=shapes.floating,
    arrange=arrange_norm,
    tex=r"\lVert x \rVert",
    kinks=lambda x, ord=2, axis=None, **_: norm_winner(x, ord, axis),
    examples=[
        *OVER,
        case((3, 4), ord=1, axis=0),
        case((5,), ord=np.inf),
        case((3, 4), ord=2, axis=-1),
    ],
    bad=[
        case((3, 4), axis=2, says="axis 2 is out of range"),
        case((3, 4), ord=2, says="norm of (3, 4): ord=2 is a norm of vectors"),
        case((3,), ord=3, says="norm has no ord=3"),
    ],
)
def norm(g, z, x, ord=2, axis=None, keepdims=False):
    """ord 2 (the default): x / z times the gradient; 1: its sign; inf: its sign at the largest.

    At 0 we take 0.
    """
    if ord == np.inf:
        return (to_winner(g, x, axis, lambda r, axis: ops.argmax(ops.abs(r), axis)) * ops.sign(x),)
    g = with_axes(g if ord == 1 else zero_where_flat(g, z), x, axis)
    return (g * (ops.sign(x) if ord == 1 else x),)


publish("norm", norm, None)


def norm_winner(x, ord, axis):
    """Return what jumps at a kink of the norm: signs, and for inf the place of the largest."""
    x = np.asarray(x)
    if ord == np.inf:
        return winners(np.abs(x), axis, np.argmax)
    return np.sign(x) if ord == 1 else np.zeros(())
