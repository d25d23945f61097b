"""Comparisons, choices, and 1 where a condition holds."""

import pytest

from chainrule.draw.maths import typed
from chainrule.explain.algebra.simplify import simplify
from chainrule.graph.formula import Expression, Symbol, maths

m = maths
x, y = Symbol("x"), Symbol("y")


@pytest.mark.parametrize(
    ("expr", "simple"),
    [
        (m.where(2 * x > 0, 1, 0), "[x > 0]"),
        (m.where(x + 3 > 5, 1, 0), "[x > 2]"),
        (m.where(y > x, 1, 0), "[x < y]"),
        (m.where(-x >= y - 1, 1, 0), "[x + y <= 1]"),
        (m.where(x < y, 0, 1), "[x >= y]"),
        (m.where(x < x, 1, 2), "2"),
        (m.where(m.pi > 3, x, y), "x"),
        (m.where(x < y, x, x), "x"),
        (m.where(m.not_equal(x, 0), 1, 2), "where(x == 0, 2, 1)"),
        (m.where(m.logical_not(x > 0), 1, 0), "[x <= 0]"),
        (m.where(x > 0, 2 * y, 0), "2*y*[x > 0]"),
        (m.where(x > 0, m.log(x), 0), "where(x > 0, log(x), 0)"),
        (m.where(x > 0, x, -x), "abs(x)"),
        (m.where(x < 0, x, -x), "-abs(x)"),
        (m.where(x > 0, 1, 0) ** 2, "[x > 0]"),
        (m.where(x > 0, 1, 0) * m.where(x <= 0, 1, 0), "0"),
        (m.where(x > 0, 1, 0) * m.where(x > 0, y, 3), "y*[x > 0]"),
        (m.where(m.logical_and(x > 0, m.less(0, 1)), 1, 0), "[x > 0]"),
        (m.where(m.logical_or(x > 0, x > 0), 1, 0), "[x > 0]"),
        (m.where(m.logical_or(x > 0, m.less(0, 1)), y, 0), "y"),
        (m.where(x < m.inf, 1, 0), "[x < inf]"),
        (m.where(x, 1, y), "where(x, 1, y)"),
    ],
)
def test_conditions(expr: Expression, simple: str) -> None:
    assert typed(simplify(expr)) == simple
