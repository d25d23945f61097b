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
    """A line along a path, or the area inside of it; `dash` are lengths of dash and gap."""

    commands: tuple[Command, ...]
    stroke: str = ""
    width: float = 0.0
    fill: str = ""
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

    `face` is one of those of `metrics`, without math: its pieces stand by themselves. With `fit`, the text is made to take that width whatever
    font there is: for pieces of formulas, which stand close to each other.
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
            return replace(mark, commands=steps, width=scale * mark.width)
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
