"""Functions of sums: at 0, of negatives, of multiples; what is not understood stays."""

import pytest

from chainrule.draw.maths import typed
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.circuit import parse_expression
from chainrule.graph.formula import Apply, Expression, Number, Symbol, apply

W, g = Symbol("W"), Symbol("g")


@pytest.mark.parametrize(
    ("given", "simple"),
    [
        ("sin(-x)", "-sin(x)"),
        ("cos(-x)", "cos(x)"),
        ("tanh(-2*x)", "-tanh(2*x)"),
        ("cos(y-x)", "cos(y - x)"),
        ("sin(x - x)", "0"),
        ("sigmoid(0)", "1/2"),
        ("cos(0)*x", "x"),
        ("max(x, x)", "x"),
        ("max(2, 3)", "3"),
        ("min(x, y)", "min(x, y)"),
        ("sign(-2*x)", "-sign(x)"),
        ("sign(exp(x))", "1"),
        ("sign(-3)", "-1"),
        ("gammaln(x + x)", "gammaln(2*x)"),
    ],
)
def test_functions(given: str, simple: str) -> None:
    assert typed(simplify(parse_expression(given).tree)) == simple


@pytest.mark.parametrize(
    ("expr", "simple"),
    [
        (apply("matmul", -W, 2 * g), "-2*(W @ g)"),
        (apply("transpose", apply("transpose", W)), "W"),
        (apply("sum", 3 * g, Symbol("axis=0")), "3*sum(g, axis=0)"),
        (apply("sum", Number(3) + 0 * g), "sum(3)"),
        (Apply("array", (Number(0.5), Number(1))) * 2, "2*[0.5, 1]"),
        (apply("getitem", W, Symbol("0, 1:")), "W[0, 1:]"),
    ],
)
def test_arrays(expr: Expression, simple: str) -> None:
    assert typed(simplify(expr)) == simple


def test_what_is_no_number_is_left_alone() -> None:
    assert typed(simplify(Number(float("inf")) * W)) in ("inf*W", "W*inf")
    assert typed(simplify(Number(float("nan")) + 0)) == "nan"
