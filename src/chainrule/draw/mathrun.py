"""Expressions set in type for pictures: pieces of text and strokes, each with its place.

What is set is the MathML of the expression, so that a picture and a page cannot disagree. Lengths
are shares of the font size until the very end; the baseline is at y = 0 and y grows downwards.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from chainrule.draw.mathml import mathml
from chainrule.draw.metrics import text_width
from chainrule.graph.formula import Expression

AXIS = 0.26  # height of fraction bars and minus signs
ASCENT, DESCENT = 0.72, 0.22  # of a line of text
THICKNESS = 0.05  # of strokes
SCRIPT = 0.76  # size of indices and powers
LIFT, DROP = 0.36, 0.18  # of a power, of an index
GAP = 0.12  # between a fraction bar and what stands there
ROW_GAP, COLUMN_GAP = 0.25, 0.8  # of tables
TALL = 1.15  # height from which brackets grow
SPACES = {  # before and after an operator between two operands
    **dict.fromkeys("+−=<>≤≥≠∧∨", (0.24, 0.24)),
    **dict.fromkeys("·×∘", (0.2, 0.2)),
    "\u2062": (0.06, 0.06),
    ",": (0.0, 0.25),
    "∑": (0.0, 0.1),
}
INVISIBLE = ("\u2061", "\u2062")
FENCES = "()[]|‖{⌊⌋⌈⌉"
OPENING = ("(", "[", "{")


class Run(NamedTuple):
    """A piece of text: the left end of its baseline, its size and width, and whether it slants."""

    x: float
    y: float
    size: float
    italic: bool
    text: str
    width: float

    def scaled(self, factor: float) -> "Run":
        x, y, size = self.x * factor, self.y * factor, self.size * factor
        return Run(x, y, size, self.italic, self.text, self.width * factor)


class Stroke(NamedTuple):
    """A line through points, such as a fraction bar or a root."""

    points: tuple[tuple[float, float], ...]
    thickness: float


@dataclass(frozen=True)
class Runs:
    """A formula set in type; it reaches from 0 to `width`, `ascent` up and `descent` down."""

    runs: tuple[Run, ...]
    strokes: tuple[Stroke, ...]
    width: float
    ascent: float
    descent: float

    def moved(self, x: float, y: float) -> "Runs":
        """Return the same at another place; `width` is the right end."""
        return Runs(
            tuple(r._replace(x=r.x + x, y=r.y + y) for r in self.runs),
            tuple(
                s._replace(points=tuple((a + x, b + y) for a, b in s.points)) for s in self.strokes
            ),
            self.width + x,
            self.ascent - y,
            self.descent + y,
        )

    def scaled(self, factor: float) -> "Runs":
        """Return the same at another size."""
        return Runs(
            tuple(run.scaled(factor) for run in self.runs),
            tuple(
                Stroke(tuple((a * factor, b * factor) for a, b in s.points), s.thickness * factor)
                for s in self.strokes
            ),
            self.width * factor,
            self.ascent * factor,
            self.descent * factor,
        )


EMPTY = Runs((), (), 0.0, 0.0, 0.0)


def svg_runs(expr: Expression, size: float) -> Runs:
    """Return an expression set in type at a font size, for any picture made of text and lines.

    >>> from chainrule.graph.formula import Symbol
    >>> found = svg_runs(Symbol("x") / 2, 20)
    >>> [run.text for run in found.runs], len(found.strokes)
    (['x', '2'], 1)
    """
    return runs_of(mathml(expr)).scaled(size)


def runs_of(markup: str) -> Runs:
    """Return MathML set in type at font size 1."""
    done: dict[Element, Runs] = {}
    for element in reversed(list(fromstring(markup).iter())):  # inner ones first
        parts = [done.pop(child) for child in element]
        done[element] = LAYOUTS.get(element.tag, in_a_row)(element, parts)
    return done[element]


def together(parts: Iterable[Runs], width: float) -> Runs:
    """Return boxes that have their places as one."""
    found = list(parts)
    return Runs(
        tuple(run for part in found for run in part.runs),
        tuple(stroke for part in found for stroke in part.strokes),
        width,
        max((part.ascent for part in found), default=0.0),
        max((part.descent for part in found), default=0.0),
    )


# Text.


def text(element: Element, parts: Sequence[Runs]) -> Runs:
    """Return a name, a number, a word or an operator: single letters are italic."""
    written = element.text or ""
    if written in INVISIBLE:
        return EMPTY
    written = "T" if written == "⊤" else written  # which few fonts have
    italic = element.tag == "mi" and len(written) == 1 and written.isalpha()
    return of_text(written, italic=italic)


def of_text(written: str, size: float = 1.0, y: float = 0.0, *, italic: bool = False) -> Runs:
    face = "italic" if italic else "upright"
    shown = written.rstrip()  # a space at the end is only room
    run = Run(0.0, y, size, italic, shown, text_width(shown, size, face))
    width = text_width(written, size, face)
    return Runs((run,), (), width, ASCENT * size - y, DESCENT * size + y)


# Rows.


def in_a_row(element: Element, parts: Sequence[Runs]) -> Runs:
    """Return boxes side by side, with space around operators; brackets grow with what they hold."""
    children = list(element)
    signs = [child.text or "" if child.tag == "mo" else "" for child in children]
    inner = together((p for p, s in zip(parts, signs, strict=True) if s not in FENCES or not s), 0)
    placed: list[Runs] = []
    x = 0.0
    for i, (part, sign) in enumerate(zip(parts, signs, strict=True)):
        grown = fence(sign, inner) if sign and sign in FENCES else part
        before, after = space(signs, i)
        x += before if placed else 0.0
        placed.append(grown.moved(x, 0.0))
        x += grown.width + after
    return together(placed, x)


def space(signs: Sequence[str], i: int) -> tuple[float, float]:
    """Return the space around a sign: none where it has nothing to its left to work on."""
    around = SPACES.get(signs[i], (0.0, 0.0))
    prefix = i == 0 or (signs[i - 1] != "" and signs[i - 1] not in (")", "]", "|", "‖"))
    return (0.0, 0.0) if prefix and signs[i] in ("−", "+") else around


def fence(sign: str, inside: Runs) -> Runs:
    """Return a bracket as high as what it holds."""
    height = inside.ascent + inside.descent
    if height <= TALL:
        return of_text(sign)
    drop = (inside.descent - inside.ascent) / 2 + AXIS  # of its middle under the axis
    grown = of_text(sign, height)
    middle = (ASCENT - DESCENT) / 2 * height
    return grown.moved(0.0, drop - AXIS + middle)


# Fractions, powers, roots, cases.


def fraction(element: Element, parts: Sequence[Runs]) -> Runs:
    above, below = parts
    width = max(above.width, below.width) + 0.2
    top = above.moved((width - above.width) / 2, -AXIS - GAP - above.descent)
    bottom = below.moved((width - below.width) / 2, -AXIS + GAP + below.ascent)
    bar = Stroke(((0.04, -AXIS), (width - 0.04, -AXIS)), THICKNESS)
    return together([top, bottom, Runs((), (bar,), 0, 0, 0)], width)


def power(element: Element, parts: Sequence[Runs]) -> Runs:
    base, above = parts[0], parts[1].scaled(SCRIPT)
    lift = max(LIFT, base.ascent - 0.4, above.descent + 0.2)
    return together([base, above.moved(base.width + 0.03, -lift)], base.width + above.width + 0.06)


def index(element: Element, parts: Sequence[Runs]) -> Runs:
    base, below = parts[0], parts[1].scaled(SCRIPT)
    drop = max(DROP, base.descent - 0.05)
    return together([base, below.moved(base.width + 0.02, drop)], base.width + below.width + 0.04)


def accent(element: Element, parts: Sequence[Runs]) -> Runs:
    base, mark = parts
    at = (base.width - mark.width) / 2 + 0.06
    return together([base, mark.moved(at, -0.12)], base.width)


def root(element: Element, parts: Sequence[Runs]) -> Runs:
    inside = in_a_row(element, parts)
    top, bottom = -inside.ascent - 0.12, inside.descent
    points = ((0.02, -0.25), (0.14, -0.33), (0.3, bottom), (0.5, top), (0.58 + inside.width, top))
    hook = Runs((), (Stroke(points, THICKNESS),), 0, inside.ascent + 0.17, bottom)
    return together([inside.moved(0.54, 0.0), hook], inside.width + 0.62)


@dataclass(frozen=True)
class Row(Runs):
    """The cells of one row of a table, each at x = 0."""

    cells: tuple[Runs, ...] = ()


def row(element: Element, parts: Sequence[Runs]) -> Row:
    heights = max(p.ascent for p in parts), max(p.descent for p in parts)
    return Row((), (), 0.0, *heights, tuple(parts))


def table(element: Element, parts: Sequence[Runs]) -> Runs:
    """Return rows under each other, their cells too, around the height of a minus sign."""
    rows = [part for part in parts if isinstance(part, Row)]
    widths = [
        max(cell.width for cell in column) for column in zip(*(r.cells for r in rows), strict=True)
    ]
    height = sum(r.ascent + r.descent for r in rows) + ROW_GAP * (len(rows) - 1)
    y = -AXIS - height / 2
    placed = []
    for line in rows:
        x = COLUMN_GAP / 8
        for cell, width in zip(line.cells, widths, strict=True):
            placed.append(cell.moved(x, y + line.ascent))
            x += width + COLUMN_GAP
        y += line.ascent + line.descent + ROW_GAP
    return together(placed, max(part.width for part in placed))


LAYOUTS: Mapping[str, Callable[[Element, Sequence[Runs]], Runs]] = {
    **dict.fromkeys(("mi", "mn", "mo", "mtext"), text),
    "mfrac": fraction,
    "msup": power,
    "msub": index,
    "mover": accent,
    "msqrt": root,
    "mtable": table,
    "mtr": row,
}
