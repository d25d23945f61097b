"""The gates that pick entries, and the one that puts them back."""

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.index import ARRAY, FULL, indexed, pack, scattered, unpack
from chainrule.graph.registry import composition, op, ops


def arrange_getitem(x, *index, **named):
    """Sort `getitem(x, index)` into the array, the arrays in the index, and its plain parts."""
    given = list(index)
    wanted = named["index"] if "index" in named else given.pop()
    arrays, packed = pack(wanted, shapes.of(x), given)
    return ((x, *arrays),), {"index": packed}


def found_at(m, at, shape, arrays, index):
    """Return the place that the entry `at` of an indexed array of this shape comes from.

    Where integers are used in company of arrays, they are arrays too, as NumPy has it. All arrays
    broadcast to one box of places; it stands in the result where they stand in the index, or
    first where something else stands between them.
    """
    parts = [*index, *[FULL] * (len(shape) - sum(part is not None for part in index))]
    chosen = [i for i, part in enumerate(parts) if type(part) is int or part == ARRAY]
    box = np.broadcast_shapes(*(x.shape for x in arrays))
    together = bool(chosen) and chosen[-1] - chosen[0] == len(chosen) - 1
    lead = chosen[0] if together else 0
    inside = at[lead : lead + len(box)]
    outside = iter((*at[:lead], *at[lead + len(box) :]))
    waiting, sizes, places = iter(arrays), iter(shape), []
    for part in parts:
        if part is None:
            next(outside)
        elif part == ARRAY:
            places.append(m.lookup(next(waiting).along(inside), next(sizes)))
        elif type(part) is int:
            places.append(part % next(sizes))
        else:
            places.append(along_slice(part, next(outside), next(sizes)))
    return places


def along_slice(part, place, size):
    """Return the place along an axis of this size that a place in the slice comes from."""
    start, _, step = slice(*part[1:]).indices(size)
    return place * step + start


@op(
    role="mover",
    numpy=lambda x, *arrays, index: x[unpack(index, arrays)],
    lower=lambda m, at, x, *arrays, index: x(*found_at(m, at, x.shape, arrays, index)),
    shape=indexed,
    dtype=shapes.kept,
    arrange=arrange_getitem,
    tex=r"x[\ldots]",
    symbol="[ ]",
    examples=[
        case((3, 4), index=1),
        case((3, 4), index=(slice(None, None, -2), None, -1)),
        case((2, 3, 4), index=(Ellipsis, slice(1, 3))),
        case((3, 4), index=np.array([0, 2, 2, -1])),
        case((2, 3, 4), index=(np.array([0, 1]), slice(None), np.array([[3], [3]]))),
        case((3, 4), index=np.arange(12).reshape(3, 4) % 3 == 0),
    ],
    bad=[
        case((3, 4), index=3, says="getitem of (3, 4): index 3 is out of bounds for axis 0"),
        case((3,), index=(0, 0), says="getitem of (3,): too many indices, 2 for 1 dimension"),
        case((3,), index=np.array([True]), says="the boolean index has shape (1,)"),
        case((3,), index=0.5, says="an index must be made of integers or booleans, got float64"),
    ],
)
def getitem(g, z, x, *arrays, index=()):
    """The picked entries receive the gradient, the others 0; picked twice, they add."""
    back = ops.scatter_add(g, *arrays, shape=x.shape, index=index)
    return back, *(None for _ in arrays)


def add_at(updates, *arrays, shape, index):
    """Return zeros of `shape` to which the updates are added at the index."""
    where = unpack(index, arrays)
    kind = np.asarray(updates).dtype
    if not arrays:
        made = np.zeros(shape, kind)
        if made[where].shape != np.shape(updates):
            raise ValueError("the updates do not have the shape that the index finds")
        made[where] = updates
        return made
    flat = np.arange(np.prod(shape, dtype=int)).reshape(shape)[where]
    total = np.bincount(np.ravel(flat), np.ravel(updates), minlength=int(np.prod(shape)))
    return total.reshape(shape).astype(kind)


def arrange_scatter_add(x, *arrays, shape, index):
    """Sort the arguments; `index` may also be one as NumPy takes it."""
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    found, packed = pack(index, shape, arrays)
    return ((x, *found),), {"shape": shape, "index": packed}


