"""Compare one analytic derivative with differences, and judge what differs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.autodiff.numeric import Estimate, Sample, bends, curvature, moved, scale_of, sides
from chainrule.autodiff.numeric import slope as slope_along
from chainrule.explain.problems import SEED, Problem

AGREES, CLOSE, WRONG = 1e-7, 1e-4, 1e-2
VERDICTS = ("agrees", "rounding", "close", "edge", "kink", "doubtful", "wrong")  # from good to bad
FAILURES = ("doubtful", "wrong")
RANDOM = "~"  # stands for a random direction in the names of rows
FEW = 4  # inputs up to which every pair of second derivatives is compared


@dataclass(frozen=True)
class Row:
    """One derivative compared.

    Attributes:
        name: the entry, `w` or `W[0, 1]`; two of them for a second derivative.
        analytic, numeric: by the backward rules, and by differences.
        error: |a - n| / max(|a|, |n|), 0 where both are 0.
        step: the h of the differences.
        verdict: agrees, close, rounding (the difference is within what rounding does to the
            numeric side), kink, edge (the function has no values on one side), doubtful, wrong.
    """

    name: str
    analytic: float
    numeric: float
    error: float
    step: float
    verdict: str

    @property
    def ok(self) -> bool:
        return self.verdict not in FAILURES


@dataclass(frozen=True)
class Direction:
    """A line through the inputs: one array for each input, None where it stays."""

    name: str
    arrays: tuple[Any, ...]
    scale: float

    def along(self, arrays: Sequence[Any]) -> float:
        """Return the part of a gradient that points this way."""
        pairs = zip(self.arrays, arrays, strict=True)
        with np.errstate(all="ignore"):
            return float(sum(np.sum(g[d != 0] * d[d != 0]) for d, g in pairs if d is not None))

    def full(self, xs: Sequence[Any]) -> list[Any]:
        """Return the arrays with zeros in place of None."""
        pairs = zip(self.arrays, xs, strict=True)
        return [np.zeros(x.shape) if d is None else d for d, x in pairs]


def directions(problem: Problem, limit: int) -> Iterator[Direction]:
    """Return one direction for each entry; for large inputs a random one, and random entries."""
    rng = np.random.default_rng(SEED)
    share = max(limit // max(len(problem.xs), 1), 1)
    everything = sum(x.size for x in problem.xs) <= limit
    for position, x in enumerate(problem.xs):
        chosen = list(np.ndindex(x.shape))
        if not everything and x.size > share:
            yield random_direction(problem, position, rng)
            picked = sorted(rng.choice(x.size, size=max(share - 1, 1), replace=False))
            chosen = [tuple(int(i) for i in np.unravel_index(k, x.shape)) for k in picked]
        for index in chosen:
            yield entry_direction(problem, position, index)


def entry_direction(problem: Problem, position: int, index: tuple[int, ...]) -> Direction:
    x = problem.xs[position]
    d = np.zeros(x.shape)
    d[index] = 1.0
    where = f"[{', '.join(map(str, index))}]" if index else ""
    return placed(problem, position, d, problem.names[position] + where, scale_of(x[index]))


def random_direction(problem: Problem, position: int, rng: np.random.Generator) -> Direction:
    x = problem.xs[position]
    d = rng.normal(size=x.shape)
    d /= max(float(np.sqrt(np.sum(d * d))), 1e-300)
    return placed(problem, position, d, f"{problem.names[position]} {RANDOM}", 1.0)


def placed(problem: Problem, position: int, d: Any, name: str, scale: float) -> Direction:
    arrays = tuple(d if i == position else None for i in range(len(problem.xs)))
    return Direction(name, arrays, scale)


def compare(problem: Problem, limit: int) -> list[Row]:
    """Compare first derivatives."""
    gradients = problem.gradients()
    return [first_row(problem, d, d.along(gradients)) for d in directions(problem, limit)]


def first_row(problem: Problem, d: Direction, analytic: float) -> Row:
    def sample(t: float) -> Sample:
        return problem.sample(moved(problem.xs, d.arrays, t))

    estimate = slope_along(sample, d.scale)
    row = judged(d.name, analytic, estimate)
    if row.ok or not bends(sample, d.scale):
        return row
    left, right = sorted(sides(sample, 1e-6 * d.scale))
    slack = 1e-4 * max(abs(left), abs(right))
    between = left - slack <= analytic <= right + slack
    return Row(row.name, analytic, row.numeric, row.error, row.step, "kink") if between else row


def compare_second(problem: Problem, limit: int) -> list[Row]:
    """Compare second derivatives: all pairs of few inputs, else by a random direction."""
    every = list(directions(problem, limit))
    if sum(x.size for x in problem.xs) <= FEW:
        rows = []
        for j, v in enumerate(every):
            gradients = problem.second_gradients(v.full(problem.xs))
            rows += [second_row(problem, d, v, d.along(gradients)) for d in every[: j + 1]]
        return rows
    rng = np.random.default_rng(SEED)
    arrays = tuple(rng.normal(size=x.shape) for x in problem.xs)
    size = math.sqrt(sum(float(np.sum(a * a)) for a in arrays))
    v = Direction(RANDOM, tuple(a / size for a in arrays), 1.0)
    gradients = problem.second_gradients(v.full(problem.xs))
    return [second_row(problem, d, v, d.along(gradients)) for d in every]


def second_row(problem: Problem, d: Direction, v: Direction, analytic: float) -> Row:
    def sample(s: float, t: float) -> Sample:
        along_d = moved(problem.xs, d.arrays, s)
        return problem.sample(moved(along_d, v.arrays, t))

    estimate = curvature(sample, min(d.scale, v.scale))
    return judged(f"{d.name} · {v.name}", analytic, estimate)


def judged(name: str, analytic: float, estimate: Estimate) -> Row:
    """Return the row with its verdict."""
    numeric = estimate.value
    difference = abs(analytic - numeric)
    larger = max(abs(analytic), abs(numeric))
    error = 0.0 if difference == 0 else difference / larger if larger else math.nan
    verdict = verdict_of(analytic, estimate, error)
    return Row(name, analytic, numeric, error, estimate.step, verdict)


def verdict_of(analytic: float, estimate: Estimate, error: float) -> str:
    if estimate.kink:
        return "kink"
    if math.isnan(estimate.value):
        return "edge"
    if not math.isfinite(analytic):
        return "wrong"
    if error <= AGREES:
        return "agrees"
    if error <= CLOSE:
        return "close"
    if abs(analytic - estimate.value) <= 10 * estimate.error:
        return "rounding"
    return "doubtful" if error <= WRONG else "wrong"
