"""Exact numbers: what floats are meant as, roots, and the noise of sums."""

import math
from fractions import Fraction

import pytest

from chainrule.explain.algebra.numbers import (
    exact,
    int_root,
    known_constant,
    magnitude,
    plus,
    root_of,
    times,
    to_the,
)
from chainrule.graph.formula import NUMPY, evaluate


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (3, 3),
        (2.0, 2),
        (0.5, Fraction(1, 2)),
        (-0.25, Fraction(-1, 4)),
        (1 / 3, Fraction(1, 3)),
        (0.1, 0.1),
        (0.7, 0.7),
        (1.7159, 1.7159),
        (1e300, 1e300),
        (math.inf, math.inf),
    ],
)
def test_what_a_float_is_meant_as(given: float, meant: object) -> None:
    assert exact(given) == meant
    assert type(exact(given)) is type(meant)


def test_sums_stay_exact_and_lose_their_noise() -> None:
    assert plus(Fraction(1, 2), Fraction(1, 2)) == 1
    assert isinstance(plus(Fraction(1, 2), Fraction(1, 2)), int)
    assert plus(0.1, 0.2) == 0.3
    assert times(3, 0.1) == 0.3
    assert times(1 / 7, 1.0) == 1 / 7
    assert magnitude(Fraction(-1, 2)) == Fraction(1, 2)


def test_powers_and_roots() -> None:
    assert to_the(Fraction(2, 3), -2) == Fraction(9, 4)
    assert to_the(0.5, 2) == 0.25
    assert root_of(8, Fraction(2, 3)) == 4
    assert root_of(2, Fraction(1, 2)) is None
    assert root_of(-4, Fraction(1, 2)) is None
    assert root_of(0.25, Fraction(1, 2)) is None
    assert int_root(2**60, 2) is None
    with pytest.raises(OverflowError):
        to_the(10, 100_000)
    with pytest.raises(ZeroDivisionError):
        to_the(0, -1)


@pytest.mark.parametrize(
    "value",
    [math.log(2), -math.log(10), 2 / math.sqrt(math.pi), -math.sqrt(0.5), math.sqrt(2 * math.pi)],
)
def test_constants_of_the_rules_have_names(value: float) -> None:
    found = known_constant(value)
    assert found is not None
    assert float(evaluate(found, {}, NUMPY)) == pytest.approx(value, rel=1e-15)


def test_other_numbers_have_none() -> None:
    assert known_constant(0.693) is None
    assert known_constant(1.0) is None
