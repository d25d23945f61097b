"""Columns: longest paths, and what moves right to its consumer."""

import pytest

from chainrule.draw.layout.layers import layers
from chainrule.draw.layout.parts import Part, Piece
from chainrule.errors import UsageError


def columns(*pairs: str) -> dict[str, int]:
    """Return the columns for wires such as "a-f"; an empty end is outside."""
    ends = [pair.split("-") for pair in pairs]
    members = list(dict.fromkeys(name for pair in ends for name in pair if name))
    pieces = [
        Piece(wire=f"w{i}", container="", source=a or None, target=b or None)
        for i, (a, b) in enumerate(ends)
    ]
    return layers(Part(members, pieces))[0]


def test_a_gate_stands_behind_the_farthest_of_its_operands() -> None:
    assert columns("x-g", "g-h", "x-f", "h-f") == {"x": 0, "g": 1, "h": 2, "f": 3}


def test_a_leaf_stands_before_its_nearest_consumer() -> None:
    assert columns("x-g", "g-h", "h-f", "w-f")["w"] == 2


def test_a_chain_on_a_leaf_comes_along() -> None:
    found = columns("x-g", "g-h", "h-f", "w-p", "p-f")
    assert (found["w"], found["p"]) == (1, 2)


def test_a_gate_stays_where_moving_makes_more_wire_than_it_saves() -> None:
    """A gate of two values that are used elsewhere: two wires would grow, one shrink."""
    wires = ["a-p", "a-g", "b-p", "b-g", "g-h", "h-i", "i-f", "p-f"]
    assert columns(*wires)["p"] == columns(*wires)["g"]
    assert columns("a-p", "a-g", "g-h", "h-i", "i-f", "p-f")["p"] == 3


def test_what_comes_from_outside_has_a_column_of_its_own() -> None:
    assert columns("-g", "g-f", "f-") == {"g": 1, "f": 2}
    part = Part(["g"], [Piece(wire="w", container="", source=None, target="g")])
    assert layers(part) == ({"g": 1}, 2)
    part.pieces.append(Piece(wire="v", container="", source="g", target=None))
    assert layers(part) == ({"g": 1}, 3)


def test_a_circle_has_no_columns() -> None:
    with pytest.raises(UsageError) as error:
        columns("a-b", "b-c", "c-b")
    assert str(error.value).startswith("these depend on each other in a circle, so no order fits")
    assert "b, c" in str(error.value)
