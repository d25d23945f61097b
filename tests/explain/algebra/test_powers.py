"""Powers and products: what may be merged and taken out, and what may not."""

import pytest

from chainrule.draw.maths import typed
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.circuit import parse_expression


@pytest.mark.parametrize(
    ("given", "simple"),
    [
        ("x*x^2", "x^3"),
        ("x^2/x", "x"),
        ("x^n*x", "x^(n + 1)"),
        ("(x^n)^2", "x^(2*n)"),
        ("(x^2)^n", "(x^2)^n"),  # x may be negative
        ("(x*y)^2/x^2", "y^2"),
        ("sqrt(x*y)", "sqrt(x*y)"),  # both may be negative
        ("sqrt(x*y)^2", "x*y"),
        ("sqrt(x^2)", "abs(x)"),
        ("sqrt(x^4)", "x^2"),
        ("sqrt(x^6)", "abs(x)^3"),
        ("sqrt(x)^2", "x"),
        ("sqrt(x)*sqrt(x)", "x"),
        ("sqrt(x)^3*sqrt(x)", "x^2"),
        ("sqrt(4*x)", "2*sqrt(x)"),
        ("sqrt(2*x)", "sqrt(2*x)"),
        ("sqrt(x^2*y)", "sqrt(y)*abs(x)"),
        ("sqrt(exp(2*x)*y)", "sqrt(y)*exp(x)"),
        ("sqrt((1 + x^2)^2)", "x^2 + 1"),
        ("sqrt(2)*sqrt(pi)", "sqrt(2*pi)"),
        ("sqrt(2)*sqrt(8)", "4"),
        ("2^(3/2)", "2*sqrt(2)"),
        ("2^x*2^y", "2^(x + y)"),
        ("(-8)^(1/3)", "(-8)^(1/3)"),
        ("0*x", "0"),
        ("x^0", "1"),
        ("1^x", "1"),
        ("1/0", "1/0"),
        ("0^-1*x", "0^-1*x"),
        ("(x-y)/(y-x)", "-1"),
        ("(2*x+2)/(x+1)", "2"),
        ("(x^2+x)/x", "x + 1"),
        ("(x+1)/2*4", "2*(x + 1)"),
        ("e^x", "exp(x)"),
        ("10^(10^6)", "10^10^6"),
    ],
)
def test_powers(given: str, simple: str) -> None:
    assert typed(simplify(parse_expression(given).tree)) == simple
