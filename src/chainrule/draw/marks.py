"""What a picture is made of: few kinds of marks, with plain numbers and colours.

A picture is made once and written by several pens: SVG, PDF. Coordinates are pixels, y downwards.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias


class Move(NamedTuple):
    """Begin a path at a point."""

    x: float
    y: float


class Line(NamedTuple):
    """Go straight on to a point."""

    x: float
    y: float


class Curve(NamedTuple):
    """Go on by a cubic Bézier curve: two control points, then the end."""

    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float


Command: TypeAlias = Move | Line | Curve


@dataclass(frozen=True)
class Path:
    """A line along a path, or the area inside of it; `dash` are lengths of dash and gap.

    A closed path ends where it began.
    """

    commands: tuple[Command, ...]
    stroke: str = ""
    width: float = 0.0
    fill: str = ""
    closed: bool = False
    round: bool = False
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Box:
    """A rectangle with rounded corners; (x, y) is its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    line: float = 0.0


@dataclass(frozen=True)
class Words:
    """A line of text on its baseline; `anchor` is start, middle or end.

    `face` is one of those of `metrics`, without math: its pieces stand by themselves. With `fit`,
    the signs are set as far apart as makes that width, whatever font there is: for pieces of
    formulas, which stand close to each other.
    """

    x: float
    y: float
    text: str
    size: float
    colour: str
    face: str = "sans"
    anchor: str = "start"
    fit: float = 0.0


@dataclass(frozen=True)
class Group:
    """Marks that belong together."""

    id: str
    marks: tuple["Mark", ...]


Mark: TypeAlias = Path | Box | Words | Group


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Marks on a ground; title and description say in words what is to be seen."""

    width: float
    height: float
    ground: str
    title: str
    description: str
    marks: tuple[Mark, ...]

    def flat(self) -> Iterator[Path | Box | Words]:
        """Yield the marks without their groups, the lowest first."""
        yield from ungrouped(self.marks)


def ungrouped(marks: Sequence[Mark]) -> Iterator[Path | Box | Words]:
    for mark in marks:
        if isinstance(mark, Group):
            yield from ungrouped(mark.marks)
        else:
            yield mark


def disc(
    x: float, y: float, radius: float, fill: str = "", stroke: str = "", line: float = 0
) -> Box:
    """Return a circle: a box that is all corners."""
    return Box(x - radius, y - radius, 2 * radius, 2 * radius, radius, fill, stroke, line)


def moved(marks: Iterable[Mark], right: float, down: float, scale: float = 1.0) -> list[Mark]:
    """Return the marks made larger by a factor, then moved."""

    def place(x: float, y: float) -> tuple[float, float]:
        return right + scale * x, down + scale * y

    def one(mark: Mark) -> Mark:
        if isinstance(mark, Group):
            return replace(mark, marks=tuple(map(one, mark.marks)))
        if isinstance(mark, Path):
            steps = tuple(moved_command(step, place) for step in mark.commands)
            dash = tuple(scale * length for length in mark.dash)
            return replace(mark, commands=steps, width=scale * mark.width, dash=dash)
        x, y = place(mark.x, mark.y)
        if isinstance(mark, Words):
            return replace(mark, x=x, y=y, size=scale * mark.size, fit=scale * mark.fit)
        return replace(
            mark,
            x=x,
            y=y,
            width=scale * mark.width,
            height=scale * mark.height,
            radius=scale * mark.radius,
            line=scale * mark.line,
        )

    return [one(mark) for mark in marks]


def moved_command(step: Command, place: Callable[[float, float], tuple[float, float]]) -> Command:
    pairs = [place(*step[i : i + 2]) for i in range(0, len(step), 2)]
    return type(step)(*(x for pair in pairs for x in pair))


QUARTER = 0.5523  # a cubic curve with control points so far along its tangents is a quarter circle


def outline(box: Box) -> tuple[Command, ...]:
    """Return the path around a box, clockwise from the end of its upper left corner."""
    x0, y0, x1, y1 = box.x, box.y, box.x + box.width, box.y + box.height
    r = box.radius
    k = r * (1 - QUARTER)
    if not r:
        return (Move(x0, y0), Line(x1, y0), Line(x1, y1), Line(x0, y1))
    return (
        Move(x0 + r, y0),
        Line(x1 - r, y0),
        Curve(x1 - k, y0, x1, y0 + k, x1, y0 + r),
        Line(x1, y1 - r),
        Curve(x1, y1 - k, x1 - k, y1, x1 - r, y1),
        Line(x0 + r, y1),
        Curve(x0 + k, y1, x0, y1 - k, x0, y1 - r),
        Line(x0, y0 + r),
        Curve(x0, y0 + k, x0 + k, y0, x0 + r, y0),
    )
