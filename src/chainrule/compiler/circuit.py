"""Circuits as passes see them: gates between inputs and outputs, rewritten but never changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chainrule.graph.node import AGES, ConstantNode, Node, ancestors, as_node

Visit = Callable[[Node, tuple[Node, ...]], Any]


@dataclass(frozen=True)
class Circuit:
    """Gates between inputs and outputs.

    Attributes:
        inputs: leaves, in the order in which their values come.
        outputs: what is asked for; a gate may be asked for twice.
    """

    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]

    @property
    def nodes(self) -> list[Node]:
        """Everything the outputs depend on, inputs of gates before the gates."""
        found: list[Node] = ancestors(self.outputs)
        return found

    @property
    def gates(self) -> list[Node]:
        """The nodes that compute something."""
        return [node for node in self.nodes if node.op is not None]


def rewritten(circuit: Circuit, visit: Visit) -> Circuit:
    """Return the circuit with each gate replaced by what `visit(gate, new inputs)` returns.

    `visit` may return a gate, an array or a number; None keeps the gate, on its new inputs.
    """
    new: dict[Node, Node] = {}
    for node in circuit.nodes:
        if node.op is None:
            new[node] = node
            continue
        inputs = tuple(new[x] for x in node.inputs)
        born = next(AGES)
        found = visit(node, inputs)
        new[node] = like(node, inputs) if found is None else as_node(found)
        inherit(new[node], node, born)
    return Circuit(circuit.inputs, tuple(new[node] for node in circuit.outputs))


def inherit(made: Node, node: Node, born: int) -> None:
    """Let the gates made since `born` have line and module of the gate that they stand for."""
    seen: set[Node] = set()
    waiting = [made]
    while waiting:
        x = waiting.pop()
        if x.op is not None and x.age > born and x not in seen:
            x.place, x.scope = node.place, node.scope
            seen.add(x)
            waiting += x.inputs


def like(node: Node, inputs: Sequence[Node]) -> Node:
    """Return the gate on other inputs."""
    if all(a is b for a, b in zip(node.inputs, inputs, strict=True)):
        return node
    made = Node(
        node.op, tuple(inputs), node.attrs, node.shape, node.dtype, name=node.name, place=node.place
    )
    made.scope = node.scope
    return made


def settings(node: Node) -> str:
    """Return a gate's attributes to be compared: 1 is not 1.0, nor 0.0 the same as -0.0."""
    return repr(sorted(node.attrs.items()))


def is_scalar_constant(node: Node) -> bool:
    """Return whether the node is a single number that is known."""
    return isinstance(node, ConstantNode) and not node.shape
