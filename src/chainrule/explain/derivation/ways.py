"""The ways from a value to the output: the gates on them, and how many there are."""

from collections.abc import Iterable
from typing import Any

from chainrule.graph.node import Node

Edges = dict[Node, list[Node]]


def between(start: Node, gates: Iterable[Node]) -> set[Node]:
    """Return the value itself and all `gates` that depend on it.

    Args:
        start: the value.
        gates: those that the output depends on, in the order of execution.
    """
    found = {start}
    for gate in gates:
        if any(x in found for x in gate.inputs):
            found.add(gate)
    return found


def to_output(root: Node, edges: Edges) -> dict[Node, int]:
    """Return how many paths lead from each value to the output.

    Args:
        root: the output.
        edges: gate -> the operands that a gradient flows to, once for each use; consumers first.
    """
    ways = {root: 1}
    for gate, operands in edges.items():
        for x in operands:
            ways[x] = ways.get(x, 0) + ways.get(gate, 0)
    return ways


def from_leaves(leaves: Iterable[Node], edges: Edges) -> dict[Node, int]:
    """Return how many paths lead to each value from all leaves together."""
    ways = dict.fromkeys(leaves, 1)
    for gate, operands in reversed(edges.items()):
        ways[gate] = sum(ways.get(x, 0) for x in operands)
    return ways


def flowing(graph: Any) -> Edges:
    """Return gate -> the operands that the backward pass handed a gradient to, consumers first."""
    return {
        view.node: [
            x
            for x, share in zip(view.node.inputs, view.downstream, strict=True)
            if share is not None
        ]
        for view in graph.backward_order
    }
