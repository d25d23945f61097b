"""Products are multiplied out, and fractions joined, where that is shorter, and only there."""

import pytest

from chainrule.draw.maths import typed
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.circuit import parse_expression


@pytest.mark.parametrize(
    ("given", "simple"),
    [
        ("(x+1)^2 - x^2", "2*x + 1"),
        ("(x+y)*(x-y) + y^2", "x^2"),
        ("sqrt((1-x)*(1+x))", "sqrt(1 - x^2)"),
        ("z*(1-z)", "z*(1 - z)"),
        ("(x+1)^2", "(x + 1)^2"),
        ("(x+y+1)^9", "(x + y + 1)^9"),
        ("1/(x+1) - x/(x+1)^2", "1/(x + 1)^2"),
        ("1/x + 1/y", "1/x + 1/y"),
        ("(y-1)/(h-1) - y/h", "(h - y)/(h*(1 - h))"),
        ("1/sqrt(x^2+1) - x^2/(x^2+1)^(3/2)", "1/(x^2 + 1)^(3/2)"),
    ],
)
def test_forms(given: str, simple: str) -> None:
    assert typed(simplify(parse_expression(given).tree)) == simple
