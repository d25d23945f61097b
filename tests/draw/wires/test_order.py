"""Columns, and the lanes between them."""

from chainrule.draw.wires.order import columns
from tests.draw.wires.circuits import as_scene

SKIP = as_scene({"g0": ["x"], "g1": ["g0"], "g2": ["g1", "x"]})


def test_a_wire_leaves_a_place_in_every_column_it_passes() -> None:
    found = columns(SKIP)
    wire = next(wire for wire in SKIP.wires if (wire.source, wire.target) == ("bx", "g2"))
    places = [item for column in found.items for item in column if "@" in item]
    assert places == [f"{wire.id}@2", f"{wire.id}@3"]
    lanes = [lane for behind in found.lanes for lane in behind if lane.wire is wire]
    assert [(lane.source, lane.target) for lane in lanes] == [
        ("bx", f"{wire.id}@2"), (f"{wire.id}@2", f"{wire.id}@3"), (f"{wire.id}@3", "g2")
    ]  # fmt: skip
    assert [lane.first for lane in lanes] == [True, False, False]


def test_a_piece_has_marks_where_wires_are_cut() -> None:
    found = columns(as_scene({"g0": ["x"], "g1": ["g0", "y"], "g2": ["g1"]}))
    cut: dict[str, str] = {}
    marks = iter("①②③")
    first, second = found.piece(range(2), marks, cut), found.piece(range(2, 5), marks, cut)
    assert list(first.marks.values()) == list(second.marks.values()) == ["①", ""] or cut
    assert "y" not in {item for column in first.items for item in column}
    assert "y" in second.items[0]
