"""Formulas as marks: blocks on a baseline."""

import pytest

from chainrule.draw.formula_picture import formula, in_a_row, line, name
from chainrule.draw.marks import Words
from chainrule.draw.metrics import text_width
from chainrule.graph.formula import Symbol

X = Symbol("x")


def words(marks: list[object]) -> list[Words]:
    return [mark for mark in marks if isinstance(mark, Words)]


def test_spaces_at_the_ends_count() -> None:
    block = line(" = ", 20, "#000000", "upright")
    (sign,) = words(block.marks)
    assert sign.text == "="
    assert sign.x == pytest.approx(text_width(" ", 20, "upright"))
    assert block.width == pytest.approx(text_width(" = ", 20, "upright"))


def test_letters_are_italic_and_fitted() -> None:
    letter, rest = words(line("x+1", 20, "#000000").marks)
    assert (letter.face, rest.face) == ("italic", "upright")
    assert letter.fit == pytest.approx(rest.x)


def test_blocks_stand_one_after_the_other() -> None:
    one, other = name("f", 20, "#000000"), line("=", 10, "#000000")
    row = in_a_row([one, other])
    assert row.width == pytest.approx(one.width + other.width)
    assert words(row.marks)[1].x == pytest.approx(one.width)
    assert (row.above, row.below) == (one.above, one.below)


def test_a_formula_has_its_size() -> None:
    block = formula(X * X + 1, 20, "#123456")
    assert block.width > 0
    assert block.above > 0
    assert all(mark.colour == "#123456" for mark in words(block.marks))
    right = max(w.x + text_width(w.text, w.size, w.face) for w in words(block.marks))
    assert right <= block.width + 1e-6
