"""The finite differences of the output by one value, be it a leaf or in the middle of the circuit.

The value is nudged where it stands, and only what depends on it is computed again.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.eager.tensor import ConstantTensor, Tensor
from chainrule.explain.derivation.ways import between
from chainrule.explain.judge import compare
from chainrule.explain.problems import Problem
from chainrule.explain.scene.records import CheckRow
from chainrule.explain.view import GateView
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.registry import ops

ENTRIES = 6  # of an array that are nudged one by one


class Nudged(Problem):
    """The rest of a circuit as a function of one of its values; the gradient is backprop's."""

    def __init__(self, graph: Any, view: GateView) -> None:
        gates = [gate.node for gate in graph.gates]
        behind = between(view.node, gates)
        self.start = view.node
        self.root = graph.output.node
        self.gates = [gate for gate in gates if gate in behind and gate is not view.node]
        self.known = {
            x: x.value if isinstance(x, ConstantNode) else graph._value(x)
            for gate in self.gates
            for x in gate.inputs
            if x not in behind
        }
        self.weights = np.asarray(graph.output.grad)
        self.names = [view.label]
        self.xs = [np.asarray(view.value, np.float64)]
        self.found = [np.asarray(view.grad, np.float64)]

    def gradients(self) -> list[Any]:
        return self.found

    def total(self, leaves: Sequence[Tensor]) -> tuple[Any, list[Any]]:
        values: dict[Node, Any] = {**self.known, self.start: leaves[0]}
        for gate in self.gates:
            assert gate.op is not None
            inputs = [values[x] for x in gate.inputs]
            values[gate] = Tensor.record_gate(gate.op, inputs, gate.attrs)
        root = values[self.root]
        total = root if not root.shape and self.weights == 1 else ops.sum(root * self.weights)
        gates = [values[gate] for gate in self.gates]
        return total if isinstance(total, Tensor) else ConstantTensor(total), gates


def rows_of(graph: Any, view: GateView, entries: int = ENTRIES) -> tuple[CheckRow, ...]:
    """Compare the gradient of one value with differences, entry by entry.

    Of a large array some entries are compared, and a random direction through all of them.
    """
    problem = Nudged(graph, view)
    rows = compare(problem, entries)
    single = not view.shape
    return tuple(
        CheckRow(
            input=row.name,
            value=float(view.value) if single else None,
            backprop=row.analytic,
            difference=row.numeric,
            error=row.error,
            step=row.step,
            verdict=row.verdict,
            ok=row.ok,
        )
        for row in rows
    )
