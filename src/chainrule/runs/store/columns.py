"""Series as columns of steps: a column holds minimum, maximum and last, so that spikes survive.

A column of one step holds one number three times over, and is stored as one. Where one of the steps
in a column was NaN, its minimum and maximum are NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True)
class Reduced:
    """A series in columns: one for each step that was recorded, or several steps in one.

    Attributes:
        steps: the first step of each column, int64.
        min, max, last: of the steps in it, float64; NaN where one of them was NaN.
    """

    steps: Array
    min: Array
    max: Array
    last: Array


@dataclass(frozen=True)
class Columns:
    """Several series over the same columns.

    Attributes:
        first, until: the first and the last step of each column, (n,).
        low, high, last: (series, n); one and the same array where each column is one step.
    """

    first: Array
    until: Array
    low: Array
    high: Array
    last: Array

    def __len__(self) -> int:
        return len(self.first)

    @property
    def exact(self) -> bool:
        """Whether each column is one step."""
        return self.low is self.last and self.high is self.last

    def between(self, first: int, last: int) -> "Columns":
        """Return the columns that hold any of these steps."""
        kept = slice(
            int(np.searchsorted(self.until, first)),
            int(np.searchsorted(self.first, last, side="right")),
        )
        if kept == slice(0, len(self)):
            return self
        return self._each(lambda x: x[..., kept])

    def before(self, step: int) -> "Columns":
        """Return the columns that hold no step after this one."""
        kept = int(np.searchsorted(self.until, step, side="right"))
        return self._each(lambda x: x[..., :kept])

    def of(self, series: Sequence[int]) -> "Columns":
        """Return some of the series."""
        low, high, last = self._parts(lambda x: x[list(series)])
        return Columns(self.first, self.until, low, high, last)

    def wide(self, width: int) -> "Columns":
        """Join columns that begin in the same stretch of so many steps."""
        places = self.first // width
        starts = np.flatnonzero(np.diff(places, prepend=places[:1] - 1))
        if len(starts) == len(self):
            return self
        ends = np.append(starts[1:], len(self)) - 1
        return Columns(
            self.first[starts],
            self.until[ends],
            np.minimum.reduceat(self.low, starts, axis=1),
            np.maximum.reduceat(self.high, starts, axis=1),
            self.last[:, ends],
        )

    def series(self, number: int) -> Reduced:
        """Return one of the series."""
        return Reduced(self.first, self.low[number], self.high[number], self.last[number])

    def _each(self, change: Any) -> "Columns":
        return Columns(change(self.first), change(self.until), *self._parts(change))

    def _parts(self, change: Any) -> tuple[Array, Array, Array]:
        last = change(self.last)
        return (last, last, last) if self.exact else (change(self.low), change(self.high), last)


def exact(steps: Array, values: Array) -> Columns:
    """Return a column for each step."""
    return Columns(steps, steps, values, values, values)


def joined(parts: Sequence[Columns]) -> Columns:
    """Return columns one after the other."""
    if len(parts) == 1:
        return parts[0]
    first, until = (np.concatenate([getattr(p, n) for p in parts]) for n in ("first", "until"))
    last = np.concatenate([p.last for p in parts], axis=1)
    if all(p.exact for p in parts):
        return Columns(first, until, last, last, last)
    low, high = (np.concatenate([getattr(p, n) for p in parts], axis=1) for n in ("low", "high"))
    return Columns(first, until, low, high, last)


def in_order(columns: Columns) -> Columns:
    """Return the columns by rising steps."""
    if (columns.first[1:] >= columns.first[:-1]).all():
        return columns
    order = np.argsort(columns.first, kind="stable")
    return columns._each(lambda x: x[..., order])


def width(first: int, last: int, most: int) -> int:
    """Return how many steps wide columns must be, so that at most so many hold all these steps.

    >>> width(0, 9, 10), width(0, 10, 10), width(3, 12, 10)
    (1, 2, 1)
    """
    found = ceiling(last - first + 1, most)
    if last // found - first // found < most:
        return found
    # Columns begin at multiples of their width: the ends cost one more.
    return ceiling(last - first + 1, most - 1) if most > 1 else last + 1


def ceiling(a: int, b: int) -> int:
    return -(-a // b)


def nothing() -> Reduced:
    """Return a series that has not begun."""
    return Reduced(np.empty(0, np.int64), *(np.empty(0) for _ in range(3)))
