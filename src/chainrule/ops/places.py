"""The gates that find places or answer yes or no: walls, through which no gradient flows."""

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import composition, op, ops
from chainrule.ops.reductions import NO_AXIS, NOTHING, OVER, combined, over_axes


def lower_argsort(m, at, x, axis):
    if axis is None:
        return m.order(0, x(*m.at_flat(at[0], x.shape)))
    return m.order(shapes.normalize_axis(axis, len(x.shape)), x(*at))


def lower_any(m, at, x, axis, keepdims):
    return over_axes(m, "logical_or", at, x.astype(bool), axis, keepdims)


def lower_all(m, at, x, axis, keepdims):
    return over_axes(m, "logical_and", at, x.astype(bool), axis, keepdims)


@op(
    role="wall",
    numpy=np.argmax,
    lower=combined("argmax"),
    shape=shapes.reduced_nonempty,
    dtype=shapes.position,
    tex=r"\operatorname{argmax}_i x_i",
    examples=[case((3, 4)), case((3, 4), axis=0), case((2, 3, 4), axis=-1, keepdims=True)],
    bad=[NO_AXIS, NOTHING],
)
def argmax(g, z, x, axis=None, keepdims=False):
    """The place of the largest entry, the first among equals: a number that jumps."""
    return (None,)


@op(
    role="wall",
    numpy=np.argmin,
    lower=combined("argmin"),
    shape=shapes.reduced_nonempty,
    dtype=shapes.position,
    tex=r"\operatorname{argmin}_i x_i",
    examples=[case((3, 4)), case((3, 4), axis=0), case((2, 3, 4), axis=-1, keepdims=True)],
    bad=[NO_AXIS, NOTHING],
)
def argmin(g, z, x, axis=None, keepdims=False):
    """The place of the smallest entry, the first among equals: a number that jumps."""
    return (None,)


@op(
    role="wall",
    numpy=lambda x, axis: np.argsort(x, axis, kind="stable"),
    lower=lower_argsort,
    same_as=np.argsort,
    shape=shapes.along_axis,
    dtype=shapes.position,
    examples=[case((3, 4)), case((3, 4), axis=0), case((3, 4), axis=None)],
    bad=[NO_AXIS],
)
def argsort(g, z, x, axis=-1):
    """The places of the entries in rising order; equal entries keep their order."""
    return (None,)


@composition(same_as=np.sort)
def sort(x, axis=-1):
    """Return the entries in rising order along an axis; None flattens first.

    >>> sort(np.array([3.0, 1.0, 2.0]))
    array([1., 2., 3.])
    """
    return ops.take_along_axis(x, ops.argsort(x, axis), axis)


@op(
    role="wall",
    numpy=np.any,
    lower=lower_any,
    shape=shapes.reduced,
    dtype=shapes.boolean,
    examples=OVER,
    bad=[NO_AXIS],
)
def any(g, z, x, axis=None, keepdims=False):
    """Whether one entry at least is true (not 0)."""
    return (None,)


@op(
    role="wall",
    numpy=np.all,
    lower=lower_all,
    shape=shapes.reduced,
    dtype=shapes.boolean,
    examples=OVER,
    bad=[NO_AXIS],
)
def all(g, z, x, axis=None, keepdims=False):
    """Whether all entries are true (not 0)."""
    return (None,)
