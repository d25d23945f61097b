"""Names of gates and arrays in a plan: one each, from modules, variables and ops."""

from collections import Counter
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.labels import array_names, gate_labels, unique
from chainrule.compiler.llvm import host
from chainrule.compiler.plan import plan

X = np.ones((3, 4))


def test_the_last_gate_of_a_line_is_the_variable() -> None:
    def f(x: Any) -> Any:
        loss = cr.losses.huber(x, cr.zeros_like(x))
        return loss * 2

    gates = [n for n in cr.trace(f, X).gates if n.op]
    found = gate_labels(gates)
    named = {n.op.name: found[n].variable for n in gates if n.op and found[n].variable}
    assert list(named.values()) == ["loss"]
    assert found[gates[-1]] == ("", "multiply", "")


def test_gates_of_modules_bear_their_paths() -> None:
    net = cr.nn.MLP(4, 3, 2, key=0)
    slopes = cr.trace(cr.grad(lambda m, x: cr.sum(m(x))), net, X.astype(np.float32))
    modules = {label.module for label in gate_labels(n for n in slopes.gates if n.op).values()}
    assert {"layers.0", "layers.1", "layers.2", "layers.2@grad", "layers.1@grad"} <= modules


def test_updates_bear_the_paths_of_their_weights() -> None:
    rule = cr.optim.Momentum(rate=0.1)
    w = {"a": np.ones(3), "b": np.ones(2)}
    found = cr.trace(lambda w, g, s: rule.update(w, g, s), w, w, rule.init(w))
    modules = {label.module for label in gate_labels(n for n in found.gates if n.op).values()}
    assert {"a@update", "b@update"} <= modules


def test_arrays_have_names_of_their_own() -> None:
    found = cr.trace(lambda x: (cr.sort(cr.sort(x)), x + np.arange(4.0)), X)
    made = plan(Circuit(found.inputs, found.outputs), host())
    labels = gate_labels(n for launch in made.launches for n in launch.group.nodes)
    names = array_names(made, labels, ["sorted"])
    assert len(set(names.values())) == len(made.slots)
    assert {"x", "constant 0", "sorted", "output 1"} <= set(names.values())


def test_names_in_use_get_a_number() -> None:
    taken: Counter[str] = Counter()
    assert [unique(name, taken) for name in ("exp", "sum", "exp")] == ["exp", "sum", "exp#2"]
