"""`cr.derive` against closed forms of the lectures' circuits, and what it says to mistakes."""

import math
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.explain.derivation.records import Derivation, Line
from chainrule.explain.scene.records import Summary
from tests.explain.examples import CASES, E1, NEURON, NEURON_GRADIENTS, SIGMOID, STAGED, Y


def array(value: Any) -> Any:
    """Return the array that a summary holds."""
    assert isinstance(value, Summary)
    assert value.data is not None
    return np.array(value.data).reshape(value.shape)


def lines_of(derivation: Derivation) -> dict[str, Line]:
    return {line.label: line for line in derivation.lines}


def sigma(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@pytest.mark.parametrize("case", CASES)
def test_every_leaf_of_the_worked_circuits(case: str) -> None:
    text, values, _, gradients = CASES[case]
    for name, expected in gradients.items():
        found = cr.derive(text, wrt=name, **values)
        assert found.gradient == pytest.approx(expected, rel=1e-12, abs=1e-15)
        assert found.check is not None
        assert all(row.ok for row in found.check)
        assert found.update is not None
        assert found.update.new == pytest.approx(values[name] - 0.1 * expected, rel=1e-12)


def test_the_neuron_is_one_product_of_seven_factors() -> None:
    found = cr.derive(SIGMOID, wrt="w0", **NEURON)
    assert found.paths == 1
    assert found.chain is not None
    ways = ["f/v7", "v7/v6", "v6/v5", "v5/v4", "v4/v3", "v3/v1", "v1/w0"]
    assert [f"{term.of}/{term.by}" for term in found.chain] == ways
    numbers = [-1 / (1 + E1) ** 2, 1, E1, -1, 1, 1, -1]
    assert [term.number for term in found.chain] == pytest.approx(numbers, rel=1e-14)
    assert found.gradient == pytest.approx(-Y * (1 - Y), rel=1e-14)
    assert found.gradient == pytest.approx(-0.196612, abs=5e-7)
    assert math.prod(float(term.number) for term in found.chain) == pytest.approx(found.gradient)


def test_the_staged_expression_is_told_line_by_line() -> None:
    x, y = 3.0, -4.0
    found = cr.derive(STAGED, wrt="y", x=x, y=y)
    assert (found.paths, found.chain) == (2, None)
    num, den = x + sigma(y), sigma(x) + (x + y) ** 2
    expected = {  # consumers first
        "f": 1.0,
        "v6": -num / den**2,
        "v5": -num / den**2,
        "v4": -num / den**2 * 2 * (x + y),
        "v2": 1 / den,
        "v1": 1 / den,
        "y": sigma(y) * (1 - sigma(y)) / den - num / den**2 * 2 * (x + y),
    }
    assert [line.label for line in found.lines] == list(expected)
    for line in found.lines:
        assert line.gradient == pytest.approx(expected[line.label], rel=1e-13)
    last = found.lines[-1]
    assert [term.of for term in last.terms] == ["v1", "v4"]
    assert sum(float(term.downstream) for term in last.terms) == pytest.approx(1.5922327515)
    assert cr.derive(STAGED, wrt="x", x=x, y=y).gradient == pytest.approx(2.0595697956)


def test_a_value_on_three_ways_is_one_sum_of_three_terms() -> None:
    found = cr.derive(STAGED, wrt="x", x=3.0, y=-4.0)
    assert found.paths == 3
    assert len(found.lines[-1].terms) == 3


def test_layers_have_the_vector_form_with_shapes() -> None:
    w, x = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])
    by_w, by_x = (cr.derive("sum((W@x)^2)", wrt=name, W=w, x=x) for name in ("W", "x"))
    q = w @ x
    assert array(by_w.gradient) == pytest.approx(2 * np.outer(q, x), rel=1e-14)
    assert array(by_w.gradient) == pytest.approx(np.array([[0.088, 0.176], [0.104, 0.208]]))
    assert array(by_x.gradient) == pytest.approx(np.array([-0.112, 0.636]))
    assert by_w.chain is None
    (term,) = by_w.lines[-1].terms
    assert term.sign == "@"
    assert [part.shape for part in term.parts] == [(2, 1), (1, 2)]
    assert [repr(part.expression) for part in term.parts] == ["partial(f, v1)", "transpose(x)"]
    assert [part.upstream for part in term.parts] == [True, False]


