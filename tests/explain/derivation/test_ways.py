"""Paths: counted by summing over edges, beside paths walked one by one."""

from typing import Any

import chainrule as cr
from chainrule.explain.derivation import ways


def ran(text: str, **values: float) -> Any:
    graph = cr.Graph(text, **values)
    graph.forward()
    graph.backward()
    return graph


def walked(graph: Any, node: Any) -> int:
    """Count the paths from the output to a node by walking each of them."""
    edges, found, waiting = ways.flowing(graph), 0, [graph.output.node]
    while waiting:
        now = waiting.pop()
        found += now is node
        waiting += edges.get(now, [])
    return found


def test_both_counts_are_those_of_walking() -> None:
    graph = ran("(x*x + sin(x*y))*(x + exp(x*y)) / (1 + x*x)", x=0.5, y=2.0)
    edges = ways.flowing(graph)
    leaves = [view.node for view in graph.leaves]
    to_output = ways.to_output(graph.output.node, edges)
    for view in graph.nodes:
        assert to_output[view.node] == walked(graph, view.node)
    total = sum(walked(graph, leaf) for leaf in leaves)
    assert ways.from_leaves(leaves, edges)[graph.output.node] == total


def test_between_are_the_gates_that_depend_on_a_value() -> None:
    graph = ran("sin(x)*y + cos(y)", x=1.0, y=2.0)
    gates = [view.node for view in graph.gates]
    behind = ways.between(graph["x"].node, gates)
    assert {view.op for view in graph.nodes if view.node in behind} == {
        "leaf", "sin", "multiply", "add",
    }  # fmt: skip
