"""Derivations of random circuits: every line is the sum of its terms, and counts are true."""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings

import chainrule as cr
from chainrule.draw.derivation import lines
from chainrule.explain.derivation import ways
from chainrule.explain.derivation.counted import Written
from tests.property.circuits import Circuit, by_gates, circuits

FEW = 2000  # evaluations that are carried out in a test


def graph_of(circuit: Circuit) -> cr.Graph:
    """Return the circuit as a graph that has run both passes."""
    leaves = {f"x{i}": np.asarray(x) for i, x in enumerate(circuit.inputs())}
    values = {name: cr.tensor(x, name=name) for name, x in leaves.items()}
    graph = cr.Graph.of(circuit.run(list(values.values()), by_gates)[-1])
    graph.forward()
    graph.backward(np.ones(graph.output.shape))
    return graph


def numbers(value: Any) -> Any:
    return value if isinstance(value, float) else np.array(value.data).reshape(value.shape)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(circuits())
def test_random_circuits(circuit: Circuit) -> None:
    graph = graph_of(circuit)
    for leaf in graph.leaves:
        found = cr.derive(graph, wrt=leaf.name, check=False)
        assert bool(found.lines) != bool(found.reason)
        assert all(sum(len(run[0]) for run in line) <= 80 for line in lines(found))
        for line in found.lines[1:]:
            total = sum(numbers(term.downstream) for term in line.terms)
            assert np.allclose(total, graph[line.label].grad, equal_nan=True)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(circuits())
def test_what_is_counted_is_what_is_carried_out(circuit: Circuit) -> None:
    graph = graph_of(circuit)
    leaves = [view.node for view in graph.leaves]
    written = Written(graph, ways.flowing(graph), {})
    expected = written.expected(leaves)
    if expected.total > FEW:
        return
    count, sums = written.carried_out(leaves)
    assert (count.values, count.locals) == (expected.values, expected.locals)
    for view in graph.leaves:
        if view.node in sums:
            assert np.allclose(sums[view.node], view.grad, atol=1e-9, equal_nan=True)