def test_matrix_products_have_the_shapes_of_the_lecture() -> None:
    rng = np.random.default_rng(1)
    w, x, d = rng.normal(size=(5, 10)), rng.normal(size=(10, 3)), rng.normal(size=(5, 3))
    graph = cr.Graph("W @ X", W=w, X=x)
    graph.forward()
    graph.backward(d)
    for name, expected, shapes in [
        ("W", d @ x.T, [(5, 3), (3, 10)]),
        ("X", w.T @ d, [(10, 5), (5, 3)]),
    ]:
        found = cr.derive(graph, wrt=name)
        (term,) = found.lines[-1].terms
        assert [part.shape for part in term.parts] == shapes
        assert array(found.gradient) == pytest.approx(expected, rel=1e-13)
        assert "weighed by the gradient that entered" in found.notes[0]
        assert found.check is not None
        assert all(row.ok for row in found.check)


def test_the_last_layer_under_cross_entropy() -> None:
    rng = np.random.default_rng(2)
    a, y = rng.normal(size=(6, 4)), rng.integers(0, 2, (6, 1)).astype(float)
    w, b = rng.normal(size=(1, 4)), rng.normal(size=1)

    def cost(W: Any, b: Any) -> Any:
        z = a @ W.T + b
        y_hat = cr.sigmoid(z)
        return -cr.mean(y * cr.log(y_hat) + (1 - y) * cr.log(1 - y_hat))

    y_hat = 1 / (1 + np.exp(-(a @ w.T + b)))
    dz = (y_hat - y) / len(y)
    by_w, by_b = cr.derive(cost, wrt="W", W=w, b=b), cr.derive(cost, wrt="b", W=w, b=b)
    assert array(lines_of(by_w)["z"].gradient) == pytest.approx(dz, rel=1e-9)
    assert array(by_w.gradient) == pytest.approx(dz.T @ a, rel=1e-9)
    assert array(by_b.gradient) == pytest.approx(dz.sum(axis=0), rel=1e-9)
    (term,) = by_b.lines[-1].terms
    assert (term.then, [part.shape for part in term.parts]) == ("sum", [(6, 1)])


def test_a_net_has_short_labels_for_its_parameters() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(4, 3))
    net = cr.nn.MLP(3, 5, 1, key=0, activation="tanh")

    def loss(net: Any) -> Any:
        return cr.mean(net(x) ** 2)

    by_label, by_name = (
        cr.derive(loss, wrt=name, net=net) for name in ("W1", "net.layers.0.weight")
    )
    assert by_label == by_name
    assert (by_label.wrt, by_label.name) == ("W1", "net.layers.0.weight")
    w1, b1, w2, b2 = (np.asarray(p.value, np.float64) for _, p in net.named_parameters())
    h = np.tanh(x @ w1.T + b1)
    out = h @ w2.T + b2
    expected = ((2 * out / 4 @ w2) * (1 - h**2)).T @ x
    assert array(by_label.gradient) == pytest.approx(expected, rel=1e-6)


def test_a_weight_that_is_shared_has_a_term_for_each_use() -> None:
    found = cr.derive("w*x + w*y", wrt="w", w=2.0, x=3.0, y=5.0)
    assert [term.downstream for term in found.lines[-1].terms] == [3.0, 5.0]
    assert found.gradient == 8.0
    squared = cr.derive("w*w", w=3.0)
    assert [(term.operand, term.downstream) for term in squared.lines[-1].terms] == [(0, 3), (1, 3)]
    assert (squared.paths, squared.gradient) == (2, 6.0)


