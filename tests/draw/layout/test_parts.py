"""A scene taken apart: the pieces of a wire through the boxes around its ends."""

from chainrule.draw.layout.parts import parts, pieces
from chainrule.draw.layout.records import Item, Strand

PARENTS = {"x": "", "m0": "", "m1": "m0", "g": "m1", "h": "m0", "m2": "", "f": "m2"}


def through(source: str, target: str) -> list[tuple[str, str | None, str | None]]:
    return [(p.container, p.source, p.target) for p in pieces("w", source, target, PARENTS)]


def test_a_wire_beside_boxes_is_one_piece() -> None:
    assert through("x", "m0") == [("", "x", "m0")]


def test_a_wire_into_a_nested_box_crosses_both_borders() -> None:
    assert through("x", "g") == [("", "x", "m0"), ("m0", None, "m1"), ("m1", None, "g")]


def test_a_wire_inside_a_box_does_not_leave_it() -> None:
    assert through("g", "h") == [("m1", "g", None), ("m0", "m1", "h")]


def test_a_wire_from_box_to_box_goes_out_and_in() -> None:
    assert through("g", "f") == [
        ("m1", "g", None),
        ("m0", "m1", None),
        ("", "m0", "m2"),
        ("m2", None, "f"),
    ]


def test_each_container_comes_before_those_in_it() -> None:
    items = {
        name: Item(kind="op", parent=parent, width=1, height=1, above=1, below=1)
        for name, parent in PARENTS.items()
    }
    strand = Strand(source="x", target="g", operand=0, near=0, far=0)
    found = parts(items, {"w": strand})
    assert [*found] == ["", "m0", "m1", "m2"]
    assert found["m0"].members == ["m1", "h"]
    assert [piece.wire for piece in found["m1"].pieces] == ["w"]
    assert found["m2"].pieces == []
