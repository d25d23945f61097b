"""What a derivation tells of the circuit, by the ids of its scene."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.scene.values import shown_value
from tests.explain.examples import NEURON, SIGMOID, STAGED
from tests.golden.graphs import SMALL


def test_ids_are_those_of_the_scene() -> None:
    graph = cr.Graph(SIGMOID, **NEURON)
    found = cr.derive(graph, wrt="w0")
    scene = graph.scene(check=False)
    known = {node.label: node.id for node in scene.nodes if node.kind in ("leaf", "op")}
    told = {d.label: d.node for d in [*found.leaves, *found.gates]}
    assert told == known
    assert found.node == known["w0"]
    assert [known[line.label] for line in found.lines] == [line.node for line in found.lines]
    assert all(known[term.of] == term.gate for line in found.lines for term in line.terms)


def test_gates_are_defined_by_their_formulas() -> None:
    found = cr.derive(STAGED, wrt="x", x=3.0, y=-4.0)
    assert repr(found.formula) == (
        "divide(add(x, sigmoid(y)), add(sigmoid(x), power(add(x, y), 2.0)))"
    )
    formulas = {gate.label: repr(gate.formula) for gate in found.gates}
    assert formulas["v2"] == "add(x, v1)"
    assert formulas["f"] == "divide(v2, v6)"
    assert [leaf.formula for leaf in found.leaves] == [None, None]


def test_constant_arrays_are_leaves_with_a_name() -> None:
    found = cr.derive(lambda x: cr.sum(x * np.arange(3.0)), x=[1.0, 2.0, 3.0])
    assert [leaf.label for leaf in found.leaves] == ["x", "c1"]
    assert repr(found.lines[-1].terms[0].local) == "c1"


def test_the_formula_of_a_long_circuit_is_left_out() -> None:
    found = cr.derive(" + ".join(f"sin(x*{i})" for i in range(2, 20)), x=1.0)
    assert found.formula is None


def test_numbers_are_those_of_the_engine() -> None:
    graph = cr.Graph(STAGED, x=3.0, y=-4.0)
    found = cr.derive(graph, wrt="x")
    for line in found.lines:
        assert line.gradient == graph[line.label].grad
        assert [t.downstream for t in line.terms] == sorted(
            (c.value for c in graph[line.label].contributions),
            key=[t.downstream for t in line.terms].index,
        )


@pytest.mark.parametrize("name", SMALL)
def test_graphs_that_must_be_shown(name: str) -> None:
    graph = SMALL[name]()
    for leaf in graph.leaves:
        found = cr.derive(graph, wrt=leaf.label)
        assert (found.gradient is None) == (leaf.grad is None)
        assert found.gradient == shown_value(leaf.grad) or name == "nan-in-log"
        assert all(row.ok for row in found.check or ())
        assert all(len(line) <= 80 for line in str(found).splitlines())
