"""The one interpreter: runs a circuit gate by gate on arrays."""

from collections.abc import Callable, Sequence
from typing import Any

from chainrule.errors import UsageError
from chainrule.graph.node import ConstantNode, Node, ancestors

Observer = Callable[[Node, Any], None]


class Program:
    """A circuit laid out as a list of calls over numbered slots; may be run many times.

    A value is dropped as soon as its last consumer has run, so that memory stays at what is alive.
    """

    def __init__(self, inputs: Sequence[Node], outputs: Sequence[Node]) -> None:
        order = ancestors(outputs)
        self._slots = {node: i for i, node in enumerate(inputs)}
        for node in order:
            self._slots.setdefault(node, len(self._slots))
        self._initial: list[Any] = [None] * len(self._slots)
        for node in order:
            if isinstance(node, ConstantNode):
                self._initial[self._slots[node]] = node.value
            elif node.op is None and node not in set(inputs):
                raise UsageError(f"{node!r} is neither an input of the circuit nor computed in it")
        self.n_inputs = len(inputs)
        self.gates = [node for node in order if node.op is not None]
        self._outputs = [self._slots[node] for node in outputs]
        self._calls = self._lay_out()

    def _lay_out(self) -> list[Any]:
        last = {}
        for i, gate in enumerate(self.gates):
            last.update(dict.fromkeys(gate.inputs, i))
        kept = set(self._outputs)
        calls = []
        for i, gate in enumerate(self.gates):
            places = [self._slots[x] for x in gate.inputs]
            dead = [self._slots[x] for x in set(gate.inputs) if last[x] == i]
            dead = [d for d in dead if d not in kept]
            calls.append((gate, gate.op.compute, places, gate.attrs, self._slots[gate], dead))
        return calls

    def __call__(self, values: Sequence[Any], observe: Observer | None = None) -> list[Any]:
        """Return the outputs for these input values; `observe` sees every gate's value."""
        if len(values) != self.n_inputs:
            raise UsageError(f"the circuit has {self.n_inputs} inputs, got {len(values)}")
        memory = self._initial.copy()
        memory[: len(values)] = values
        for gate, compute, places, attrs, target, dead in self._calls:
            value = compute([memory[i] for i in places], attrs)
            memory[target] = value
            for i in dead:
                memory[i] = None
            if observe is not None:
                observe(gate, value)
        return [memory[i] for i in self._outputs]


def run(inputs: Sequence[Node], outputs: Sequence[Node], values: Sequence[Any]) -> list[Any]:
    """Run a circuit once.

    >>> from chainrule.graph.trace import trace
    >>> found = trace(lambda x, y: x * y + x, 2.0, 3.0)
    >>> [float(v) for v in run(found.inputs, found.outputs, [2.0, 3.0])]
    [8.0]
    """
    return Program(inputs, outputs)(values)
