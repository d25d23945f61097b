"""The numbers of a layer: which there is room for, and how they are written."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chainrule.draw.numbers import scientific
from chainrule.explain.flow.records import DEAD, SATURATED, Row
from chainrule.explain.flow.words import short

LABEL = 20  # letters of a layer's name, at most
GAP, BEFORE_MAP = 2, 3
OUTSIDE = "○"  # an update that is too small or too large
IDLE = "idle"  # where some are dead and others saturated

Written = tuple[str, str]  # a text and its style


@dataclass(frozen=True)
class Column:
    """A column of the table: its name, its width, and what it has for a layer."""

    name: str
    width: int
    of: Callable[[Row], Written]


def columns_for(rows: Sequence[Row], room: int) -> list[Column]:
    """Return the columns that fit into so many cells, the layer's name in any case."""
    wanted = [
        column("|∂L/∂W|", rows, gradient),
        column("upd/w", rows, ratio),
        column(idle_name(rows), rows, idle),
    ]
    found = [column("layer", rows, label)]
    for one in wanted:
        if width_of([*found, one]) <= room and any(one.of(row)[0] for row in rows):
            found.append(one)
    return found


def column(name: str, rows: Sequence[Row], of: Callable[[Row], Written]) -> Column:
    return Column(name, max(len(name), *(len(of(row)[0]) for row in rows)), of)


def width_of(columns: Sequence[Column]) -> int:
    """Return how many cells columns take, with the gap before the map."""
    return sum(one.width for one in columns) + GAP * (len(columns) - 1) + BEFORE_MAP


def label(row: Row) -> Written:
    """Return the name of a layer, its end where it is long."""
    long = len(row.label) > LABEL
    return ("…" + row.label[1 - LABEL :] if long else row.label), "plain"


def gradient(row: Row) -> Written:
    """Return the size of a gradient.

    >>> gradient(Row("w", "w", (), gradient=6.8e-4)), gradient(Row("w", "w", ()))
    (('6.8e-4', 'gradient'), ('', 'plain'))
    """
    size = row.gradient
    if size is None:
        return "", "plain"
    if not math.isfinite(size):
        return short(size), "bad"
    return (scientific(size, 2) if size else "0"), "gradient"


def ratio(row: Row) -> Written:
    """Return the size of an update beside its weight, marked where it is not usual.

    >>> ratio(Row("w", "w", (), ratio=1e-3)), ratio(Row("w", "w", (), ratio=8e-5))
    (('1e-3', 'forward'), ('○8e-5', 'faint'))
    """
    if row.ratio is None:
        return "", "plain"
    if not math.isfinite(row.ratio):
        return short(row.ratio), "bad"
    if row.ratio_is_usual:
        return power(row.ratio), "forward"
    return OUTSIDE + power(row.ratio), "faint"


def power(x: float) -> str:
    """Write a number with one digit and a power of ten."""
    if not x:
        return "0"
    digit, _, exponent = f"{x:.0e}".partition("e")
    return f"{digit}e{int(exponent)}"


def idle(row: Row) -> Written:
    """Return the share of units that do nothing."""
    if row.idle is None:
        return "", "plain"
    text = f"{100 * row.idle:.0f} %" if math.isfinite(row.idle) else short(row.idle)
    return text, "bad" if row.is_idle else "plain"


def idle_name(rows: Sequence[Row]) -> str:
    """Return what units that do nothing are called: dead, saturated, or both."""
    kinds = {row.kind for row in rows if row.idle is not None}
    if len(kinds) > 1:
        return IDLE
    return "satur." if SATURATED in kinds else DEAD
