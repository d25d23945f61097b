"""The gates that reduce axes: sums, means, extremes, products; and the running sum."""

import math

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op, ops

OVER = [case((3, 4)), case((3, 4), axis=0), case((2, 3, 4), axis=(0, -1), keepdims=True)]
NO_AXIS = case((3, 4), axis=2, says="of (3, 4): axis 2 is out of range for 2 dimensions")
NOTHING = case((3, 0), axis=1, says="of (3, 0): nothing to reduce: an axis has size 0")


def with_axes(g, x, axis):
    """Put the reduced axes back with size 1, so that g broadcasts against x."""
    if not g.shape:
        return g
    shape = shapes.reduced(x.shape, axis, keepdims=True)
    return g if g.shape == shape else ops.reshape(g, shape)


def count(x, axis):
    """Return how many entries of x go into one of the result."""
    return math.prod(x.shape[a] for a in shapes.normalize_axes(axis, len(x.shape)))


def over_axes(m, how, at, x, axis, keepdims):
    """Combine the entries of x that go into one of the result."""
    rank = len(x.shape)
    axes = sorted(shapes.normalize_axes(axis, rank))

    def entry(*inner):
        outer = [p for a, p in enumerate(at) if a not in axes] if keepdims else list(at)
        moving = iter(inner)
        staying = iter(outer)
        return x(*(next(moving if a in axes else staying) for a in range(rank)))

    return m.reduce(how, [x.shape[a] for a in axes], entry)


def lower_sum(m, at, x, axis, keepdims):
    return over_axes(m, "add", at, x.astype(wide(np.sum, x.dtype)), axis, keepdims)


def lower_mean(m, at, x, axis, keepdims):
    x = x.astype(shapes.floating(x.dtype))
    return over_axes(m, "add", at, x, axis, keepdims) / count(x, axis)


def lower_prod(m, at, x, axis, keepdims):
    return over_axes(m, "multiply", at, x.astype(wide(np.prod, x.dtype)), axis, keepdims)


def lower_cumsum(m, at, x, axis):
    x = x.astype(wide(np.cumsum, x.dtype))
    if axis is None:
        return m.running(0, x(*m.at_flat(at[0], x.shape)))
    return m.running(shapes.normalize_axis(axis, len(x.shape)), x(*at))


def wide(function, kind):
    """Return the dtype in which `function` combines numbers: 64 bits for shorter integers."""
    return function(np.empty(0, kind)).dtype


def as_float(x):
    """Return the gate x, as floats if it holds integers or booleans."""
    kind = shapes.floating(x.dtype)
    return x if x.dtype == kind else ops.astype(x, kind.name)


def combined(how):
    """Return the `lower` that combines entries as they are."""
    return lambda m, at, x, axis, keepdims: over_axes(m, how, at, x, axis, keepdims)


@op(
    role="adder",
    numpy=np.add.reduce,
    same_as=np.sum,
    lower=lower_sum,
    shape=shapes.reduced,
    tex=r"\sum_i x_i",
    symbol="Σ",
    examples=OVER,
    bad=[NO_AXIS, case((3,), axis=(0, 0), says="axis (0, 0) names an axis twice")],
)
def sum(g, z, x, axis=None, keepdims=False):
    """Each entry receives the gradient of the sum it went into."""
    return (ops.broadcast_to(with_axes(g, x, axis), x.shape),)


@op(
    role="mixer",
    numpy=np.mean,
    lower=lower_mean,
    shape=shapes.reduced,
    dtype=shapes.floating,
    tex=r"\frac{1}{n}\sum_i x_i",
    examples=OVER,
    bad=[NO_AXIS],
)
def mean(g, z, x, axis=None, keepdims=False):
    """Each entry receives the gradient divided by the number of entries."""
    share = with_axes(g, x, axis) / (count(x, axis) or 1)
    return (ops.broadcast_to(share, x.shape),)


@op(
    role="router",
    numpy=np.maximum.reduce,
    same_as=np.max,
    lower=combined("maximum"),
    shape=shapes.reduced_nonempty,
    dtype=shapes.kept,
    tex=r"\max_i x_i",
    kinks=lambda x, axis=None, **_: winners(x, axis, np.argmax),
    examples=OVER,
    bad=[NO_AXIS, NOTHING],
)
def max(g, z, x, axis=None, keepdims=False):
    """The winner takes the whole gradient; among equal entries the first one.

    Splitting it among the winners would be as right at a tie, which is a kink, but then the gate
    would be no router, and a second derivative would depend on how many entries tie.
    """
    return (to_winner(g, x, axis, ops.argmax),)


