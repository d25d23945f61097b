"""Verdicts: the thresholds of the rules, and which entries are compared."""

import math

import numpy as np
import pytest

from chainrule.autodiff.numeric import Estimate
from chainrule.explain.judge import directions, judged
from chainrule.explain.problems import FunctionProblem


@pytest.mark.parametrize(
    ("analytic", "estimate", "verdict"),
    [
        (1.0, Estimate(1.0 + 5e-8, 1e-12), "agrees"),
        (1.0, Estimate(1.0 + 5e-5, 1e-12), "close"),
        (1.0, Estimate(1.0 + 5e-3, 1e-12), "doubtful"),
        (1.0, Estimate(1.02, 1e-12), "wrong"),
        (1.0, Estimate(-1.0, 1e-12), "wrong"),
        (0.0, Estimate(0.0, 0.0), "agrees"),
        (0.0, Estimate(1e-17, 1e-17), "rounding"),
        (0.0, Estimate(1.0, 1e-17), "wrong"),
        (0.0, Estimate(kink=True), "kink"),
        (math.inf, Estimate(), "edge"),
        (math.nan, Estimate(1.0, 1e-12), "wrong"),
    ],
)
def test_verdicts(analytic: float, estimate: Estimate, verdict: str) -> None:
    row = judged("x", analytic, estimate)
    assert row.verdict == verdict
    assert row.ok == (verdict not in ("doubtful", "wrong"))


def names(*arrays: object, limit: int) -> list[str]:
    problem = FunctionProblem(lambda a, b: a, arrays, {}, "f")
    return [d.name for d in directions(problem, limit)]


def test_few_entries_are_all_compared() -> None:
    assert names(np.ones((1, 2)), 2.0, limit=3) == ["a[0, 0]", "a[0, 1]", "b"]


def test_of_many_entries_some_and_a_random_direction() -> None:
    found = names(np.ones(100), 2.0, limit=8)
    assert found[0] == "a ~"
    assert len(found) == 5
    assert found[-1] == "b"
