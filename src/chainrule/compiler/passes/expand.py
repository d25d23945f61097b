"""Write gates such as softmax in the simpler gates that their declarations name."""

from typing import Any

from chainrule.compiler.circuit import Circuit, rewritten
from chainrule.graph.mode import using
from chainrule.graph.node import Node, as_node
from chainrule.graph.registry import ops


def expand(circuit: Circuit) -> Circuit:
    """Return the circuit without gates that are declared as made of others."""
    before = None
    while circuit != before:
        before, circuit = circuit, rewritten(circuit, visit)
    return circuit


def visit(node: Node, inputs: tuple[Node, ...]) -> Any:
    assert node.op is not None
    if node.op.expand is None:
        return None
    with using(tracing=True, recording=True, scope=node.scope):
        found = node.op.expand(*inputs, **node.attrs)
        if found is None:  # it is simple enough
            return None
        made = as_node(found)
        if made.dtype != node.dtype:
            made = ops.astype(made, node.dtype.name)
    return made if made.shape == node.shape else ops.broadcast_to(made, node.shape)
