"""The gates that join arrays, cut them, and fill larger ones with copies or a border."""

import numpy as np

from chainrule.errors import UsageError
from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import composition, op, ops
from chainrule.ops.layout import atleast_1d, atleast_2d, axes_of, ravel

PICKING = ("edge", "reflect", "symmetric", "wrap")  # modes of padding that repeat entries


def lower_concatenate(m, at, *xs, axis):
    """One input after the other, each as a box of the output."""
    along = axis % len(at)
    starts = np.cumsum([0] + [x.shape[along] for x in xs]).tolist()
    boxes = zip(xs, starts, strict=False)
    return m.writes(*(m.box(corner(along, s, len(at)), x.shape, x) for x, s in boxes))


def lower_stack(m, at, *xs, axis):
    """One input after the other, each as a layer of the output."""
    along = axis % len(at)

    def layer(i, x):
        return m.part(x.shape, lambda *p: (*p[:along], i, *p[along:]), x)

    return m.writes(*(layer(i, x) for i, x in enumerate(xs)))


def corner(axis, start, rank):
    """Return where a box begins that lies further along one axis only."""
    return [start if a == axis else 0 for a in range(rank)]


def arrange_concatenate(*inputs, **attrs):
    """Let axis None join the flattened arrays."""
    listed = bool(inputs) and isinstance(inputs[0], (list, tuple))
    by_position = inputs[1] if listed and len(inputs) > 1 else 0
    if attrs.get("axis", by_position) is None:
        return ([ravel(x) for x in (inputs[0] if listed else inputs)],), {"axis": 0}
    return inputs, attrs


@op(
    role="mover",
    numpy=lambda *xs, axis: np.concatenate(xs, axis),
    lower=lower_concatenate,
    same_as=np.concatenate,
    shape=shapes.concatenated,
    dtype=shapes.promoted,
    arrange=arrange_concatenate,
    examples=[case((2, 3), (1, 3)), case((2, 3), (2, 1), (2, 2), axis=-1)],
    bad=[
        case((2, 3), (2, 4), says="of (2, 3) and (2, 4): all sizes but that of axis 0"),
        case((), (), says="scalars have no axis to join along"),
    ],
)
def concatenate(g, z, *xs, axis=0):
    """Each input receives its own stretch of the gradient."""
    lead = (slice(None),) * (axis % len(z.shape))
    ends = np.cumsum([x.shape[axis] for x in xs]).tolist()
    starts = [0, *ends[:-1]]
    return tuple(g[(*lead, slice(a, b))] for a, b in zip(starts, ends, strict=True))


@op(
    role="mover",
    numpy=lambda *xs, axis: np.stack(xs, axis, dtype=np.result_type(*xs)),
    lower=lower_stack,
    same_as=np.stack,
    shape=shapes.stacked,
    dtype=shapes.promoted,
    examples=[case((2, 3), (2, 3)), case((2, 3), (2, 3), (2, 3), axis=-1), case((), ())],
    bad=[case((2, 3), (3, 2), says="stack of (2, 3) and (3, 2): all shapes must be equal")],
)
def stack(g, z, *xs, axis=0):
    """Each input receives its own layer of the gradient."""
    lead = (slice(None),) * (axis % len(z.shape))
    return tuple(g[(*lead, i)] for i in range(len(xs)))


@composition(same_as=np.hstack)
def hstack(xs):
    """Join side by side: along the second axis, vectors along their only one."""
    xs = [atleast_1d(x) for x in xs]
    flat = not xs or len(shapes.of(xs[0])) == 1
    return ops.concatenate(xs, axis=0 if flat else 1)


@composition(same_as=np.vstack)
def vstack(xs):
    """Join row by row: along the first axis, after vectors have become rows."""
    return ops.concatenate([atleast_2d(x) for x in xs], axis=0)


@composition(same_as=np.split)
def split(x, indices_or_sections, axis=0):
    """Cut into equal parts, or at the given positions, along an axis; return them in a list.

    >>> split(np.arange(6), 3)
    [array([0, 1]), array([2, 3]), array([4, 5])]
    """
    if isinstance(indices_or_sections, int):
        (at,) = axes_of("split", x, axis, len(shapes.of(x)))
        size = shapes.of(x)[at]
        if indices_or_sections < 1 or size % indices_or_sections:
            needed = f"{size} entries do not split into {indices_or_sections} equal parts"
            raise shapes.Mismatch(needed, "array_split allows unequal parts").named(
                "split", [shapes.of(x)]
            )
    return array_split(x, indices_or_sections, axis)


@composition(same_as=np.array_split)
def array_split(x, indices_or_sections, axis=0):
    """Cut as `split` does; parts of unequal size are allowed, the first ones are larger.

    >>> array_split(np.arange(5), 2)
    [array([0, 1, 2]), array([3, 4])]
    """
    (at,) = axes_of("array_split", x, axis, len(shapes.of(x)))
    cuts = indices_or_sections
    if isinstance(cuts, int):
        if cuts < 1:
            raise shapes.Mismatch("at least one part is needed").named(
                "array_split", [shapes.of(x)]
            )
        each, more = divmod(shapes.of(x)[at], cuts)
        cuts = [i * each + min(i, more) for i in range(1, cuts)]
    lead = (slice(None),) * at
    pairs = zip([0, *cuts], [*cuts, None], strict=True)
    return [ops.getitem(x, (*lead, slice(a, b))) for a, b in pairs]


