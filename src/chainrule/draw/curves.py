"""The two lanes of a wire: from way-points to straight runs, joined by curves that end level."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from chainrule.draw.marks import Command, Curve, Line, Move

APART = 5.0  # between the two lanes
HEAD = (7.0, 3.5)  # an arrowhead's length, and half its width

Point = tuple[float, float]


def lane(path: Sequence[Point], shift: float) -> list[Command]:
    """Return the lane that runs `shift` under the wire's centre line (above it if negative).

    In a curve the lane is moved sideways as well, so that the two lanes stay apart where they are
    steep.
    """
    asides = sideways(path, shift)
    points = [(x + aside, y + shift) for (x, y), aside in zip(path, asides, strict=True)]
    commands: list[Command] = [Move(*points[0])]
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 == y1:
            commands.append(Line(x1, y1))
        else:
            middle = (x0 + x1) / 2
            commands.append(Curve(middle, y0, middle, y1, x1, y1))
    return commands


def sideways(path: Sequence[Point], shift: float) -> list[float]:
    """Return how far each way-point moves to the right: 0 at the ends and along straight runs."""
    bends = [bend(a, b, shift) for a, b in pairwise(path)]
    inner = [meeting(before, after) for before, after in pairwise(bends)]
    return [0.0, *inner, 0.0]


def bend(start: Point, end: Point, shift: float) -> float | None:
    """Return how far a curve moves to the right in its steepest place; None for a straight run."""
    across, down = end[0] - start[0], end[1] - start[1]
    return -shift * 2 * down / hypot(across, 2 * down) if down else None


def meeting(before: float | None, after: float | None) -> float:
    """Return how far the way-point between two pieces moves."""
    known = [x for x in (before, after) if x is not None]
    return sum(known) / len(known) if known else 0.0


def with_ends(path: Sequence[Point], start: float, end: float) -> list[Point]:
    """Return the path with other x at its two ends."""
    (_, first), *inner, (_, last) = path
    return [(start, first), *inner, (end, last)]


def head(x: float, y: float, direction: int) -> tuple[Command, ...]:
    """Return an arrowhead with its tip at a point, to the right (1) or to the left (-1)."""
    length, half = HEAD
    back = x - direction * length
    return (Move(x, y), Line(back, y - half), Line(back, y + half))
