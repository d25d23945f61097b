"""Packs a panel of columns of a matrix: row after row, padded with zeros to whole vectors.

A packed panel is read in the order in which a product needs it, whatever the matrix' strides are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chainrule.compiler.code import Function
from chainrule.compiler.values import Value, constant, lanes_of, size_of, vector

SHUFFLE_BYTES = 16  # shuffles stay inside parts of a vector of this size: those are cheap


@dataclass(frozen=True)
class Panel:
    """Some columns of a matrix of k rows.

    Attributes:
        kind: the type of an entry.
        k: how many rows.
        width: how many columns there are.
        vectors, lanes: how many vectors of how many entries a packed row has.
        strides: between entries of the matrix: (by row, by column).
    """

    kind: str
    k: int
    width: int
    vectors: int
    lanes: int
    strides: tuple[int, int]

    @property
    def pitch(self) -> int:
        """How many entries a packed row has."""
        return self.vectors * self.lanes

    def columns(self, index: int) -> int:
        """Return how many columns vector `index` holds."""
        return min(self.lanes, self.width - index * self.lanes)

    def packed(self) -> "Panel":
        """Return the panel as it is when it is packed: whole vectors, one below the other."""
        return replace(self, width=self.pitch, strides=(self.pitch, 1))


def first_lanes(count: int, lanes: int) -> Value:
    """Return the mask of the first `count` of so many lanes.

    >>> str(first_lanes(1, 2))
    '<2 x i1> <i1 true, i1 false>'
    """
    bits = ", ".join(f"i1 {'true' if i < count else 'false'}" for i in range(lanes))
    return Value(f"<{bits}>", f"<{lanes} x i1>")


def load_first(f: Function, kind: str, lanes: int, address: Value, count: int) -> Value:
    """Load the first `count` entries of a vector; the others are 0 and not touched."""
    whole = vector(kind, lanes)
    if count >= lanes:
        return f.load(whole, address)
    return f.masked_load(whole, address, first_lanes(count, lanes))


def scaled(f: Function, index: Value, factor: int) -> Value:
    """Return index * factor."""
    return index if factor == 1 else f.mul(index, constant("i64", factor))


def write_packing(f: Function, panel: Panel, source: Value, target: Value) -> None:
    """Copy the panel whose first entry is at `source` to `target`."""
    by_row, by_column = panel.strides
    block = SHUFFLE_BYTES // size_of(panel.kind)
    if by_column == 1:
        _write_rows(f, panel, source, target, 1, _copied)
    elif by_row == 1 and panel.k >= block and panel.lanes % block == 0:
        _write_rows(f, panel, source, target, block, _transposed)
    else:
        _write_rows(f, panel, source, target, 1, _collected)


Block = Callable[[Function, Panel, Value, int], list[Value]]


def _write_rows(
    f: Function, panel: Panel, source: Value, target: Value, rows: int, block: Block
) -> None:
    """Pack `rows` rows at a time; the last ones may be packed twice."""
    whole = panel.k // rows * rows
    with f.loop(whole, step=rows) as loop:
        _write_block(f, panel, source, target, loop.index, rows, block)
    if whole < panel.k:
        _write_block(f, panel, source, target, constant("i64", panel.k - rows), rows, block)


def _write_block(
    f: Function, panel: Panel, source: Value, target: Value, row: Value, rows: int, block: Block
) -> None:
    begin = f.at(source, panel.kind, scaled(f, row, panel.strides[0]))
    end = f.at(target, panel.kind, scaled(f, row, panel.pitch))
    for index in range(panel.vectors):
        for offset, packed in enumerate(block(f, panel, begin, index)):
            place = offset * panel.pitch + index * panel.lanes
            f.store(packed, f.at(end, panel.kind, place))


def _copied(f: Function, panel: Panel, begin: Value, index: int) -> list[Value]:
    """Return one row of columns that lie side by side."""
    address = f.at(begin, panel.kind, index * panel.lanes)
    return [load_first(f, panel.kind, panel.lanes, address, panel.columns(index))]


def _collected(f: Function, panel: Panel, begin: Value, index: int) -> list[Value]:
    """Return one row of columns that lie anywhere."""
    row = Value("zeroinitializer", vector(panel.kind, panel.lanes))
    for lane in range(panel.columns(index)):
        place = (index * panel.lanes + lane) * panel.strides[1]
        row = f.insert(row, f.load(panel.kind, f.at(begin, panel.kind, place)), lane)
    return [row]


def _transposed(f: Function, panel: Panel, begin: Value, index: int) -> list[Value]:
    """Return a few rows of columns whose entries lie side by side.

    Vectors are put together from parts of the columns, so that each part holds a small square of
    the matrix; then the squares are transposed.
    """
    block = SHUFFLE_BYTES // size_of(panel.kind)
    found = []
    for start in range(block):
        lanes = range(start, panel.lanes, block)
        found.append(_joined(f, [_part(f, panel, begin, index, lane) for lane in lanes]))
    return _squares(f, found)


def _part(f: Function, panel: Panel, begin: Value, index: int, lane: int) -> Value:
    """Return the first entries of a column; zeros beyond the last column."""
    kind = vector(panel.kind, SHUFFLE_BYTES // size_of(panel.kind))
    if lane >= panel.columns(index):
        return Value("zeroinitializer", kind)
    place = (index * panel.lanes + lane) * panel.strides[1]
    return f.load(kind, f.at(begin, panel.kind, place))


def _joined(f: Function, parts: Sequence[Value]) -> Value:
    """Return the parts side by side in one vector."""
    found = list(parts)
    while len(found) > 1:
        every = range(2 * lanes_of(found[0].type))
        found = [f.shuffle(a, b, every) for a, b in zip(found[::2], found[1::2], strict=True)]
    return found[0]


def _squares(f: Function, rows: list[Value]) -> list[Value]:
    """Transpose the squares that lie side by side in as many rows as a square has.

    Each turn puts pairs of rows together, at first entry by entry, then two by two.
    """
    side, run = len(rows), 1
    while run < side:
        half = [(rows[i], rows[i + run]) for i in range(side) if not i & run]
        rows = [row for a, b in half for row in _interleaved(f, a, b, side, run)]
        run *= 2
    return rows


def _interleaved(f: Function, a: Value, b: Value, side: int, run: int) -> list[Value]:
    """Return the first and the second halves of the squares of a and b, run by run."""
    lanes = lanes_of(a.type)
    found = []
    for half in (0, side // 2):
        order = []
        for start in range(half, lanes, side):
            for place in range(start, start + side // 2, run):
                order += [*range(place, place + run), *range(lanes + place, lanes + place + run)]
        found.append(f.shuffle(a, b, order))
    return found