@composition(same_as=np.tile)
def tile(x, reps):
    """Lay copies side by side, `reps` of them along each axis.

    >>> tile(np.array([1.0, 2.0]), (2, 2))
    array([[1., 2., 1., 2.],
           [1., 2., 1., 2.]])
    """
    reps = (reps,) if isinstance(reps, int) else tuple(reps)
    shape = shapes.of(x)
    rank = max(len(shape), len(reps))
    shape = (1,) * (rank - len(shape)) + shape
    reps = (1,) * (rank - len(reps)) + reps
    between = [m for n in shape for m in (1, n)]
    copied = [m for r, n in zip(reps, shape, strict=True) for m in (r, n)]
    x = ops.broadcast_to(ops.reshape(x, tuple(between)), tuple(copied))
    return ops.reshape(x, tuple(r * n for r, n in zip(reps, shape, strict=True)))


@composition(same_as=np.repeat)
def repeat(x, repeats, axis=None):
    """Repeat each entry along an axis: all as often, or each its own number of times.

    >>> repeat(np.array([1.0, 2.0]), 2)
    array([1., 1., 2., 2.])
    """
    if axis is None:
        x, axis = ravel(x), 0
    shape = shapes.of(x)
    (at,) = axes_of("repeat", x, axis, len(shape))
    counts = np.asarray(repeats)
    if counts.size not in (1, shape[at]) or np.any(counts < 0):
        needed = f"{repeats} are no counts for the {shape[at]} entries of axis {at}"
        raise shapes.Mismatch(needed).named("repeat", [shape])
    if not isinstance(repeats, int):
        return ops.take(x, np.repeat(np.arange(shape[at]), counts), at)
    copied = (*shape[: at + 1], repeats, *shape[at + 1 :])
    x = ops.broadcast_to(ops.expand_dims(x, at + 1), copied)
    return ops.reshape(x, (*shape[:at], shape[at] * repeats, *shape[at + 1 :]))


def lower_pad(m, at, x, pad_width, constant_values):
    """The middle, then for each axis the stretches before and after what is there already."""
    inside = [(before, n) for (before, _), n in zip(pad_width, x.shape, strict=True)]
    full = [(0, before + n + after) for (before, after), n in zip(pad_width, x.shape, strict=True)]
    values = np.broadcast_to(constant_values, (len(at), 2)).tolist()
    parts = [filled(m, inside, x)]
    for axis, (start, n) in enumerate(inside):
        after = full[axis][1] - start - n
        for stretch, value in zip([(0, start), (start + n, after)], values[axis], strict=True):
            box = [*full[:axis], stretch, *inside[axis + 1 :]]
            parts.append(filled(m, box, lambda *p, value=value: value))
    return m.writes(*parts)


def filled(m, box, value):
    """Write a box of the output, (start, size) along each axis."""
    return m.box([start for start, _ in box], [size for _, size in box], value)


def arrange_pad(x, pad_width, constant_values=0):
    """Write the widths out, one (before, after) for each axis."""
    return (x,), {"pad_width": widths(x, pad_width), "constant_values": constant_values}


@op(
    role="mover",
    numpy=lambda x, pad_width, constant_values: np.pad(
        x, pad_width, constant_values=constant_values
    ),
    lower=lower_pad,
    shape=shapes.padded,
    dtype=shapes.kept,
    arrange=arrange_pad,
    examples=[case((3, 4), pad_width=1), case((3,), pad_width=(0, 2), constant_values=5.0)],
    bad=[case((3,), pad_width=-1, says="pad of (3,): widths cannot be negative")],
)
def pad_constant(g, z, x, pad_width=0, constant_values=0):
    """The border of constants takes no gradient; the middle hands it on."""
    inside = zip(pad_width, x.shape, strict=True)
    return (g[tuple(slice(before, before + n) for (before, _), n in inside)],)


@composition(same_as=np.pad)
def pad(x, pad_width, mode="constant", constant_values=0):
    """Add a border: constants, or entries of `x` ("edge", "reflect", "symmetric", "wrap").

    `pad_width` is a number, (before, after), or such a pair for each axis.

    >>> pad(np.array([1.0, 2.0, 3.0]), (0, 2), mode="edge")
    array([1., 2., 3., 3., 3.])
    """
    if mode == "constant":
        return ops.pad_constant(x, pad_width, constant_values)
    if mode not in PICKING:
        known = ", ".join(repr(m) for m in ("constant", *PICKING))
        raise UsageError(f"pad cannot pad with mode={mode!r}", hint=f"modes: {known}")
    for axis, width in enumerate(widths(x, pad_width)):
        if width != (0, 0):
            x = ops.take(x, np.pad(np.arange(shapes.of(x)[axis]), width, mode), axis)
    return x


def widths(x, pad_width):
    """Return (before, after) for each axis of `x`."""
    shape = shapes.of(x)
    try:
        pairs = np.broadcast_to(np.asarray(pad_width, dtype=int), (len(shape), 2)).tolist()
    except ValueError:
        needed = f"pad_width={pad_width} is no (before, after) for each axis"
        raise shapes.Mismatch(needed).named("pad", [shape]) from None
    if any(n < 0 for pair in pairs for n in pair):
        raise shapes.Mismatch("widths cannot be negative").named("pad", [shape])
    return tuple((before, after) for before, after in pairs)
