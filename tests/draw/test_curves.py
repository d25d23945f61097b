"""The lanes of a wire: straight runs, level ends, and a distance all along."""

from itertools import pairwise
from math import hypot

import pytest

from chainrule.draw.curves import APART, HEAD, head, lane, with_ends
from chainrule.draw.marks import Command, Curve, Line, Move

DOWN = [(0.0, 0.0), (60.0, 0.0), (100.0, 50.0), (120.0, 50.0)]
UP = [(x, -y) for x, y in DOWN]
WINDING = [(0.0, 0.0), (40.0, 60.0), (80.0, 0.0), (140.0, 0.0)]


def points(commands: list[Command]) -> list[tuple[float, float]]:
    """Return points along the path, close to each other."""
    found: list[tuple[float, float]] = []
    for step in commands:
        x, y = (step.x, step.y)
        if isinstance(step, Move):
            found.append((x, y))
            continue
        x0, y0 = found[-1]
        for i in range(1, 41):
            t = i / 40
            if isinstance(step, Line):
                found.append((x0 + t * (x - x0), y0 + t * (y - y0)))
                continue
            s = 1 - t
            weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
            xs, ys = (x0, step.x1, step.x2, x), (y0, step.y1, step.y2, y)
            found.append(
                (sum(map(float.__mul__, weights, xs)), sum(map(float.__mul__, weights, ys)))
            )
    return found


def test_a_lane_on_the_centre_line_goes_through_the_way_points() -> None:
    assert lane(DOWN, 0.0) == [
        Move(0, 0), Line(60, 0), Curve(80, 0, 80, 50, 100, 50), Line(120, 50),
    ]  # fmt: skip


@pytest.mark.parametrize("path", [DOWN, UP, WINDING])
def test_a_lane_starts_and_ends_where_the_wire_does(path: list[tuple[float, float]]) -> None:
    for shift in (-APART / 2, APART / 2):
        commands = lane(path, shift)
        first, last = commands[0], commands[-1]
        assert (first.x, first.y) == (path[0][0], path[0][1] + shift)
        assert (last.x, last.y) == (path[-1][0], path[-1][1] + shift)


@pytest.mark.parametrize("path", [DOWN, UP])
def test_the_lanes_stay_apart_where_they_are_steep(
    path: list[tuple[float, float]],
) -> None:
    upper, lower = points(lane(path, -APART / 2)), points(lane(path, APART / 2))
    for x, y in upper:
        apart = min(hypot(x - a, y - b) for a, b in lower)
        assert 0.99 * APART < apart < 1.4 * APART


@pytest.mark.parametrize("path", [DOWN, UP, WINDING])
def test_a_lane_never_turns_back(path: list[tuple[float, float]]) -> None:
    for shift in (-APART / 2, APART / 2):
        assert all(a[0] <= b[0] + 1e-9 for a, b in pairwise(points(lane(path, shift))))


def test_curves_end_level() -> None:
    for step in lane(WINDING, 2.5):
        if isinstance(step, Curve):
            assert step.y2 == step.y
    first = lane(WINDING, 2.5)[1]
    assert isinstance(first, Curve)
    assert first.y1 == 2.5


def test_arrowheads_point_along_the_lane() -> None:
    assert head(10, 5, 1) == (Move(10, 5), Line(10 - HEAD[0], 1.5), Line(10 - HEAD[0], 8.5))
    assert head(10, 5, -1)[1].x == 10 + HEAD[0]


def test_other_ends() -> None:
    assert with_ends(DOWN, -5, 130) == [(-5, 0), (60, 0), (100, 50), (130, 50)]
