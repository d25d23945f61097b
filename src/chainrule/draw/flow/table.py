"""The table of layers beside the map of their gradients, for a terminal of any width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chainrule.draw.flow import heat
from chainrule.draw.flow.columns import GAP, Column, columns_for, width_of
from chainrule.draw.flow.legend import legend
from chainrule.draw.flow.lines import Line, lines_of, stretched
from chainrule.draw.flow.sparkline import is_far, sparkline
from chainrule.draw.terminal import STYLES, RenderableType, Text, stacked
from chainrule.explain.flow.narrow import narrowed
from chainrule.explain.flow.records import Curve, Flow
from chainrule.explain.flow.words import short

Array = Any
LINES = 60  # of layers
CELLS, LEAST = 160, 20  # of the map: at most, and at least where columns can give way
NAMES = 20  # cells for the names of figures and their numbers, where there are no layers


@dataclass(frozen=True)
class Ink:
    """How a table is drawn.

    Attributes:
        width: of the window.
        paint: colours, None where there are none.
        lines: of layers, at most.
    """

    width: int = 80
    paint: heat.Paint | None = None
    lines: int = LINES


def table(flow: Flow, ink: Ink) -> RenderableType:
    """Return the table, figures under it on the same steps, and what the colours mean."""
    if not flow.rows:
        cells = room(ink, NAMES)
        return stacked(curves(narrowed(flow, cells), NAMES, cells))
    columns = columns_for(flow.rows, ink.width - LEAST)
    left = width_of(columns)
    cells = room(ink, left)
    narrow = narrowed(flow, cells)
    lines, each = lines_of(narrow, max(1, ink.lines), paired=ink.paint is not None)
    return stacked(
        [
            head(columns, narrow, cells),
            *(drawn(line, columns, cells, ink.paint) for line in lines),
            *curves(narrow, left, cells),
            *legend(flow, ink.paint, each),
        ]
    )


def room(ink: Ink, left: int) -> int:
    """Return how many cells there are for the map."""
    return max(1, min(CELLS, ink.width - left))


def head(columns: Sequence[Column], flow: Flow, cells: int) -> Text:
    """Return the names of the columns, and from which step to which the map goes."""
    steps = f"step {flow.first:,} → {flow.last:,}"
    long = f"gradient size, {steps}"
    text = row([(one.name, "faint") for one in columns], columns)
    text.append(long if len(long) <= cells else steps[:cells], STYLES["faint"])
    return text


def drawn(line: Line, columns: Sequence[Column], cells: int, paint: heat.Paint | None) -> Text:
    """Return a line of layers: numbers, and the map."""
    text = row([one.of(line.row) for one in columns], columns)
    upper, lower = stretched(line.upper, cells), stretched(line.lower, cells)
    if paint:
        return text.append_text(heat.halves(upper, lower, paint))
    return text.append(heat.signs(upper))


def row(written: Sequence[tuple[str, str]], columns: Sequence[Column]) -> Text:
    """Return texts in their columns, the first at the left and the others at the right."""
    text = Text(no_wrap=True, overflow="crop")
    for place, ((said, style), one) in enumerate(zip(written, columns, strict=True)):
        padded = said.rjust(one.width) if place else said.ljust(one.width)
        text.append(" " * (GAP if place else 0) + padded, STYLES[style])
    return text.append(" " * (width_of(columns) - len(text)))


def curves(flow: Flow, left: int, cells: int) -> Iterator[Text]:
    """Yield a line for each figure: its name, the newest number, and how it came about."""
    for curve in flow.curves:
        values, known = stretched(curve.values, cells), stretched(curve.known, cells)
        name = f"{curve.name} (log)" if is_far(values, known) else curve.name
        text = Text(no_wrap=True, overflow="crop")
        text.append(name, STYLES["strong"])
        said = newest(curve)
        text.append(said.rjust(left - GAP - len(name)), STYLES["strong"])
        yield text.append(" " * GAP).append(sparkline(values, known))


def newest(curve: Curve) -> str:
    """Return the newest number of a figure."""
    return f"{100 * curve.last:.1f} %" if curve.name == "accuracy" else short(curve.last, 3)
