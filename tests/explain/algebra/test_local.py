"""What gates compute and what they do to gradients, as a lecture writes it."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.draw.maths import typed, unicode
from chainrule.explain.algebra.local import gate_expression, local_expression, rule_expression
from chainrule.explain.circuit import parse_expression
from chainrule.explain.view import GateView

W, X = np.ones((2, 3)), np.ones(3)


def gate(f: Any, **values: Any) -> GateView:
    return cr.Graph(f, **values).output


@pytest.mark.parametrize(
    ("f", "locals_"),
    [
        ("x + y", ["1", "1"]),
        ("x - y", ["1", "-1"]),
        ("x * y", ["y", "x"]),
        ("x * x", ["x", "x"]),
        ("x / y", ["1/y", "-x/y^2"]),
        ("1 / x", [None, "-1/x^2"]),
        ("x^3", ["3*x^2", None]),
        ("x^y", ["y*x^(y - 1)", "f*log(x)"]),
        ("sqrt(x)", ["1/(2*sqrt(x))"]),
        ("exp(x)", ["f"]),
        ("log(x)", ["1/x"]),
        ("log2(x)", ["1/(x*log(2))"]),
        ("sigmoid(x)", ["f*(1 - f)"]),
        ("tanh(x)", ["1 - f^2"]),
        ("relu(x)", ["[x > 0]"]),
        ("abs(x)", ["sign(x)"]),
        ("max(x, y)", ["[x >= y]", "[x < y]"]),
        ("min(x, y)", ["[x <= y]", "[x > y]"]),
        ("arcsin(x)", ["1/sqrt(1 - x^2)"]),
        ("erf(x)", ["2*exp(-x^2)/sqrt(pi)"]),
        ("elu(x)", ["where(x > 0, 1, f + 1)"]),
        ("leaky_relu(x)", ["where(x > 0, 1, 0.01)"]),
        ("floor(x) + x*0", ["1", "1"]),
        ("logaddexp(x, y)", ["exp(x - f)", "exp(y - f)"]),
    ],
)
def test_local_derivatives(f: str, locals_: list[str | None]) -> None:
    view = gate(f, **dict.fromkeys(parse_expression(f).names, 0.5))
    found = [local_expression(view, i) for i in range(len(view.inputs))]
    assert [None if e is None else typed(e) for e in found] == locals_


def test_labels_are_those_of_the_circuit() -> None:
    g = cr.Graph("1/(1+exp(-(w0*x0+w1)))", w0=1.0, x0=2.0, w1=3.0)
    found = {
        view.label: [typed(e) for i in range(len(view.inputs))
                     if (e := local_expression(view, i)) is not None]
        for view in g.gates
    }  # fmt: skip
    assert found == {
        "v1": ["x0", "w0"],
        "v2": ["1", "1"],
        "v3": ["-1"],
        "v4": ["v4"],
        "v5": ["1"],
        "f": ["-1/v5^2"],
    }


def test_on_arrays_it_holds_entry_by_entry() -> None:
    view = gate(lambda x, W: x * W, x=X, W=W)
    assert typed(local_expression(view, 0)) == "W"  # type: ignore[arg-type]
    assert typed(local_expression(gate(lambda x: x * np.ones(3), x=X), 0)) == "c1"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("f", "rules"),
    [
        (lambda W, x: W @ x, ["g @ xᵀ", "Wᵀ @ g"]),
        (lambda W, x: cr.sum(W), ["g"]),
        (lambda W, x: cr.mean(W), ["g / 6"]),
        (lambda W, x: cr.softmax(x), ["f ∘ (g − sum(f ∘ g, axis=-1))"]),
        (lambda W, x: cr.linalg.norm(x), ["g × x / f"]),
        (lambda W, x: cr.var(x), ["2 × g × (x − mean(x)) / 3"]),
        (lambda W, x: W[0, 1:], ["scatter_add(g, [0, 1:])"]),
        (lambda W, x: cr.prod(x), ["f × g / x"]),
        (lambda W, x: cr.logsumexp(x), ["g × exp(x − f)"]),
        (lambda W, x: cr.concatenate([x, x]), ["g[0:3]", "g[3:6]"]),
    ],
)
def test_rules(f: Any, rules: list[str]) -> None:
    view = gate(f, W=W, x=X)
    found = [rule_expression(view, i) for i in range(len(view.inputs))]
    assert [None if r is None else unicode(r[0]) for r in found] == rules


def test_shapes_stand_beside_the_rule() -> None:
    found = rule_expression(gate(lambda W, x: W @ x, W=W, x=X), 0)
    assert found is not None
    assert found[1] == {"g": (2,), "x": (3,)}


def test_the_upstream_gradient_has_a_name_of_its_own() -> None:
    found = rule_expression(gate(lambda g: cr.mean(g), g=X), 0)
    assert found is not None
    assert typed(found[0]) == "G/3"


def test_constants_may_have_names() -> None:
    view = gate(lambda W: W @ np.ones((3, 5)), W=W)
    node = view.inputs[1].node
    assert typed(gate_expression(view, {node: "c"})) == "W @ c"  # type: ignore[arg-type]
    found = rule_expression(view, 0, {node: "c"})
    assert found is not None
    assert (typed(found[0]), found[1]["c"]) == ("g @ transpose(c)", (3, 5))


def test_leaves_and_walls_have_none() -> None:
    g = cr.Graph("x + floor(x)", x=1.5)
    assert gate_expression(g["x"]) is None
    assert local_expression(g["floor#1"], 0) is None
    assert rule_expression(g["floor#1"], 0) is None


def test_rules_on_plain_arrays_are_not_written() -> None:
    @cr.op(numpy=lambda x: x**3, shape=lambda s: s, name="cube_of_arrays")
    def cube(g: Any, z: Any, x: Any) -> Any:
        return (g * np.asarray(x) ** 2,)

    view = gate(lambda x: cube(x), x=X)
    assert rule_expression(view, 0) is None