def lower_scatter_add(m, at, updates, *arrays, shape, index):
    """Zeros, then the updates; added where arrays in the index may name a place twice."""
    return m.writes(
        m.part(shape, lambda *p: p, lambda *p: 0),
        m.part(
            updates.shape,
            lambda *p: found_at(m, p, shape, arrays, index),
            lambda *p: updates(*p),
            adds=bool(arrays),
        ),
    )


@op(
    role="adder",
    numpy=add_at,
    lower=lower_scatter_add,
    shape=scattered,
    dtype=shapes.kept,
    arrange=arrange_scatter_add,
    tex=r"0[\ldots] + x",
    symbol="[+]",
    examples=[
        case((4,), shape=(3, 4), index=1),
        case((4, 2), shape=(3, 2), index=np.array([0, 2, 2, -1])),
    ],
    bad=[case((4,), shape=(3,), index=np.array([0, 1]), says="the updates must have that shape")],
)
def scatter_add(g, z, x, *arrays, shape=(), index=()):
    """Zeros of `shape` plus the updates x at `index`: each update receives the gradient there.

    Updates at a repeated position add up.
    """
    return ops.getitem(g, *arrays, index=index), *(None for _ in arrays)


@composition(same_as=np.take)
def take(x, indices, axis=None):
    """Return the entries at `indices` along an axis; None counts through the flattened array.

    >>> take(np.array([[1.0, 2.0], [3.0, 4.0]]), [1, 1], axis=0)
    array([[3., 4.],
           [3., 4.]])
    """
    if axis is None:
        x, axis = ops.ravel(x), 0
    at = checked_axis("take", x, axis)
    return ops.getitem(x, (*[slice(None)] * at, indices))


@composition(same_as=np.take_along_axis)
def take_along_axis(x, indices, axis=-1):
    """Return, for every line of `x` along an axis, the entries at that line's own indices.

    `indices` has the rank of `x`; the other axes broadcast. None flattens `x` first.

    >>> x = np.array([[3.0, 1.0], [2.0, 5.0]])
    >>> take_along_axis(x, ops.argsort(x, axis=1), axis=1)
    array([[1., 3.],
           [2., 5.]])
    """
    if axis is None:
        x, axis = ops.ravel(x), 0
    rank = len(shapes.of(x))
    at = checked_axis("take_along_axis", x, axis)
    if len(shapes.of(indices)) != rank:
        raise shapes.Mismatch("the indices must have as many axes").named(
            "take_along_axis", [shapes.of(x), shapes.of(indices)]
        )
    grid = [
        np.arange(n).reshape([-1 if i == j else 1 for j in range(rank)])
        for i, n in enumerate(shapes.of(x))
    ]
    grid[at] = indices
    return ops.getitem(x, tuple(grid))


@composition(same_as=np.diagonal)
def diagonal(x, offset=0, axis1=0, axis2=1):
    """Return the diagonals in the plane of two axes, as a new last axis.

    >>> diagonal(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([1., 4.])
    """
    moved = ops.moveaxis(x, (axis1, axis2), (-2, -1))
    rows, columns = shapes.of(moved)[-2:]
    above, below = max(offset, 0), max(-offset, 0)
    along = np.arange(max(min(rows - below, columns - above), 0))
    return ops.getitem(moved, (Ellipsis, along + below, along + above))


@composition(same_as=np.diag)
def diag(x, k=0):
    """Return the diagonal of a matrix, or the matrix with the vector `x` on its diagonal.

    >>> diag(np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    shape = shapes.of(x)
    if len(shape) == 2:
        return diagonal(x, k)
    if len(shape) != 1:
        raise shapes.Mismatch("a vector or a matrix is needed").named("diag", [shape])
    along = np.arange(shape[0])
    size = shape[0] + abs(k)
    index = (along + max(-k, 0), along + max(k, 0))
    return ops.scatter_add(x, shape=(size, size), index=index)


@composition()
def one_hot(labels, n, dtype=float):
    """Return rows of n zeros with a 1 at each label: (...,) integers give (..., n).

    A label outside 0 ... n - 1 gives a row of zeros.

    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    return ops.astype(ops.equal(ops.expand_dims(labels, -1), np.arange(n)), dtype)


def checked_axis(name, x, axis):
    """Return a non-negative axis of `x`, or the error in the name of the function."""
    try:
        return shapes.normalize_axis(axis, len(shapes.of(x)))
    except shapes.Mismatch as mismatch:
        raise mismatch.named(name, [shapes.of(x)]) from None
