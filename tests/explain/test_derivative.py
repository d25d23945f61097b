"""Derivatives as formulas."""

import math
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ExpressionError, GradientError, UsageError
from chainrule.explain.algebra.compute import computed
from chainrule.explain.circuit import parse_expression
from chainrule.graph.formula import Number

SIGMOID = "1/(1+exp(-(w0*x0+w1*x1+w2)))"
STAGED = "(x+sigmoid(y))/(sigmoid(x)+(x+y)^2)"


@pytest.mark.parametrize(
    ("f", "wrt", "written"),
    [
        ("log(x^2)", "x", "2/x"),
        ("exp(x^3)", "x", "3*x^2*exp(x^3)"),
        ("x^n", "x", "n*x^(n - 1)"),
        ("x^n", "n", "x^n*log(x)"),
        ("k", "x", "0"),
        ("e^x", "x", "exp(x)"),
        ("2^x", "x", "log(2)*2^x"),
        ("log(x)", "x", "1/x"),
        ("sin(x^2)", "x", "2*x*cos(x^2)"),
        ("3", "x", "0"),
        ("x", "x", "1"),
        ("2*x", "x", "2"),
        ("x+x", "x", "2"),
        ("x+3", "x", "1"),
        ("x*y", "x", "y"),
        ("x*y", "y", "x"),
        ("x+y", "x", "1"),
        ("x1^2 + 2*x2^2 + 3*x1*x2", "x1", "2*x1 + 3*x2"),
        ("x1^2 + 2*x2^2 + 3*x1*x2", "x2", "3*x1 + 4*x2"),
        ("sigmoid(x)", "x", "sigmoid(x)*(1 - sigmoid(x))"),
        ("tanh(x)", "x", "1 - tanh(x)^2"),
        ("2*sigmoid(2*x) - 1", "x", "4*sigmoid(2*x)*(1 - sigmoid(2*x))"),
        ("relu(x)", "x", "[x > 0]"),
        ("1/x", "x", "-1/x^2"),
        ("x/(1+x)", "x", "1/(x + 1)^2"),
        ("sqrt(x^2+1)", "x", "x/sqrt(x^2 + 1)"),
        ("x^0.5", "x", "1/(2*sqrt(x))"),
        ("x^(3/2)", "x", "3*sqrt(x)/2"),
        ("0.1*x^2", "x", "0.2*x"),
        ("x^x", "x", "x^x + x^x*log(x)"),
        ("abs(x)", "x", "sign(x)"),
        ("max(x, y)", "x", "[x >= y]"),
        ("max(x, y)", "y", "[x < y]"),
        ("where(x == y, x, 2)", "x", None),
        ("relu(x^2 - 1)", "x", "2*x*[x^2 > 1]"),
        ("floor(x)", "x", "0"),
        ("-(y*log(h) + (1-y)*log(1-h))", "h", "(h - y)/(h*(1 - h))"),
        ("w*x + b", "b", "1"),
        ("3*(a + b*c)", "b", "3*c"),
        ("1/(1+exp(-x))", "x", "exp(-x)/(1 + exp(-x))^2"),
        ("gelu(x)", "x", "x*exp(-x^2/2)/sqrt(2*pi) + erfc(-x/sqrt(2))/2"),
    ],
)
def test_formulas(f: str, wrt: str, written: str | None) -> None:
    if written is None:
        with pytest.raises(ExpressionError):
            cr.derivative(f, wrt)
    else:
        assert str(cr.derivative(f, wrt)) == repr(cr.derivative(f, wrt)) == written


@pytest.mark.parametrize(
    ("f", "written"),
    [
        ("x^3", "6*x"),
        ("log(x)", "-1/x^2"),
        ("sin(x)", "-sin(x)"),
        ("abs(x)", "0"),
        ("relu(x)^2", "2*[x > 0]"),
        ("exp(2*x)", "4*exp(2*x)"),
        ("sigmoid(x)", "sigmoid(x)*(1 - 2*sigmoid(x))*(1 - sigmoid(x))"),
        ("tanh(x)", "2*tanh(x)*(tanh(x)^2 - 1)"),
        ("sqrt(x^2+1)", "1/(x^2 + 1)^(3/2)"),
        ("log(1 + exp(x))", "exp(x)/(1 + exp(x))^2"),
        ("x^(1/3)", "-2/(9*x^(5/3))"),
        ("elu(x)", "(1 + elu(x))*[x <= 0]"),
    ],
)
def test_second_derivatives(f: str, written: str) -> None:
    assert str(cr.derivative(f, "x", order=2)) == written