@op(
    role="router",
    numpy=np.minimum.reduce,
    same_as=np.min,
    lower=combined("minimum"),
    shape=shapes.reduced_nonempty,
    dtype=shapes.kept,
    tex=r"\min_i x_i",
    kinks=lambda x, axis=None, **_: winners(x, axis, np.argmin),
    examples=OVER,
    bad=[NO_AXIS, NOTHING],
)
def min(g, z, x, axis=None, keepdims=False):
    """The smallest entry takes the whole gradient; among equal entries the first one."""
    return (to_winner(g, x, axis, ops.argmin),)


def to_winner(g, x, axis, find):
    """Give g to the entry that `find` finds, and 0 to the others."""
    rows = in_rows(x, axis)
    places = ops.expand_dims(find(rows, axis=-1), -1)
    g = ops.reshape(g, (*rows.shape[:-1], 1))
    return from_rows(ops.where(ops.equal(places, np.arange(rows.shape[-1])), g, 0), x, axis)


def winners(x, axis, find):
    """Return where the winners stand: what jumps at a kink."""
    return find(in_rows(np.asarray(x), axis), axis=-1)


@op(
    role="switcher",
    numpy=np.multiply.reduce,
    same_as=np.prod,
    lower=lower_prod,
    shape=shapes.reduced,
    tex=r"\prod_i x_i",
    symbol="Π",
    examples=OVER,
    bad=[NO_AXIS],
)
def prod(g, z, x, axis=None, keepdims=False):
    """Each entry receives the gradient times the product of the *others*.

    That product is formed without dividing by the entry, which may be 0.
    """
    rows = in_rows(x, axis)
    after = ops.flip(products_before(ops.flip(rows, -1)), -1)
    g = ops.reshape(g, (*rows.shape[:-1], 1))
    return (from_rows(g * products_before(rows) * after, x, axis),)


def products_before(rows):
    """Return for each entry the product of the entries before it, by doubling the reach."""
    found = moved_on(rows, 1)
    reach = 1
    while reach < rows.shape[-1] - 1:
        found = found * moved_on(found, reach)
        reach *= 2
    return found


def moved_on(rows, steps):
    """Move the entries along the last axis; ones come in."""
    ones = np.ones((*rows.shape[:-1], steps), rows.dtype)
    return ops.concatenate([ones, rows], axis=-1)[..., : rows.shape[-1]]


@op(
    role="mixer",
    numpy=np.cumsum,
    lower=lower_cumsum,
    shape=shapes.along_axis,
    tex=r"\sum_{j \le i} x_j",
    examples=[case((3, 4)), case((3, 4), axis=0), case((2, 3, 4), axis=-1)],
    bad=[NO_AXIS],
)
def cumsum(g, z, x, axis=None):
    """Each entry receives the gradients of its own sum and all later ones; None flattens."""
    along = 0 if axis is None else axis
    later = ops.flip(ops.cumsum(ops.flip(g, along), along), along)
    return (later if axis is not None else ops.reshape(later, x.shape),)


def row_order(x, axis):
    """Return the axes that stay, and those that are reduced."""
    reduced = shapes.normalize_axes(axis, len(x.shape))
    return tuple(a for a in range(len(x.shape)) if a not in reduced), tuple(sorted(reduced))


def in_rows(x, axis):
    """Return x with the reduced axes joined into one, the last."""
    stay, reduced = row_order(x, axis)
    order = (*stay, *reduced)
    moved = x if order == tuple(range(len(order))) else ops.transpose(x, order)
    shape = (*(x.shape[a] for a in stay), count(x, axis))
    return moved if moved.shape == shape else ops.reshape(moved, shape)


def from_rows(rows, x, axis):
    """Return what `in_rows(x, axis)` rearranged to the order of x."""
    stay, reduced = row_order(x, axis)
    order = (*stay, *reduced)
    shape = tuple(x.shape[a] for a in order)
    moved = rows if rows.shape == shape else ops.reshape(rows, shape)
    if order == tuple(range(len(order))):
        return moved
    return ops.transpose(moved, tuple(order.index(a) for a in range(len(order))))
