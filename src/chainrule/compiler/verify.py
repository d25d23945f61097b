"""Finds what is wrong with a circuit; tests let it look between passes."""

from chainrule.compiler.circuit import Circuit
from chainrule.graph.node import ConstantNode, Node, weak_kind


def verify(circuit: Circuit, before: Circuit | None = None) -> list[str]:
    """Return complaints about a circuit, none if it is sound.

    Inputs come before gates, every leaf is an input or a constant, and shapes and dtypes are those
    that the ops' own rules give. With the circuit as it was `before` a pass: the inputs are the
    same, and the outputs have kept their number, shapes and dtypes.
    """
    found = [complaint for node in circuit.gates for complaint in about(node)]
    known = set(circuit.inputs)
    strangers = [
        f"{node!r} is neither an input nor a constant"
        for node in circuit.nodes
        if node.op is None and node not in known and not isinstance(node, ConstantNode)
    ]
    return found + strangers + (changes(circuit, before) if before is not None else [])


def about(node: Node) -> list[str]:
    """Return complaints about one gate."""
    assert node.op is not None
    found = [f"{node!r} is older than its input {x!r}" for x in node.inputs if x.age >= node.age]
    shape = node.op.result_shape([x.shape for x in node.inputs], node.attrs)
    if shape != node.shape:
        found.append(f"{node!r} has shape {node.shape}, {node.op.name} gives {shape}")
    ranks = [len(x.shape) for x in node.inputs]
    dtype = node.op.result_dtype([weak_kind(x) for x in node.inputs], ranks, node.attrs)
    if dtype != node.dtype:
        found.append(f"{node!r} has dtype {node.dtype}, {node.op.name} gives {dtype}")
    return found


def changes(now: Circuit, before: Circuit) -> list[str]:
    """Return what a pass should have left alone."""
    found = []
    if now.inputs != before.inputs:
        found.append("the inputs have changed")
    if len(now.outputs) != len(before.outputs):
        found.append(f"{len(before.outputs)} outputs have become {len(now.outputs)}")
    for old, new in zip(before.outputs, now.outputs, strict=False):
        if (old.shape, old.dtype) != (new.shape, new.dtype):
            found.append(f"the output {old!r} has become {new!r}")
    return found
