"""The gates that multiply and add: matrix products, and Einstein's summation."""

import math

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.place import broadcast
from chainrule.graph.registry import composition, op, ops


def lower_matmul(m, at, x, y):
    """Sum products along a row of x and a column of y; vectors act as a row and a column."""
    rows, columns = len(x.shape) > 1, len(y.shape) > 1
    batch = at[: len(at) - rows - columns]
    row = at[len(batch) : len(batch) + rows]
    column = at[len(batch) + rows :]
    in_x, in_y = broadcast(batch, x.shape[:-2]), broadcast(batch, y.shape[:-2])
    return m.sum(x.shape[-1:], lambda k: x(*in_x, *row, k) * y(*in_y, k, *column))


@op(
    role="mixer",
    numpy=np.matmul,
    lower=lower_matmul,
    shape=shapes.matmul,
    dtype=shapes.promoted,
    tex=r"x\,y",
    symbol="@",
    examples=[
        case((3, 4), (4, 2)),
        case((4,), (4,)),
        case((4,), (4, 2)),
        case((3, 4), (4,)),
        case((4,), (2, 4, 3)),
        case((2, 3, 4), (4,)),
        case((2, 3, 4), (4, 2)),
        case((5, 1, 3, 4), (2, 4, 2)),
    ],
    bad=[
        case((3, 4), (3, 4), says="matmul of (3, 4) and (3, 4): the inner sizes differ, 4 and 3"),
        case((3,), (), says="matmul takes arrays, not scalars"),
        case((2, 3, 4), (3, 4, 5), says="the shapes do not broadcast"),
    ],
)
def matmul(g, z, x, y):
    """The left input receives g y^T, the right one x^T g. Vectors act as a row and a column."""
    if len(x.shape) == 2 == len(y.shape):
        return g @ y.T, x.T @ g
    rows, columns = len(x.shape) > 1, len(y.shape) > 1
    left = x if rows else ops.expand_dims(x, 0)
    right = y if columns else ops.expand_dims(y, 1)
    g = g if rows and columns else widened(g, rows, columns)
    for_x = g @ flipped(right)
    if len(right.shape) == 2 < len(left.shape):  # one product instead of a sum over the batch
        left, g = rows_of(left), rows_of(g)
    for_y = flipped(left) @ g
    return (
        for_x if rows else ops.squeeze(for_x, -2),
        for_y if columns else ops.squeeze(for_y, -1),
    )


def flipped(x):
    """Exchange rows and columns, on the shortest way for a single matrix."""
    return x.T if len(x.shape) == 2 else ops.matrix_transpose(x)


def widened(g, rows, columns):
    """Give g the axes that a vector on the left or on the right has not got."""
    g = g if columns else ops.expand_dims(g, -1)
    return g if rows else ops.expand_dims(g, -2)


def rows_of(x):
    """Return all rows of a stack of matrices as one matrix."""
    return ops.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


@composition(same_as=np.dot)
def dot(x, y):
    """Multiply as `numpy.dot` does: inner product of vectors, product of matrices, of scalars.

    Beyond two axes: the sum runs over the last axis of x and the second to last of y.

    >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    np.float64(11.0)
    """
    left, right = shapes.of(x), shapes.of(y)
    if not left or not right:
        return ops.multiply(x, y)
    if len(right) == 1 or len(left) <= 2 >= len(right):
        return ops.matmul(x, y)
    return tensordot(x, y, axes=((-1,), (-2,)))


@composition(same_as=np.inner)
def inner(x, y):
    """Sum products over the last axes of both.

    >>> inner(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([3.0, 4.0]))
    array([11.,  4.])
    """
    if not shapes.of(x) or not shapes.of(y):
        return ops.multiply(x, y)
    return tensordot(x, y, axes=((-1,), (-1,)))


@composition(same_as=np.outer)
def outer(x, y):
    """Multiply each entry of x by each entry of y: (n,) and (m,) give (n, m).

    >>> outer(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([[3., 4.],
           [6., 8.]])
    """
    return ops.multiply(ops.expand_dims(ops.ravel(x), 1), ops.ravel(y))


@composition(same_as=np.tensordot)
def tensordot(x, y, axes=2):
    """Sum products over pairs of axes: the last `axes` of x with the first of y, or those named.

    >>> tensordot(np.ones((2, 3, 4)), np.ones((3, 4, 5))).shape
    (2, 5)
    """
    left, right = shapes.of(x), shapes.of(y)
    try:
        over_x, over_y = summed_axes(axes, len(left), len(right))
        if [left[a] for a in over_x] != [right[b] for b in over_y]:
            raise shapes.Mismatch(f"the sizes along axes={axes} differ")
    except shapes.Mismatch as mismatch:
        raise mismatch.named("tensordot", [left, right]) from None
    kept_x = tuple(a for a in range(len(left)) if a not in over_x)
    kept_y = tuple(b for b in range(len(right)) if b not in over_y)
    n = math.prod(left[a] for a in over_x)
    rows = ops.reshape(
        ops.transpose(x, (*kept_x, *over_x)), (math.prod(left[a] for a in kept_x), n)
    )
    columns = ops.reshape(
        ops.transpose(y, (*over_y, *kept_y)), (n, math.prod(right[b] for b in kept_y))
    )
    shape = (*(left[a] for a in kept_x), *(right[b] for b in kept_y))
    return ops.reshape(ops.matmul(rows, columns), shape)


def summed_axes(axes, rank_x, rank_y):
    """Return the axes of x and of y that `axes` pairs."""
    if isinstance(axes, int):
        axes = (tuple(range(-axes, 0)), tuple(range(axes)))
    over_x, over_y = ((a,) if isinstance(a, int) else tuple(a) for a in axes)
    if len(over_x) != len(over_y):
        raise shapes.Mismatch(f"axes={axes} pairs {len(over_x)} axes with {len(over_y)}")
    return shapes.normalize_axes(over_x, rank_x), shapes.normalize_axes(over_y, rank_y)
