"""Choices that are none."""

import math

import pytest

from chainrule.draw.maths import typed
from chainrule.explain.algebra.choices import without_points
from chainrule.explain.algebra.simplify import simplify
from chainrule.graph.formula import Expression, Number, Symbol, maths

m = maths
x, y = Symbol("x"), Symbol("y")
NAN = Number(math.nan)
ZERO = m.equal(x, 0)


@pytest.mark.parametrize(
    ("expr", "simple"),
    [
        (m.where(x > 0, m.where(x > 0, y, 2), 3), "where(x > 0, y, 3)"),
        (m.where(x > 0, 1 + m.where(x <= 0, y, 2), 0), "3*[x > 0]"),
        (m.where(ZERO, 0, x * m.exp(m.where(ZERO, 1, x))), "x*exp(x)"),
        (m.where(ZERO, 1, m.exp(x)), "exp(x)"),
        (m.where(ZERO, 2, m.exp(x)), "where(x == 0, 2, exp(x))"),
        (m.where(ZERO, 1, m.sin(x) / x), "where(x == 0, 1, sin(x)/x)"),
        (m.where(x > 0, m.log(x), NAN), "log(x)"),
        (m.where(x > 0, m.log(x), m.where(ZERO, 0, NAN)), "log(x)"),
        (m.where(m.equal(x + y, 1), 1, x + y), "x + y"),
    ],
)
def test_choices(expr: Expression, simple: str) -> None:
    assert typed(simplify(expr)) == simple


def test_away_from_single_points() -> None:
    assert without_points(m.where(ZERO, 0, y / x)) == y / x
    assert without_points(m.where(m.equal(x, y), 0, y / x)) == m.where(m.equal(x, y), 0, y / x)
