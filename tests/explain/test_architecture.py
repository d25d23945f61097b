"""Nets as plain data, from a list of widths."""

import pytest

from chainrule.errors import ExpressionError
from chainrule.explain.architecture import Link, columns, read_widths, size


def test_widths_become_columns_and_weights() -> None:
    net = columns([64, 128, 64, 10])
    assert [c.units for c in net.columns] == [64, 128, 64, 10]
    assert [c.name for c in net.columns] == ["input", "hidden 1", "hidden 2", "output"]
    assert [link.shape for link in net.links] == [(128, 64), (64, 128), (10, 64)]
    assert net.parameters == 64 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10 == 17226
    assert [c.name for c in columns([2, 2, 1]).columns] == ["input", "hidden", "output"]
    assert [c.name for c in columns([2, 1]).columns] == ["input", "output"]


def test_widths_are_read() -> None:
    assert read_widths("64,128,64,10") == [64, 128, 64, 10]
    assert read_widths(" 2, 2 ,1") == [2, 2, 1]


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("64,12a,10", 5, "'12a' is no number of units"),
        ("64,,10", 3, "a number of units is missing"),
        ("64,10,", 6, "a number of units is missing"),
        ("", 0, "a number of units is missing"),
        ("64, -3", 4, "'-3' is no number of units"),
        ("2.5,1", 1, "'2.5' is no number of units"),
        ("2,0,1", 2, "a column has 1 to 999999999 units"),
        ("2,12345678901", 2, "a column has 1 to 999999999 units"),
        ("2,٣", 2, "'٣' is no number of units"),
        ("64", 2, "a net has two columns at least"),
    ],
)
def test_wrong_widths_are_pointed_at(text: str, position: int, words: str) -> None:
    with pytest.raises(ExpressionError) as found:
        read_widths(text)
    assert found.value.position == position
    pointed = f"\n  {text}\n  {' ' * position}^" if text else ""
    assert found.value.message == words + pointed
    assert found.value.hint


def test_parameters_of_a_link() -> None:
    assert Link(shape=(3, 2), bias=(3,)).parameters == 9
    assert Link(kind="concatenate").parameters == 0
    assert size((2, 3, 4)) == 24
