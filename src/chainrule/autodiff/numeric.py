"""Derivatives by differences: what every backward rule is judged by.

Only forward values are used here. A centred difference is wrong by about h^2 when h is large and by
rounding when h is small, so h is swept: it is halved again and again, the results are extrapolated
to h = 0 (Richardson), and the estimate that changed least wins (Ridders 1982).
"""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chainrule.errors import ShapeError

FIRST, SMALLEST = 0.05, 1e-10  # the steps that are tried, for inputs of size 1
FIRST_TWICE, SMALLEST_TWICE = 0.1, 1e-5  # the same for second derivatives
KINK = 1e-6  # an input this close to a kink counts as lying on it
ENOUGH = 1e-11  # relative error at which the sweep stops
PATIENCE = 6  # steps without improvement, once the estimate is good
DEPTH = 8  # of the extrapolation
EPSILON = float(np.finfo(np.float64).eps)


class Sample(NamedTuple):
    """A forward value, and which input won at each gate that chooses."""

    value: float
    winners: Hashable = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A derivative by differences.

    `error` bounds how wrong it may be, `step` is the h it comes from, and `kink` tells that a
    winner changed however small h was: there is no derivative.
    """

    value: float = math.nan
    error: float = math.inf
    step: float = math.nan
    kink: bool = False


class Quotient(NamedTuple):
    """A difference quotient, what rounding may have added to it, and whether a winner changed."""

    value: float
    noise: float
    crossed: bool


def slope(sample: Callable[[float], Sample], scale: float = 1.0) -> Estimate:
    """Return the derivative of `sample(t).value` by t at 0, by centred differences.

    Args:
        sample: the function along a line.
        scale: how far a step of usual size goes, such as the size of the input.

    Where the function itself has no finite value there is no slope, whatever lies on its two sides.
    """
    here = sample(0.0)
    if not math.isfinite(here.value):
        return Estimate()

    def quotient(h: float) -> Quotient:
        up, down = sample(h), sample(-h)
        crossed = not (up.winners == here.winners == down.winners)
        noise = EPSILON * max(abs(up.value), abs(down.value)) / h
        return Quotient((up.value - down.value) / (2 * h), noise, crossed)

    return sweep(quotient, FIRST * scale, SMALLEST * scale, KINK * scale)


def curvature(sample: Callable[[float, float], Sample], scale: float = 1.0) -> Estimate:
    """Return the derivative of `sample(s, t).value` by s and by t at (0, 0)."""
    here = sample(0.0, 0.0)
    if not math.isfinite(here.value):
        return Estimate()

    def quotient(h: float) -> Quotient:
        corners = [sample(s * h, t * h) for s, t in ((1, 1), (-1, -1), (1, -1), (-1, 1))]
        a, b, c, d = (corner.value for corner in corners)
        crossed = any(corner.winners != here.winners for corner in corners)
        noise = EPSILON * max(abs(a), abs(b), abs(c), abs(d)) / h**2
        return Quotient(((a - c) + (b - d)) / (4 * h * h), noise, crossed)

    smallest = SMALLEST_TWICE * scale
    return sweep(quotient, FIRST_TWICE * scale, smallest, 2 * smallest)


def sweep(
    quotient: Callable[[float], Quotient], first: float, smallest: float, kink: float
) -> Estimate:
    """Halve h from `first` to `smallest`; return the extrapolated quotient that changed least."""
    best = Estimate()
    previous: list[float] = []
    waited = 0
    h = first
    while h >= smallest:
        found = quotient(h)
        if found.crossed and h <= kink:
            return Estimate(kink=True) if math.isnan(best.value) else best
        if found.crossed or not math.isfinite(found.value):
            previous = []
        else:
            row = extrapolated(found.value, previous)
            better = steadiest(row, previous, h, found.noise)
            waited = 0 if better.error < best.error else waited + 1
            best = better if better.error < best.error else best
            previous = row
        if good_enough(best, len(previous), waited):
            return best
        h /= 2
    return best


def extrapolated(value: float, previous: list[float]) -> list[float]:
    """Return the new row of the tableau: entry i is free of errors up to h^(2i)."""
    row = [value]
    for i, older in enumerate(previous[: DEPTH - 1]):
        row.append(row[i] + (row[i] - older) / (4 ** (i + 1) - 1))
    return row


def steadiest(row: list[float], previous: list[float], h: float, noise: float) -> Estimate:
    """Return the entry of the row that differs least from its neighbours."""
    best = Estimate()
    for i in range(1, len(row)):
        changes = abs(row[i] - row[i - 1]), abs(row[i] - previous[i - 1])
        error = max(changes) + noise
        if error < best.error:
            best = Estimate(row[i], error, h)
    return best


def good_enough(best: Estimate, rows: int, waited: int) -> bool:
    size = abs(best.value)
    if rows >= 3 and best.error <= ENOUGH * size:
        return True
    return waited >= PATIENCE and best.error <= max(1e-6 * size, EPSILON)


def sides(sample: Callable[[float], Sample], h: float) -> tuple[float, float]:
    """Return the slopes on the left and on the right of 0, by one-sided differences."""
    here = sample(0.0).value
    return (here - sample(-h).value) / h, (sample(h).value - here) / h


def bends(sample: Callable[[float], Sample], scale: float = 1.0) -> bool:
    """Tell whether the slope jumps at 0: left and right differ, and no smaller h brings them near.

    This finds kinks that no gate has declared.
    """
    gaps = []
    for h in (1e-4 * scale, 1e-6 * scale):
        left, right = sides(sample, h)
        gaps.append(abs(right - left))
        size = max(abs(left), abs(right))
    noise = 4 * EPSILON * abs(sample(0.0).value) / (1e-6 * scale)
    return gaps[1] > max(1e-3 * size, 10 * noise, 0.3 * gaps[0]) and math.isfinite(gaps[1])


def scale_of(x: Any) -> float:
    """Return the size of an input, at least 1: what steps are measured by."""
    finite = np.abs(x)[np.isfinite(x)] if np.size(x) else np.zeros(1)
    return max(1.0, float(np.max(finite, initial=0.0)))


def moved(xs: Sequence[Any], direction: Sequence[Any], t: float) -> list[Any]:
    """Return the inputs after a step t; a direction of None leaves an input where it is."""
    return [x if d is None else x + t * d for x, d in zip(xs, direction, strict=True)]


def directional_derivative(
    f: Callable[..., Any], xs: Sequence[Any], direction: Sequence[Any]
) -> Estimate:
    """Return the derivative of the scalar `f(*xs)` in a direction, one array for each input.

    >>> found = directional_derivative(lambda x, y: x * y, [3.0, 4.0], [1.0, 1.0])
    >>> round(found.value, 9)
    7.0
    """
    inputs = [np.asarray(x, np.float64) for x in xs]
    arrows = [np.asarray(d, np.float64) for d in direction]

    def sample(t: float) -> Sample:
        return Sample(scalar(f(*moved(inputs, arrows, t))))

    return slope(sample, max([scale_of(x) for x in inputs], default=1.0))


def numeric_gradient(f: Callable[..., Any], xs: Sequence[Any], h: float | None = None) -> list[Any]:
    """Return the gradient of the scalar `f(*xs)` by each input, by centred differences in float64.

    Args:
        f: takes arrays (or numbers, where an input has shape ()) and returns one number.
        xs: the inputs.
        h: the step; by default each entry gets the best of a sweep.

    >>> [round(float(g), 9) for g in numeric_gradient(lambda x, y: x * y, [3.0, 4.0])]
    [4.0, 3.0]
    """
    inputs = [np.array(x, np.float64) for x in xs]
    gradients = []
    for position, x in enumerate(inputs):
        g = np.empty(x.shape)
        for index in np.ndindex(x.shape):
            g[index] = entry_slope(f, inputs, position, index, h)
        gradients.append(g)
    return gradients


def entry_slope(
    f: Callable[..., Any], inputs: list[Any], position: int, index: Any, h: float | None
) -> float:
    """Return the derivative by one entry of one input."""
    x = inputs[position]

    def value(t: float) -> float:
        there = x.copy()
        there[index] += t
        return scalar(f(*inputs[:position], there[()], *inputs[position + 1 :]))

    if h is not None:
        return (value(h) - value(-h)) / (2 * h)
    return slope(lambda t: Sample(value(t)), scale_of(x[index])).value


def scalar(value: Any) -> float:
    """Return the one number that a function gave."""
    found = np.asarray(value, np.float64)
    if found.size != 1:
        raise ShapeError(
            f"differences need a function with one number as its value, got shape {found.shape}",
            hint="sum the result, or weigh its entries",
        )
    return float(found.reshape(()))