def test_orders_and_mixed_derivatives() -> None:
    assert str(cr.derivative("x^5", "x", order=5)) == "120"
    assert str(cr.derivative("x^5", "x", order=6)) == "0"
    once = cr.derivative("x^2*y^3", "x")
    assert str(cr.derivative(once, "y")) == "6*x*y^2"


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (SIGMOID, {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}),
        (STAGED, {"x": 3.0, "y": -4.0}),
        ("x1^2 + 2*x2^2 + 3*x1*x2", {"x1": 1.0, "x2": 2.0}),
        ("softplus(x*y) - silu(x)/logaddexp(x, y)", {"x": 0.3, "y": -0.7}),
        ("arctan2(y, x)^2 + hypot", {"y": 0.4, "x": 1.1, "hypot": 2.0}),
        ("min(max(x, y), 1)*tan(x)", {"x": 0.6, "y": 0.2}),
        ("gammaln(x) + digamma(x)*erf(x)", {"x": 1.7}),
    ],
)
def test_the_numbers_are_those_of_differences(f: str, at: dict[str, float]) -> None:
    tree = parse_expression(f).tree
    h = 1e-5
    for name, value in at.items():
        above, below = (float(computed(tree, {**at, name: value + d})) for d in (h, -h))
        found = cr.derivative(f, name)(**at)
        assert found == pytest.approx((above - below) / (2 * h), rel=1e-8, abs=1e-8)


def test_the_lectures_numbers() -> None:
    at = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
    assert cr.derivative(SIGMOID, "w0")(**at) == pytest.approx(-0.196612, abs=5e-7)
    assert cr.derivative(SIGMOID, "x1")(**at) == pytest.approx(-0.589836, abs=5e-7)
    assert cr.derivative(STAGED, "x")(3.0, -4.0) == pytest.approx(2.0595697956, abs=5e-11)
    assert cr.derivative("x1^2 + 2*x2^2 + 3*x1*x2", "x2")(1, 2) == 11.0


def test_functions_of_python() -> None:
    assert str(cr.derivative(lambda x, y: x * cr.exp(y), "y")) == "x*exp(y)"
    assert str(cr.derivative(lambda x, scale=3: scale * x)) == "3"

    def sigmoid(x: Any) -> Any:
        return 1 / (1 + cr.exp(-x))

    assert cr.derivative(sigmoid)(0.0) == 0.25
    assert str(cr.derivative(lambda x: 2.0, "x")) == "0"
    rounded = cr.derivative(lambda x: cr.round(x, 2) * x)
    assert str(rounded) == "round(x, decimals=2)"
    assert rounded(1.234) == 1.23


def test_it_shows_itself() -> None:
    found = cr.derivative("log(x^2)", "x")
    assert found.latex == r"\frac{2}{x}"
    assert found._repr_latex_() == r"$\frac{2}{x}$"
    assert found.unicode == "2 / x"
    assert found.mathml == (
        "<math><mfrac><mrow><mn>2</mn></mrow><mrow><mi>x</mi></mrow></mfrac></math>"
    )
    assert repr(found.expression) == "divide(2, x)"


def test_it_is_a_function() -> None:
    found = cr.derivative("x^2*y", "x")
    assert found.names == ("x", "y")
    assert found(3, 2) == found(x=3, y=2) == 12.0
    assert found(np.array([1.0, 2.0]), 1.0).tolist() == [2.0, 4.0]
    assert cr.derivative("abs(x)", "x")(-3) == -1.0
    assert math.isnan(cr.derivative("log(x)*x", "x")(-1.0))
    with pytest.raises(UsageError, match="no value for y") as caught:
        found(3.0)
    assert caught.value.hint == "call it with (x=1.0, y=1.0)"
    with pytest.raises(UsageError, match="takes 2 values, got 3"):
        found(1, 2, 3)


@pytest.mark.parametrize(
    ("f", "position"), [("log(x", 3), ("lag(x)", 0), ("2 x", 2), ("x + softmax(x)", 4)]
)
def test_texts_that_are_wrong_are_pointed_at(f: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        cr.derivative(f, "x")
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("f", "given", "message"),
    [
        ("x*y", {}, "by which variable? x*y has x, y"),
        ("x", {"wrt": "2"}, "'2' is no name of a variable"),
        ("x", {"wrt": "x", "order": 0}, "order must be 1 or more, got 0"),
        (lambda weight: weight, {"wrt": "wieght"}, "has no argument 'wieght'"),
        (lambda *xs: xs[0], {}, "takes any number of arguments"),
        (lambda x: [x], {"wrt": "x"}, "returned list, expected one number"),
    ],
)
def test_wrong_arguments(f: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        cr.derivative(f, **given)
    assert message in caught.value.message


def test_arrays_and_gates_without_a_formula() -> None:
    with pytest.raises(GradientError, match=r"returned an array of shape \(2,\)"):
        cr.derivative(lambda x: x * np.ones(2), "x")
    with pytest.raises(GradientError, match="no scalar formula"):
        cr.derivative(lambda x: cr.sum(x * np.ones(2)), "x")


def test_numbers_stay_what_they_were() -> None:
    found = cr.derivative("x^(3/7)", "x").expression
    assert str(cr.derivative("x^(3/7)", "x")) == "3/(7*x^(4/7))"
    assert not any(isinstance(v, float) for v in numbers(found))


def numbers(expr: Any) -> list[float]:
    if isinstance(expr, Number):
        return [expr.value]
    return [v for part in getattr(expr, "args", ()) for v in numbers(part)]


def test_long_chains() -> None:
    text = "x" + "*x" * 300
    assert str(cr.derivative(text, "x")) == "301*x^300"
    deep = "sin(" * 300 + "x" + ")" * 300
    assert cr.derivative(deep, "x")(0.0) == 1.0
