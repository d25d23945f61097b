"""Every gate's local derivative as a formula: computed, it is the slope of the forward function.

The judge are differences of NumPy's forward values, which know nothing of any rule.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from chainrule.draw.mathml import mathml
from chainrule.draw.maths import latex, text, typed, unicode
from chainrule.explain.algebra import circuit
from chainrule.explain.algebra.compute import computed
from chainrule.explain.algebra.local import gate_expression, local_expression, rule_expression
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.algebra.size import size
from chainrule.explain.gates import Graph
from chainrule.explain.view import GateView
from chainrule.graph.formula import Expression, symbols
from chainrule.graph.node import Node
from chainrule.graph.registry import OPS, Op
from tests.contract import calls
from tests.contract.checks import direction, weighted
from tests.contract.numeric import close, slope

NOTATIONS = (text, typed, unicode, latex, mathml)
every_op = pytest.mark.parametrize("name", calls.DECLARED)


@pytest.fixture(autouse=True)
def constants_are_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large constants are shown by their shape, with which nothing can be computed."""
    monkeypatch.setattr(circuit, "SHOWN", 10**6)


def gate_of(call: calls.Call) -> tuple[GateView, dict[Any, str], dict[str, Any]]:
    """Return the gate of a call, names for its operands, and their values by these names."""
    values = {f"x{i}": np.asarray(x) for i, x in enumerate(call.inputs)}
    leaves = {f"x{i}": values[f"x{i}"] for i in call.floats}

    def f(**given: Any) -> Any:
        inputs = [given.get(name, x) for name, x in values.items()]
        return Node.record_gate(call.op, inputs, call.attrs)

    view = Graph(lambda **given: f(**given), **leaves).output
    labels = dict(zip(view.node.inputs, values, strict=True))
    return view, {**labels, view.node: "z"}, {**values, "z": call.value()}


def differentiable(op: Op) -> Iterator[calls.Call]:
    """Yield the calls on floats, whose derivatives can be checked."""
    for call in calls.smooth_calls(op):
        if call.floats and np.asarray(call.value()).dtype == np.float64:
            yield call


@every_op
def test_what_a_gate_computes(name: str) -> None:
    for call in calls.smooth_calls(OPS[name]):
        if not call.floats:
            continue
        view, labels, values = gate_of(call)
        found = gate_expression(view, labels)
        assert found is not None
        np.testing.assert_allclose(computed(found, values), call.value(), rtol=1e-12)


@every_op
def test_derivatives_equal_differences(name: str) -> None:
    for call in differentiable(OPS[name]):
        view, labels, values = gate_of(call)
        rng = np.random.default_rng(3)
        upstream = rng.normal(size=view.shape)
        for i in call.floats:
            d = direction(call, i, rng)
            n = slope(partial(weighted, call, i, upstream), call.inputs[i], d)
            a = float(np.sum(share(view, i, labels, values, upstream) * d))
            assert close(a, n, 1e-6), f"{name}, input {i}: formula {a}, differences {n}"


def share(
    view: GateView, operand: int, labels: dict[Any, str], values: dict[str, Any], upstream: Any
) -> Any:
    """Return what an operand receives by the formulas; 0 where there is none."""
    x = values[f"x{operand}"]
    entry = local_expression(view, operand, labels)
    if entry is not None:
        spread = np.broadcast_to(computed(entry, values), view.shape) * upstream
        return summed(spread, np.shape(x))
    rule = rule_expression(view, operand, labels, hide=False)
    if rule is None:
        return 0.0
    found = computed(rule[0], {**values, "g": upstream})
    assert np.shape(found) == np.shape(x)
    return found


def summed(spread: Any, shape: tuple[int, ...]) -> Any:
    """Sum over the axes along which an operand of this shape was broadcast."""
    extra = spread.ndim - len(shape)
    spread = spread.sum(axis=tuple(range(extra)))
    axes = tuple(i for i, n in enumerate(shape) if n == 1)
    return spread.sum(axis=axes, keepdims=True)


@every_op
def test_formulas_are_simple_and_written_in_every_notation(name: str) -> None:
    for call in differentiable(OPS[name]):
        view, labels, _ = gate_of(call)
        for i in call.floats:
            for formula in shown(view, i, labels):
                assert size(simplify(formula)) == size(formula)
                known = {*labels.values(), "g"}
                assert {s for s in symbols(formula) if s.isidentifier()} <= known
                for notation in NOTATIONS:
                    assert_is_written(notation(formula), formula)


def shown(view: GateView, operand: int, labels: dict[Any, str]) -> list[Expression]:
    entry = local_expression(view, operand, labels)
    rule = rule_expression(view, operand, labels)
    return [e for e in (entry, rule and rule[0]) if e is not None]


def assert_is_written(written: str, formula: Expression) -> None:
    assert "#" not in written
    assert "?" not in written
    for name in symbols(formula):
        assert name[0] in written or "index" in text(formula)  # arrays in one are not written out
