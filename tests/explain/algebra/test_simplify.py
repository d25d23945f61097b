"""The simplifier as a whole: same value, never larger, done in one go, however deep the tree."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.draw.maths import typed
from chainrule.explain.algebra.compute import called
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.algebra.size import size
from chainrule.explain.circuit import parse_expression
from chainrule.graph.formula import Expression, Number, Symbol, apply, fold

NUMBERS = st.integers(-4, 4) | st.sampled_from([0.5, -0.5, 1.5, 2 / 3, 0.1, math.pi, math.e])
SYMBOLS = st.sampled_from(["x", "y", "n"]).map(Symbol)
ONE = [
    "negative", "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tanh", "square", "reciprocal",
    "sigmoid", "relu", "expm1", "log1p",
]  # fmt: skip
TWO = ["add", "subtract", "multiply", "divide", "power", "maximum", "minimum"]
UNARY, BINARY = st.sampled_from(ONE), st.sampled_from([*TWO, "add", "multiply"])
COMPARISON = st.sampled_from(["less", "less_equal", "greater", "greater_equal", "equal"])


def choice(op: str, *parts: Expression) -> Expression:
    return apply("where", apply(op, *parts[:2]), *parts[2:])


TREES: st.SearchStrategy[Expression] = st.recursive(
    NUMBERS.map(Number) | SYMBOLS,
    lambda inner: (
        st.builds(apply, UNARY, inner)
        | st.builds(apply, BINARY, inner, inner)
        | st.builds(choice, COMPARISON, inner, inner, inner, inner)
    ),
    max_leaves=10,
)
x, y, n = Symbol("x"), Symbol("y"), Symbol("n")
BASES = (x, -2 * x, x * y, x + y, x**2, x**3, x**n, x - 1)
POINTS = [
    {"x": 0.7, "y": 1.3, "n": 2.2},
    {"x": -0.6, "y": 0.4, "n": 3.0},
    {"x": 1.9, "y": -0.8, "n": -1.3},
    {"x": -1.1, "y": -1.7, "n": 2.0},
]
LARGEST = 1e6  # beyond it rounding says little


def value(expr: Expression, point: dict[str, float]) -> tuple[float, bool]:
    """Return the value at a point, and whether every part of the expression has one there."""
    values = []

    def visit(node: Expression, inputs: list[float]) -> float:
        if isinstance(node, Symbol):
            found = point[node.name]
        else:
            found = node.value if isinstance(node, Number) else called(node.op, inputs)  # type: ignore[attr-defined]
        values.append(float(found))
        return float(found)

    with np.errstate(all="ignore"):
        found = fold(expr, visit)
    return found, all(math.isfinite(v) and abs(v) < LARGEST for v in values)


@pytest.mark.parametrize("outer", ONE)
def test_every_function_of_every_function(outer: str) -> None:
    for inner, base in product(ONE, BASES):
        assert_same_value(apply(outer, apply(inner, base)))


@pytest.mark.parametrize("outer", TWO)
def test_every_pair_of_functions(outer: str) -> None:
    for left, right, base in product(ONE, ONE, (x, y)):
        assert_same_value(apply(outer, apply(left, x), apply(right, base)))


@given(TREES)
def test_the_value_stays_and_the_size_does_not_grow(expr: Expression) -> None:
    assert_same_value(expr)


@given(TREES)
def test_simplifying_twice_is_simplifying_once(expr: Expression) -> None:
    simple = simplify(expr)
    assert simplify(simple) == simple, typed(expr)


@pytest.mark.campaign
@settings(max_examples=20_000, deadline=None)
@given(TREES)
def test_many_expressions(expr: Expression) -> None:
    assert_same_value(expr)


def assert_same_value(expr: Expression) -> None:
    simple = simplify(expr)
    assert size(simple) <= size(expr), f"{typed(expr)} became {typed(simple)}"
    for point in POINTS:
        wanted, whole = value(expr, point)
        if whole:
            found, _ = value(simple, point)
            assert abs(found - wanted) <= 1e-6 * max(1, abs(wanted)), (
                f"{typed(expr)} became {typed(simple)}: {wanted}, {found} at {point}"
            )


def test_numbers_stay_exact() -> None:
    thirds = simplify(parse_expression("x/3 + x/6").tree)
    assert typed(thirds) == "x/2"
    assert typed(simplify(parse_expression("x^(1/3)*x^(1/6)").tree)) == "sqrt(x)"
    assert typed(simplify(parse_expression("0.1*x + 0.2*x").tree)) == "0.3*x"
    assert typed(simplify(Number(2.0) * Symbol("x"))) == "2*x"


def test_it_is_the_same_each_time() -> None:
    text = "(b + a*c)*(d - exp(a)) / (f + g) + sin(b)*cos(a)"
    assert len({typed(simplify(parse_expression(text).tree)) for _ in range(3)}) == 1


def test_what_has_no_value_stays() -> None:
    assert typed(simplify(parse_expression("x + 1/0").tree)) == "x + 1/0"


@pytest.mark.parametrize("op", ["sin", "exp", "sqrt", "negative", "abs"])
def test_deep_trees(op: str) -> None:
    deep: Expression = Symbol("x")
    for _ in range(1_500):
        deep = apply(op, deep)
    assert size(simplify(deep)) <= size(deep)


def test_long_sums_and_products() -> None:
    total: Expression = Number(0)
    power: Expression = Number(1)
    for i in range(1_000):
        total = total + Symbol(f"x{i % 7}")
        power = power * Symbol(f"x{i % 7}")
    assert typed(simplify(total)).startswith("143*x0 + 143*x1")
    assert typed(simplify(power)).startswith("x0^143*x1^143")


def test_sums_that_share_their_parts() -> None:
    total: Expression = Symbol("x")
    for _ in range(40):
        total = total + total
    assert typed(simplify(total)) == f"{2**40}*x"
