"""The gates that rearrange the entries of one array."""

import math
from itertools import product

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import composition, op, ops


def reshaped_entry(m, at, x, shape):
    """Return the entry with the same number, counted row by row."""
    return x(*m.at_flat(m.flat(at, shapes.reshaped(x.shape, shape)), x.shape))


@op(
    role="mover",
    numpy=lambda x, shape: np.asarray(x).reshape(shape),
    same_as=np.reshape,
    shape=shapes.reshaped,
    dtype=shapes.kept,
    lower=reshaped_entry,
    examples=[case((3, 4), shape=(2, 6)), case((3, 4), shape=-1), case((1,), shape=())],
    bad=[
        case((3, 4), shape=(5, 2), says="reshape of (3, 4): its 12 entries do not fill"),
        case((3, 4), shape=(-1, 5), says="its 12 entries do not fill the shape (-1, 5)"),
    ],
)
def reshape(g, z, x, shape=()):
    """The gradient goes back to the shape of x."""
    return (g.reshape(x.shape),)


def transposed_entry(m, at, x, axes):
    if axes is None:
        return x(*at[::-1])
    order = shapes.normalize_axes(axes, len(x.shape))
    return x(*(at[order.index(a)] for a in range(len(order))))


@op(
    role="mover",
    numpy=np.transpose,
    shape=shapes.transposed,
    dtype=shapes.kept,
    tex=r"x^\top",
    symbol="T",
    lower=transposed_entry,
    examples=[case((3, 4)), case((2, 3, 4), axes=(1, 2, 0)), case((2, 3), axes=(-1, 0))],
    bad=[
        case((2, 3), axes=(0, 0), says="axis (0, 0) names an axis twice"),
        case((2, 3), axes=(0,), says="axes (0,) must name each of the 2 axes once"),
    ],
)
def transpose(g, z, x, axes=None):
    """The gradient is transposed back."""
    if axes is None:
        return (ops.transpose(g),)
    order = [a % len(axes) for a in axes]
    return (ops.transpose(g, tuple(order.index(i) for i in range(len(order)))),)


@op(
    role="copier",
    numpy=np.broadcast_to,
    shape=shapes.broadcast_to,
    dtype=shapes.kept,
    lower=lambda m, at, x, shape: x.along(at),
    examples=[case((3, 1), shape=(2, 3, 4)), case((), shape=(2,)), case((3,), shape=3)],
    bad=[case((3, 4), shape=(4, 3), says="of (3, 4): ")],
)
def broadcast_to(g, z, x, shape=()):
    """The copies' gradients are added up, which the engine does for every gate."""
    return (g,)


def flipped_entry(m, at, x, axis):
    turned = shapes.normalize_axes(axis, len(x.shape))
    return x(*(x.shape[a] - 1 - p if a in turned else p for a, p in enumerate(at)))


@op(
    role="mover",
    numpy=lambda x, axis: np.flip(x, axis),
    same_as=np.flip,
    shape=shapes.axes_exist,
    dtype=shapes.kept,
    lower=flipped_entry,
    examples=[case((3, 4)), case((3, 4), axis=1), case((2, 3, 4), axis=(0, -1))],
    bad=[case((3, 4), axis=2, says="flip of (3, 4): axis 2 is out of range for 2 dimensions")],
)
def flip(g, z, x, axis=None):
    """The gradient is flipped back."""
    return (ops.flip(g, axis),)


def lower_roll(m, at, x, shift, axis):
    """Two pieces along each axis that is rolled; without an axis, pieces of the whole row."""
    sides = (math.prod(x.shape),) if axis is None else x.shape

    def spot(places, steps):
        moved = [p + s for p, s in zip(places, steps, strict=True)]
        return m.at_flat(moved[0], x.shape) if axis is None else moved

    def piece(found):
        starts, ends, sizes = ([cut[i] for cut in found] for i in range(3))
        return m.part(sizes, lambda *p: spot(p, ends), lambda *p: x(*spot(p, starts)))

    shifts = shifts_along(shift, 0 if axis is None else axis, len(sides))
    along = map(pieces, sides, shifts)
    return m.writes(*map(piece, product(*along)))


def shifts_along(shift, axis, rank):
    """Return by how much each axis is rolled; shifts of the same axis add up."""
    found = [0] * rank
    for s, a in np.broadcast(shift, axis):
        found[int(a) % rank] += int(s)
    return found


def pieces(n, shift):
    """Return the two pieces of an axis that is rolled: where each begins, where it goes, its size.

    >>> pieces(5, 2)
    [(0, 2, 3), (3, 0, 2)]
    """
    shift = shift % n if n else 0
    found = [(0, shift, n - shift), (n - shift, 0, shift)]
    return found if shift else found[:1]


@op(
    role="mover",
    numpy=np.roll,
    lower=lower_roll,
    shape=shapes.rolled,
    dtype=shapes.kept,
    examples=[
        case((3, 4), shift=5),
        case((3, 4), shift=-1, axis=1),
        case((3, 4), shift=(1, 2), axis=(0, 1)),
    ],
    bad=[
        case((3,), shift=1, axis=1, says="roll of (3,): axis 1 is out of range for 1 dimension"),
        case((3, 4), shift=(1, 2), axis=(0, 1, 0), says="2 shifts for 3 axes"),
    ],
)
def roll(g, z, x, shift=0, axis=None):
    """The gradient is rolled back."""
    back = tuple(-s for s in shift) if isinstance(shift, tuple) else -shift
    return (ops.roll(g, back, axis),)


