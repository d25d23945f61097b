"""From gates to expression trees."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.draw.formulas import written
from chainrule.explain.algebra.circuit import constant, expression_of, whole_expression
from chainrule.graph.formula import Apply, Number, Symbol
from chainrule.graph.node import Node

W, X = np.ones((2, 3)), np.ones(3)


def traced(f: Any, **values: Any) -> tuple[Node, dict[Any, str]]:
    g = cr.Graph(f, **values)
    return g.output.node, {view.node: view.label for view in g.leaves}


@pytest.mark.parametrize(
    ("f", "formula"),
    [
        (lambda x, y: x * y + 2, "x × y + 2"),
        (lambda x, y: cr.sum(cr.reshape(x, (1,))) + y, "x + y"),
        (lambda x, y: cr.reshape(x, (1, 1)) @ cr.reshape(y, (1, 1)), "x × y"),
        (lambda x, y: cr.sigmoid(x) + +y, "σ(x) + y"),
        (lambda x, y: cr.leaky_relu(x * y, 0.1), "leaky_relu(x × y, slope=0.1)"),
    ],
)
def test_scalar_circuits(f: Any, formula: str) -> None:
    root, labels = traced(f, x=2.0, y=3.0)
    found = expression_of(root, labels)
    assert found is not None
    assert written(found) == formula


def test_gates_that_mix_entries_have_no_scalar_formula() -> None:
    root, labels = traced(lambda x: cr.sum(x * x), x=X)
    assert expression_of(root, labels) is None
    root, labels = traced(lambda x: cr.exp(x) * x, x=X)
    assert written(expression_of(root, labels)) == "exp(x) × x"  # type: ignore[arg-type]


def test_a_formula_may_end_at_gates() -> None:
    g = cr.Graph("exp(x*y) + x", x=1.0, y=2.0)
    inner = g["multiply#1"].node
    assert repr(expression_of(g.output.node, {inner: "q"})) == "add(exp(q), x)"


@pytest.mark.parametrize(
    ("f", "formula"),
    [
        (lambda W, x: cr.sum(W @ x), "sum(W @ x)"),
        (lambda W, x: W.T, "Wᵀ"),
        (lambda W, x: cr.matrix_transpose(cr.reshape(W, (1, 2, 3))), "Wᵀ"),
        (lambda W, x: cr.sum(W, axis=0, keepdims=True), "sum(W, axis=0)"),
        (lambda W, x: W[0, 1:] * 2, "W[0, 1:] × 2"),
        (lambda W, x: W[np.array([0, 1])], "W[…]"),
        (lambda W, x: x * np.array([1.0, 2.0, 3.0]), "x × [1, 2, 3]"),
        (lambda W, x: W * np.ones((2, 3)), "W × 2×3 constant"),
        (lambda W, x: cr.transpose(cr.reshape(W, (1, 2, 3)), (1, 2, 0)),
         "transpose(W, axes=(1, 2, 0))"),
    ],
)  # fmt: skip
def test_circuits_of_arrays(f: Any, formula: str) -> None:
    root, labels = traced(f, W=W, x=X)
    found = whole_expression(root, labels)
    assert found is not None
    assert written(found) == formula


def test_what_would_be_too_long_is_none() -> None:
    def f(x: Any) -> Any:
        for _ in range(100):
            x = x + x
        return x

    root, labels = traced(f, x=1.0)
    assert whole_expression(root, labels) is None
    assert whole_expression(root, labels, most=10**40) is not None


def test_changes_of_shape_can_be_kept() -> None:
    root, labels = traced(lambda x: cr.reshape(x, (3, 1)), x=X)
    assert whole_expression(root, labels) == Symbol("x")
    kept = whole_expression(root, labels, hide=False)
    assert kept == Apply("reshape", (Symbol("x"), Symbol("shape=(3, 1)")))


def test_constants() -> None:
    assert constant(2) == Number(2)
    assert constant(np.float32(0.5)) == Number(0.5)
    assert repr(constant(np.array([[1.0], [2.0]]))) == "array(array(1.0), array(2.0))"
    assert repr(constant(np.ones((5, 10)))) == "constant(5, 10)"
    assert repr(constant(np.ones(0))) == "constant(0)"
