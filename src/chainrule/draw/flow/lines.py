"""Which layers stand in which line: one, two in halves of it, or more where there is no room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.explain.flow.records import Flow, Row

Array = Any
FEW = 12  # layers that have a line each in any case


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes:
        row: the layer whose numbers it shows: of those in it, the first of the worst off.
        upper, lower: shades of its halves, (columns,), masked where nothing was measured.
    """

    row: Row
    upper: Array
    lower: Array


def lines_of(flow: Flow, most: int, *, paired: bool) -> tuple[list[Line], int]:
    """Return the lines of a table, and how many layers stand in each.

    Args:
        flow: whose layers they are.
        most: lines, at least 1.
        paired: whether a line may show two layers, in halves of its cells.
    """
    count = len(flow.rows)
    split = 2 if paired and count > min(FEW, most) else 1
    each = -(-count // (most * split))  # layers in a half
    shades = np.ma.array(flow.band.shade(flow.sizes), mask=~flow.known)
    lines = []
    for start in range(0, count, each * split):
        rows = flow.rows[start : start + each * split]
        upper = worst(shades[start : start + each])
        lower = upper
        if split == 2:
            lower = worst(shades[start + each : start + 2 * each])
        lines.append(Line(worst_off(flow, rows), upper, lower))
    return lines, each * split


def worst(shades: Array) -> Array:
    """Return the shades farthest from healthy among several layers; not finite comes first.

    >>> worst(np.ma.array([[0.0, -0.3, np.nan], [0.1, -0.2, 0.0]], mask=False)).tolist()
    [0.1, -0.3, nan]
    """
    if not len(shades):
        return np.ma.array(np.zeros(shades.shape[1]), mask=True)
    away = np.where(np.isnan(shades.data), np.inf, np.abs(shades.data))
    away[np.ma.getmaskarray(shades)] = -1
    place = away.argmax(axis=0)
    columns = np.arange(shades.shape[1])
    hidden = away[place, columns] < 0
    return np.ma.array(shades.data[place, columns], mask=hidden)


def worst_off(flow: Flow, rows: Sequence[Row]) -> Row:
    """Return the layer that most is wrong with; the first where several are alike."""
    return max(rows, key=lambda row: row.trouble(flow.band))


def stretched(line: Array, cells: int) -> Array:
    """Return the columns of a line over so many cells.

    >>> stretched(np.arange(2), 5).tolist()
    [0, 0, 0, 1, 1]
    """
    return line[np.arange(cells) * len(line) // cells]
