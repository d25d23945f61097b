"""The order in which sums and products are written."""

import pytest

from chainrule.draw.maths import typed
from chainrule.explain.algebra.functions import read
from chainrule.explain.algebra.written import write
from chainrule.explain.circuit import parse_expression
from chainrule.graph.formula import fold


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("1 + x + x^2", "x^2 + x + 1"),
        ("1 - z^2", "1 - z^2"),
        ("-x^2 - 1", "-x^2 - 1"),
        ("x10 + x2 + x1", "x1 + x2 + x10"),
        ("x2^2 + x1*x2 + x1^2", "x1^2 + x1*x2 + x2^2"),
        ("exp(x) + x", "x + exp(x)"),
        ("1 + exp(-x)", "1 + exp(-x)"),
        ("1/x + 1", "1 + 1/x"),
        ("exp(x)*x*3", "3*x*exp(x)"),
        ("x*pi*2", "2*pi*x"),
        ("x^(n-1)*n", "n*x^(n - 1)"),
        ("(x+1)*sin(x)*x", "x*sin(x)*(x + 1)"),
        ("x*-2", "-2*x"),
        ("-x*y", "-x*y"),
        ("-x/y", "-x/y"),
        ("-1/x", "-1/x"),
        ("x^-2", "1/x^2"),
        ("2*x/3", "2*x/3"),
        ("x*0.5", "x/2"),
        ("x*0.1", "0.1*x"),
        ("x^0.5", "sqrt(x)"),
        ("x^-0.5", "1/sqrt(x)"),
        ("x^(-1/3)", "1/x^(1/3)"),
        ("x^(2/3)", "x^(2/3)"),
        ("-(x-1)*z", "z*(1 - x)"),
        ("exp(1)", "e"),
        ("exp(x)^2/y", "exp(2*x)/y"),
        ("x - x", "0"),
        ("x/x/2", "1/2"),
    ],
)
def test_order(given: str, written: str) -> None:
    assert typed(write(fold(parse_expression(given).tree, read))) == written
