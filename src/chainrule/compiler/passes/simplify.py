"""Leave out gates that change nothing, and join those that undo or continue each other."""

from collections import Counter
from typing import Any

from chainrule.compiler.circuit import Circuit, rewritten
from chainrule.graph import shapes
from chainrule.graph.mode import using
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.registry import ops

JOINING = ("transpose", "reshape")
SAME = ("reshape", "broadcast_to", "positive", "astype")


def simplify(circuit: Circuit) -> Circuit:
    """Return the circuit with the rules below applied to every gate."""
    users = Counter(x for gate in circuit.gates for x in gate.inputs)
    users.update(circuit.outputs)

    def visit(node: Node, inputs: tuple[Node, ...]) -> Any:
        joined = node.op is not None and node.op.name in JOINING
        if joined and users[node.inputs[0]] > 1 and is_dear(inputs[0]):
            return None  # another gate needs it as it is
        return simpler(node, inputs)

    with using(tracing=True, recording=True):
        return rewritten(circuit, visit)


def is_dear(node: Node) -> bool:
    """Return whether a gate should not be computed twice, in two forms."""
    return node.op is not None and node.op.name not in ("transpose", "reshape")


def simpler(node: Node, inputs: tuple[Node, ...]) -> Any:
    """Return what stands for a gate: its input, a simpler gate, or None for itself."""
    assert node.op is not None
    rule = RULES.get(node.op.name)
    first = inputs[0]
    if node.op.name in SAME and (first.shape, first.dtype) == (node.shape, node.dtype):
        return first
    return rule(node, *inputs) if rule else None


def by_one(node: Node, x: Node, y: Node) -> Any:
    """x * 1 and x / 1 are x."""
    return x if is_number(y, 1) and (x.shape, x.dtype) == (node.shape, node.dtype) else None


def times_one(node: Node, x: Node, y: Node) -> Any:
    found = by_one(node, x, y)
    return by_one(node, y, x) if found is None else found


def of_reshape(node: Node, x: Node) -> Any:
    """A reshape of a reshape is one reshape; axes that were kept only to be dropped go at once."""
    if x.op is None:
        return None
    if x.op.name == "reshape":
        return ops.reshape(x.inputs[0], node.shape)
    if x.attrs.get("keepdims") and "axis" in x.attrs:
        dropped = shapes.reduced(x.inputs[0].shape, x.attrs["axis"], keepdims=False)
        if node.shape == dropped:
            return x.op(*x.inputs, **{**x.attrs, "keepdims": False})
    return None


def of_transpose(node: Node, x: Node) -> Any:
    """Two transpositions are one, or none; the transpose of a product is one of transposes."""
    if axes(node) == tuple(range(len(node.shape))):
        return x
    if x.op is not None and x.op.name == "matmul" and all(len(y.shape) == 2 for y in x.inputs):
        left, right = x.inputs
        return ops.matmul(ops.transpose(right), ops.transpose(left))
    if x.op is None or x.op.name != "transpose":
        return None
    first, second = axes(x), axes(node)
    order = tuple(first[a] for a in second)
    if order == tuple(range(len(order))):
        return x.inputs[0]
    return ops.transpose(x.inputs[0], order)


def of_negative(node: Node, x: Node) -> Any:
    """-(-x) is x."""
    return x.inputs[0] if x.op is not None and x.op.name == "negative" else None


def of_power(node: Node, x: Node, y: Node) -> Any:
    """x^2 is a square, x^1 is x."""
    if x.dtype != node.dtype or x.shape != node.shape:
        return None
    if is_number(y, 2):
        return ops.square(x)
    return x if is_number(y, 1) else None


def axes(node: Node) -> tuple[int, ...]:
    given = node.attrs["axes"]
    rank = len(node.shape)
    return tuple(range(rank))[::-1] if given is None else tuple(a % rank for a in given)


def is_number(node: Node, number: float) -> bool:
    return isinstance(node, ConstantNode) and not node.shape and bool(node.value == number)


RULES: dict[str, Any] = {
    "multiply": times_one,
    "divide": by_one,
    "reshape": of_reshape,
    "transpose": of_transpose,
    "negative": of_negative,
    "power": of_power,
}
