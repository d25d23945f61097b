"""Run a circuit again at other values, to compare its gradients with differences."""

from typing import Any

import numpy as np

from chainrule.eager.tensor import Tensor
from chainrule.explain.judge import Row, directions, first_row
from chainrule.explain.problems import FunctionProblem
from chainrule.graph.node import ConstantNode, Node, ancestors


def compared(graph: Any, entries: int) -> list[tuple[float, Row]]:
    """Return (value, comparison) for the leaves of a `Graph` whose gradients are known."""
    leaves = {view.name: view for view in graph.leaves if view.node.differentiable}
    problem = FunctionProblem(
        lambda **values: replayed(graph.output.node, given(graph, values)),
        (),
        {name: np.asarray(view.value) for name, view in leaves.items()},
        graph.title,
    )
    problem.names = [view.label for view in leaves.values()]
    problem.weights = [np.asarray(graph.output.upstream)]
    gradients = [
        np.zeros(view.shape) if view.grad is None else np.asarray(view.grad, np.float64)
        for view in leaves.values()
    ]
    rows = []
    for direction in directions(problem, entries):
        row = first_row(problem, direction, direction.along(gradients))
        rows.append((direction.along(problem.xs), row))
    return rows


def given(graph: Any, values: dict[str, Any]) -> dict[Node, Any]:
    """Return the values of all leaves: those that move, and the others as they are."""
    found = {view.node: view.value for view in graph.leaves}
    return found | {graph[name].node: value for name, value in values.items()}


def replayed(root: Node, values: dict[Node, Any]) -> Any:
    """Compute a circuit on tensors."""
    done = dict(values)
    for node in ancestors(root):
        if isinstance(node, ConstantNode):
            done[node] = node.value
        elif node.op is not None:
            done[node] = Tensor.record_gate(node.op, [done[x] for x in node.inputs], node.attrs)
    return done[root]
