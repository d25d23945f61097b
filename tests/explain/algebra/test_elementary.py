"""Absolute values, exponentials and logarithms."""

import pytest

from chainrule.draw.maths import typed
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.circuit import parse_expression


@pytest.mark.parametrize(
    ("given", "simple"),
    [
        ("exp(x)*exp(-x)", "1"),
        ("exp(x)^2", "exp(2*x)"),
        ("exp(2*log(x))", "x^2"),
        ("exp(y*log(x))*x", "x^(y + 1)"),
        ("log(exp(x))", "x"),
        ("log(x^3)", "3*log(x)"),
        ("log(x^2)", "log(x^2)"),  # x may be negative
        ("log(1/x)", "-log(x)"),
        ("log(sqrt(x))*2", "log(x)"),
        ("log(x*exp(y))", "y + log(x)"),
        ("log(2*x)", "log(2*x)"),
        ("log(1)", "0"),
        ("abs(-2*x)", "2*abs(x)"),
        ("abs(x)*abs(x)", "x^2"),
        ("abs(abs(x))", "abs(x)"),
        ("abs(1-x)", "abs(x - 1)"),
        ("abs(x^2+1)", "x^2 + 1"),
        ("abs(0)", "0"),
        ("sign(x)*abs(x)", "x"),
        ("sign(x)*x", "abs(x)"),
    ],
)
def test_functions(given: str, simple: str) -> None:
    assert typed(simplify(parse_expression(given).tree)) == simple
