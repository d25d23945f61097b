"""Compute the same thing once: gates with the same op, inputs and attributes become one."""

from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit, like, settings
from chainrule.graph.node import ConstantNode, Node


def share(circuit: Circuit) -> Circuit:
    """Return the circuit with one gate in the place of equal ones."""
    known: dict[Any, Node] = {}
    new: dict[Node, Node] = {}
    for node in circuit.nodes:
        if node.op is None:
            new[node] = known.setdefault(identity(node), node)
            continue
        inputs = tuple(new[x] for x in node.inputs)
        key = (node.op, tuple(id(x) for x in inputs), settings(node))
        if key not in known:
            known[key] = like(node, inputs)
        new[node] = known[key]
    return Circuit(circuit.inputs, tuple(new[node] for node in circuit.outputs))


def identity(node: Node) -> Any:
    """Return what makes two leaves the same: nothing for inputs, all bits for constants."""
    if not isinstance(node, ConstantNode):
        return node
    array = np.asarray(node.value)
    return type(node.value) in (int, float), array.dtype, array.shape, array.tobytes()
