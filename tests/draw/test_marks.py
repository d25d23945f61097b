"""Marks: groups, moving, outlines."""

import pytest

from chainrule.draw.marks import (
    Box,
    Curve,
    Group,
    Line,
    Move,
    Path,
    Picture,
    Words,
    disc,
    moved,
    outline,
)

PATH = Path((Move(0, 0), Line(1, 2), Curve(1, 2, 3, 4, 5, 6)), "#000000", 2.0, dash=(1.0, 3.0))


def test_a_picture_is_flat_in_the_order_of_drawing() -> None:
    marks = (Group("a", (Group("b", (PATH,)), disc(0, 0, 1))), Words(0, 0, "x", 10, "#000000"))
    made = Picture(width=1, height=1, ground="#ffffff", title="", description="", marks=marks)
    assert [type(mark) for mark in made.flat()] == [Path, Box, Words]


def test_moving_makes_larger_first() -> None:
    inner, words, box = moved(
        [Group("g", (PATH,)), Words(1, 2, "x", 10, "#000000", fit=4), Box(1, 2, 3, 4, 1, line=1)],
        100,
        200,
        2,
    )
    assert isinstance(inner, Group)
    (path,) = inner.marks
    assert isinstance(path, Path)
    assert path.commands == (Move(100, 200), Line(102, 204), Curve(102, 204, 106, 208, 110, 212))
    assert (path.width, path.dash) == (4, (2, 6))
    assert isinstance(words, Words)
    assert (words.x, words.y, words.size, words.fit) == (102, 204, 20, 8)
    assert box == Box(102, 204, 6, 8, 2, line=2)


def test_the_outline_of_a_circle_is_round() -> None:
    steps = outline(disc(0, 0, 10))
    curves = [step for step in steps if isinstance(step, Curve)]
    assert len(curves) == 4
    x, y = 10.0, 0.0  # the first quarter goes from (0, -10) to here
    first = curves[0]
    assert (first.x, first.y) == (x, y)
    middle = (0 + 3 * first.x1 + 3 * first.x2 + first.x) / 8
    height = (-10 + 3 * first.y1 + 3 * first.y2 + first.y) / 8
    assert (middle**2 + height**2) ** 0.5 == pytest.approx(10, rel=1e-3)


def test_the_outline_of_a_rectangle_has_four_corners() -> None:
    assert outline(Box(1, 2, 3, 4)) == (Move(1, 2), Line(4, 2), Line(4, 6), Line(1, 6))