def test_an_intermediate_value() -> None:
    found = cr.derive(SIGMOID, wrt="v3", **NEURON)
    assert found.gradient == pytest.approx(NEURON_GRADIENTS["w2"])
    assert found.update is None
    assert found.check is not None
    assert found.check[0].difference == pytest.approx(NEURON_GRADIENTS["w2"], rel=1e-9)
    assert cr.derive(SIGMOID, wrt="add#1", **NEURON) == found


def test_the_output_by_itself() -> None:
    found = cr.derive("x*2", wrt="f", x=1.0)
    assert (found.gradient, len(found.lines), found.paths, found.chain) == (1.0, 1, 1, ())


def test_an_array_result_is_added_up() -> None:
    found = cr.derive("x*y + y", wrt="y", x=[1.0, 2.0], y=3.0)
    assert found.gradient == 1 + 2 + 2
    assert found.notes == ("f is an array: its entries are added up",)
    first, second = found.lines[-1].terms
    assert (first.then, second.then) == ("sum", "sum")


def test_where_no_gradient_arrives_the_reason_is_said() -> None:
    blocked = cr.derive("floor(x)*y", wrt="x", x=2.5, y=2.0)
    assert (blocked.lines, blocked.gradient, blocked.check) == ((), None, None)
    assert blocked.reason == ("every path from x to f is blocked: floor (v1) lets none through")

    def ignores(x: Any, y: Any) -> Any:
        return y * 2

    assert cr.derive(ignores, wrt="x", x=1.0, y=1.0).reason == "f does not depend on x"
    counts = cr.derive("sum(n*x)", wrt="n", n=np.array([1, 2]), x=2.0)
    assert counts.reason == "n holds int64: only real numbers carry gradients"
    assert cr.derive("floor(x)", x=1.5).gradient is None


def test_kinks_and_values_that_are_not_finite_are_noted() -> None:
    tie = cr.derive("max(x, y)", wrt="x", x=1.0, y=1.0)
    assert tie.check is not None
    assert tie.check[0].verdict == "kink"
    assert tie.notes == ("at x lies a kink: backprop takes one of the two slopes",)
    nan = cr.derive("log(x)*y", wrt="y", x=-1.0, y=2.0)
    assert nan.notes == ("v1 is the first value that is not finite",)
    assert math.isnan(nan.gradient)  # type: ignore[arg-type]
    steep = cr.derive("sqrt(x)", x=0.0)
    assert steep.notes[0] == "all values are finite, the gradient is not"


def test_graphs_and_tensors_bring_their_values() -> None:
    graph = cr.Graph("x*y", x=2.0, y=3.0)
    assert cr.derive(graph, wrt="x").gradient == 3.0
    x, y = cr.tensor(2.0, name="x"), cr.tensor(3.0, name="y")
    assert cr.derive(x * y, wrt="x").gradient == pytest.approx(3.0)
    with pytest.raises(UsageError, match="a computed circuit has its values already, got x"):
        cr.derive(graph, wrt="y", x=1.0)


def test_what_is_asked_for() -> None:
    bare = cr.derive("x^2", lr=None, check=False, evaluations=False, x=3.0)
    assert (bare.update, bare.check, bare.evaluations) == (None, None, None)
    step = cr.derive("x^2", lr=0.5, x=3.0).update
    assert step is not None
    assert (step.rate, step.old, step.gradient, step.new) == (0.5, 3.0, 6.0, 0.0)


def test_unknown_names_have_a_hint() -> None:
    with pytest.raises(UsageError, match="no node 'w9'") as caught:
        cr.derive(SIGMOID, wrt="w9", **NEURON)
    assert "w" in caught.value.hint
    with pytest.raises(UsageError, match="by which value") as caught:
        cr.derive("x*y", x=1.0, y=1.0)
    assert caught.value.hint == "wrt= one of x, y"


def test_a_chain_of_20000_gates() -> None:
    def deep(x: Any) -> Any:
        for _ in range(20_000):
            x = -x
        return x

    found = cr.derive(deep, x=1.0)
    assert found.chain is not None
    assert (len(found.chain), found.gradient, found.check) == (20_000, 1.0, None)
    assert len(str(found).splitlines()) < 50
