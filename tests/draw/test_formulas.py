"""The formulas of gates, and of their rules, as they stand in tables."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.draw.formulas import gate_formula, rule_formulas, whole_formula

W, X = np.ones((2, 3)), np.ones(3)


def last(f: Any, **values: Any) -> Any:
    return cr.Graph(f, **values).output


@pytest.mark.parametrize(
    ("f", "written"),
    [
        (lambda W, x: W @ x, "W @ x"),
        (lambda W, x: W.T, "Wᵀ"),
        (lambda W, x: x**2, "x²"),
        (lambda W, x: x * -1, "x × (−1)"),
        (lambda W, x: x + (-1), "x − 1"),
        (lambda W, x: 1 / x, "1 / x"),
        (lambda W, x: abs(x), "|x|"),
        (lambda W, x: cr.sum(W, axis=0), "sum(W, axis=0)"),
        (lambda W, x: x[0], "x[0]"),
        (lambda W, x: W[0, 1:], "W[0, 1:]"),
        (lambda W, x: x * np.array([1.0, 2.0, 3.0]), "x × c1"),
        (lambda W, x: W * np.ones((2, 3)), "W × c1"),
        (lambda W, x: cr.maximum(x, 0), "max(x, 0)"),
        (lambda W, x: cr.linalg.inv(W @ W.T), "linalg.inv(v2)"),
    ],
)
def test_gates(f: Any, written: str) -> None:
    assert gate_formula(last(f, W=W, x=X)) == written


def test_rules_in_the_upstream_gradient() -> None:
    assert rule_formulas(last(lambda W, x: W @ x, W=W, x=X)) == ("g @ xᵀ", "Wᵀ @ g")
    assert rule_formulas(last(lambda x: cr.sum(x), x=X)) == ("g",)
    assert rule_formulas(last(lambda x: cr.mean(x), x=X)) == ("g / 3",)
    softmax = rule_formulas(last(lambda x: cr.softmax(x), x=X))
    assert softmax == ("f × (g − sum(f × g, axis=-1))",)


def test_whole_circuits_that_stay_short() -> None:
    g = cr.Graph("(x+y)*(x+y)", x=1.0, y=2.0)
    labels = {view.node: view.label for view in g.leaves}
    assert whole_formula(g.output.node, labels) == "(x + y) × (x + y)"


def test_whole_circuits_that_would_explode() -> None:
    def f(x: Any) -> Any:
        for _ in range(100):
            x = x + x
        return x

    g = cr.Graph(f, x=1.0)
    assert whole_formula(g.output.node, {}) == ""