@composition(same_as=np.ravel)
def ravel(x):
    """Return the entries in one axis.

    >>> ravel(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([1., 2., 3., 4.])
    """
    return ops.reshape(x, (math.prod(shapes.of(x)),))


@composition()
def flatten(x):
    """Return the entries in one axis; the same as `ravel`."""
    return ravel(x)


@composition(same_as=np.expand_dims)
def expand_dims(x, axis):
    """Insert axes of size 1 at the places `axis` of the result.

    >>> expand_dims(np.zeros((2, 3)), (0, -1)).shape
    (1, 2, 3, 1)
    """
    added = axis if isinstance(axis, (tuple, list)) else (axis,)
    rank = len(shapes.of(x)) + len(added)
    places = axes_of("expand_dims", x, tuple(added), rank)
    sizes = iter(shapes.of(x))
    return ops.reshape(x, tuple(1 if i in places else next(sizes) for i in range(rank)))


@composition(same_as=np.squeeze)
def squeeze(x, axis=None):
    """Drop axes of size 1: all of them, or those named.

    >>> squeeze(np.zeros((1, 3, 1)), axis=0).shape
    (3, 1)
    """
    shape = shapes.of(x)
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    dropped = ones if axis is None else axes_of("squeeze", x, axis, len(shape))
    wide = [i for i in dropped if i not in ones]
    if wide:
        needed = f"axis {wide[0]} has size {shape[wide[0]]}, only axes of size 1 can be dropped"
        raise shapes.Mismatch(needed).named("squeeze", [shape])
    return ops.reshape(x, tuple(n for i, n in enumerate(shape) if i not in dropped))


@composition(same_as=np.swapaxes)
def swapaxes(x, axis1, axis2):
    """Exchange two axes.

    >>> swapaxes(np.zeros((2, 3, 4)), 0, -1).shape
    (4, 3, 2)
    """
    order = list(range(len(shapes.of(x))))
    first, second = (axes_of("swapaxes", x, a, len(order))[0] for a in (axis1, axis2))
    order[first], order[second] = order[second], order[first]
    return ops.transpose(x, tuple(order))


@composition(same_as=np.matrix_transpose)
def matrix_transpose(x):
    """Exchange the last two axes: rows and columns of (stacks of) matrices.

    >>> matrix_transpose(np.zeros((2, 3, 4))).shape
    (2, 4, 3)
    """
    rank = len(matrix_shape("matrix_transpose", x))
    return ops.transpose(x) if rank == 2 else swapaxes(x, -1, -2)


@composition(same_as=np.moveaxis)
def moveaxis(x, source, destination):
    """Move axes to other places; the others keep their order.

    >>> moveaxis(np.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    rank = len(shapes.of(x))
    moved = axes_of("moveaxis", x, source, rank)
    places = axes_of("moveaxis", x, destination, rank)
    if len(moved) != len(places):
        needed = f"{len(moved)} axes cannot move to {len(places)} places"
        raise shapes.Mismatch(needed).named("moveaxis", [shapes.of(x)])
    order = [a for a in range(rank) if a not in moved]
    for place, axis in sorted(zip(places, moved, strict=True)):
        order.insert(place, axis)
    return ops.transpose(x, tuple(order))


@composition(same_as=np.triu)
def triu(x, k=0):
    """Keep the entries on and above the k-th diagonal of (stacks of) matrices, 0 below.

    >>> triu(np.ones((2, 2)))
    array([[1., 1.],
           [0., 1.]])
    """
    shape = matrix_shape("triu", x)
    return ops.where(~np.tri(shape[-2], shape[-1], k - 1, dtype=bool), x, 0)


@composition(same_as=np.tril)
def tril(x, k=0):
    """Keep the entries on and below the k-th diagonal of (stacks of) matrices, 0 above.

    >>> tril(np.ones((2, 2)))
    array([[1., 0.],
           [1., 1.]])
    """
    shape = matrix_shape("tril", x)
    return ops.where(np.tri(shape[-2], shape[-1], k, dtype=bool), x, 0)


@composition(same_as=np.atleast_1d)
def atleast_1d(x):
    """Give a scalar one axis."""
    return x if shapes.of(x) else ops.reshape(x, (1,))


@composition(same_as=np.atleast_2d)
def atleast_2d(x):
    """Give a scalar two axes, and a vector one before its own."""
    shape = shapes.of(x)
    return x if len(shape) >= 2 else ops.reshape(x, (1,) * (2 - len(shape)) + shape)


def axes_of(name, x, axis, rank):
    """Return non-negative axes, or the error in the name of the function."""
    try:
        return shapes.normalize_axes(tuple(axis) if isinstance(axis, list) else axis, rank)
    except shapes.Mismatch as mismatch:
        raise mismatch.named(name, [shapes.of(x)]) from None


def matrix_shape(name, x):
    """Return the shape of `x`, which must have two axes or more."""
    shape = shapes.of(x)
    if len(shape) < 2:
        raise shapes.Mismatch("matrices are needed, (..., n, m)").named(name, [shape])
    return shape
