"""From what was recorded of a run to the table of layers and the map."""

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from chainrule.explain.flow.records import Curve, Flow, Row
from chainrule.explain.flow.rows import GRADIENT, Start, rows_of
from chainrule.explain.flow.scale import Band
from chainrule.explain.flow.words import sentence

Array = Any
COLUMNS = 2000  # of a map
STATS = (":ratio", ":std", ":dead", ":saturated")
FIGURES = {"loss": ("loss",), "accuracy": ("val_accuracy", "accuracy")}  # the first that is there


class Numbers(Protocol):
    """A series in columns of one step or of several."""

    @property
    def steps(self) -> Array:
        """The first step of each column, rising."""

    @property
    def max(self) -> Array:
        """The largest of each column."""

    @property
    def last(self) -> Array:
        """The last of each column."""


def wanted(names: Collection[str]) -> list[str]:
    """Return the names, among those of all series, of what a flow is made of."""
    figures = {name for chosen in FIGURES.values() for name in chosen}
    return [
        name for name in names if name in figures or name.endswith(GRADIENT) or name.endswith(STATS)
    ]


def flow(
    start: Start,
    series: Mapping[str, Numbers],
    *,
    columns: int = COLUMNS,
    relative: bool = False,
    every: bool = False,
) -> Flow:
    """Return the table of layers and the map of a run.

    Args:
        start: what the run said of itself: "parameters", "modules", "activations".
        series: name -> numbers over steps, of what `wanted` chooses.
        columns: of the map, at most.
        relative: let the healthy band lie about the run's own median.
        every: a row for vectors too, as biases are.
    """
    series = {name: numbers for name, numbers in series.items() if len(numbers.steps)}
    rows = rows_of(start, series, every=every)
    measured = [series[row.name + GRADIENT] for row in rows]
    factors = [1 / math.sqrt(max(1, math.prod(row.shape))) for row in rows]
    starts, last = columns_of(series, columns)
    found = [
        binned(numbers.steps, numbers.max * factor, starts)
        for numbers, factor in zip(measured, factors, strict=True)
    ]
    sizes, known = (
        np.array([pair[i] for pair in found]).reshape(len(rows), len(starts)) for i in (0, 1)
    )
    band = Band().around(sizes[known]) if relative else Band()
    pairs = zip(rows, measured, factors, strict=True)
    rows = [filled(row, float(x.last[-1]) * factor, series) for row, x, factor in pairs]
    curves = curves_of(series, starts)
    since = {
        row.name: broken_since(x) for row, x in zip(rows, measured, strict=True) if broken_since(x)
    }
    said = sentence(rows, since, {curve.name: curve.last for curve in curves}, band)
    return Flow(tuple(rows), starts, last, sizes, known, curves, band, said)


def columns_of(series: Mapping[str, Numbers], most: int) -> tuple[Array, int]:
    """Return the first step of each column, and the last step of all."""
    if not series:
        return np.empty(0, np.int64), 0
    first = min(int(numbers.steps[0]) for numbers in series.values())
    last = max(int(numbers.steps[-1]) for numbers in series.values())
    span = last - first + 1
    count = min(most, span)
    places: Array = np.arange(count)
    return first + places * span // count, last


def binned(steps: Array, values: Array, starts: Array) -> tuple[Array, Array]:
    """Return the largest value of each column, and where there is one.

    A column in which nothing was measured, between two in which something was, is as the one before
    it. One number that is NaN makes its column NaN.
    """
    places: Array = np.searchsorted(starts, steps, side="right") - 1
    found, known = np.full(len(starts), -np.inf), np.zeros(len(starts), bool)
    with np.errstate(invalid="ignore"):
        np.maximum.at(found, places, values)
    known[places] = True
    here: Array = np.arange(len(starts))
    before: Array = np.maximum.accumulate(np.where(known, here, -1))
    inside = (before >= 0) & (here <= places[-1])
    return np.where(inside, found[before], np.nan), inside


def filled(row: Row, gradient: float, series: Mapping[str, Numbers]) -> Row:
    """Return a row with the newest numbers."""

    def newest(name: str) -> float | None:
        return float(series[name].last[-1]) if name in series else None

    return replace(
        row,
        gradient=gradient,
        ratio=newest(f"{row.name}:ratio"),
        spread=newest(f"{row.activation}:std"),
        idle=newest(f"{row.activation}:{row.kind}"),
    )


def curves_of(series: Mapping[str, Numbers], starts: Array) -> tuple[Curve, ...]:
    """Return the loss and the accuracy, on held-out rows if there are any."""
    found = []
    for name, choices in FIGURES.items():
        chosen = next((series[choice] for choice in choices if choice in series), None)
        if chosen is not None:
            values, known = binned(chosen.steps, chosen.max, starts)
            found.append(Curve(name, values, known, float(chosen.last[-1])))
    return tuple(found)


def broken_since(numbers: Numbers) -> int:
    """Return the first step from which on no number is finite, 0 where the newest is."""
    sound = np.flatnonzero(np.isfinite(numbers.max))
    begin = int(sound[-1]) + 1 if len(sound) else 0
    return int(numbers.steps[begin]) if begin < len(numbers.steps) else 0
