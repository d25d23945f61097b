"""From gates to expression trees, in the labels of leaves and operands.

Beside the functions of scalar mathematics a tree may hold any op by its name, with these rules:

    ["matmul", "W", "x"]            operands first
    ["sum", "W", "axis=0"]          then settings that are not the usual ones, `name=value`
    ["getitem", "W", "0, 1:"]       an index, as it stands between the brackets
    ["array", 1, 2, 3]              a small constant array, row by row
    ["constant", 2, 3]              a larger one: its shape
    ["hadamard", "g", "x"]          a product of arrays, entry by entry

Gates that only carry entries from one shape to another leave no trace.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.formula import Apply, Expression, Number, Symbol
from chainrule.graph.index import unpack
from chainrule.graph.node import ConstantNode, ancestors

HIDDEN = ("reshape", "broadcast_to", "astype", "positive")  # they change no entry
ON_ONE = ("sum", "mean", "prod", "max", "min", "logsumexp")  # change nothing where there is one
SHOWN = 4  # entries of a constant array that are written out
LONGEST = 150  # nodes of the formula of a whole circuit


def expression_of(
    root: Any, labels: Mapping[Any, str], since: int | None = None
) -> Expression | None:
    """Return a circuit as scalar mathematics in its leaves; None where a gate has no such meaning.

    Args:
        root: the gate that computes the result.
        labels: gate -> name, for leaves and for gates at which the formula shall end; a leaf that
            is not named here bears its own name.
        since: the age from which on gates were made by backward rules; where these guard a single
            point against 0/0, the formula is that of all other points.

    Where gates work entry by entry on arrays, so does the formula.
    """
    done: dict[Any, Expression] = {}
    for node in ancestors(root):
        if since is not None and guards_point(node, since):
            found = done.get(node.inputs[2])
        else:
            found = scalar_gate(node, labels, [done[x] for x in node.inputs if x in done])
        if found is not None:
            done[node] = found
    return done.get(root)


def scalar_gate(
    node: Any, labels: Mapping[Any, str], operands: Sequence[Expression]
) -> Expression | None:
    if node.op is None or node in labels:
        return operand(node, labels.get(node))
    if len(operands) < len(node.inputs):
        return None
    single = all(np.prod(x.shape) == 1 for x in (node, *node.inputs))
    if node.op.name in HIDDEN or (single and node.op.name in ON_ONE):
        return operands[0]
    if single and node.op.name == "matmul":
        return Apply("multiply", tuple(operands))
    return applied(node, operands) if is_scalar(node.op) else None


def guards_point(node: Any, since: int) -> bool:
    """Tell whether this is a choice by a rule for the point at which something has one value."""
    if node.op is None or node.op.name != "where" or node.inputs[0].age <= since:
        return False
    condition = node.inputs[0].op
    return condition is not None and condition.name == "equal"


def is_scalar(op: Any) -> bool:
    """Tell whether an op is mathematics of single numbers, as far as it says."""
    return op.shape in (None, shapes.broadcast, shapes.same) and op.arity > 0


def whole_expression(
    root: Any, labels: Mapping[Any, str], most: int = LONGEST, *, hide: bool = True
) -> Expression | None:
    """Return a circuit as one tree in its leaves, of at most `most` nodes; else None.

    Gates that mix entries stand in it by their names. With `hide=False` those that only change
    shapes do, too, so that the tree can be computed.
    """
    done: dict[Any, tuple[Expression, int]] = {}
    for node in ancestors(root):
        size = 1 + sum(done[x][1] for x in node.inputs)
        if size > most:
            return None
        operands = [done[x][0] for x in node.inputs]
        if node.op is None or node in labels:
            done[node] = operand(node, labels.get(node)), 1
        elif hide and node.op.name in HIDDEN:
            done[node] = done[node.inputs[0]]
        else:
            done[node] = applied(node, operands, brief=hide), size
    return done[root][0]


def operand(node: Any, label: str | None = None) -> Expression:
    """Return what stands for an operand: its label, or its value if it is a constant."""
    if label is not None:
        return Symbol(label)
    return constant(node.value) if isinstance(node, ConstantNode) else Symbol(node.name or "?")


def constant(value: Any) -> Expression:
    """Return a constant number, the entries of a small array, or the shape of a large one."""
    array = np.asarray(value)
    if not array.shape:
        number = array.item()
        return Number(number if isinstance(number, float) else int(number))
    if not 0 < array.size <= SHOWN:
        return Apply("constant", tuple(map(Number, array.shape)))
    rows: list[Expression] = [Number(x) for x in array.reshape(-1).tolist()]
    for size in reversed(array.shape):
        rows = [Apply("array", tuple(rows[i : i + size])) for i in range(0, len(rows), size)]
    return rows[0]


def applied(node: Any, operands: Sequence[Expression], *, brief: bool = False) -> Apply:
    """Return the gate's op applied to its operands, and to the settings that are not usual.

    With `brief`, axes of size 1 that are kept are not worth a word.
    """
    name = node.op.name
    if name == "getitem" and len(operands) == 1:
        return Apply(name, (operands[0], Symbol(index_text(node.attrs["index"]))))
    if name == "transpose":
        return transposed(operands[0], node.attrs["axes"], len(node.shape))
    if name == "scatter_add" and brief and len(operands) == 1:
        return Apply(name, (operands[0], Symbol(f"[{index_text(node.attrs['index'])}]")))
    always = name == "astype"  # without its setting it says nothing
    unusual = {k: v for k, v in node.attrs.items() if always or v != node.op.defaults.get(k)}
    settings = [Symbol(f"{k}={v}") for k, v in unusual.items() if k != "keepdims" or not brief]
    return Apply(name, (*operands, *settings))


def transposed(x: Expression, axes: tuple[int, ...] | None, rank: int) -> Apply:
    """Return a transposition; one that exchanges the last two axes is that of matrices."""
    order = tuple(a % rank for a in axes or range(-1, -rank - 1, -1))
    if order == tuple(range(rank))[::-1]:
        return Apply("transpose", (x,))
    if order == (*range(rank - 2), rank - 1, rank - 2):
        return Apply("matrix_transpose", (x,))
    return Apply("transpose", (x, Symbol(f"axes={order}")))


def index_text(packed: Sequence[Any]) -> str:
    """Write an index as it stands between the brackets."""
    return ", ".join(part_text(part) for part in unpack(packed, ()))


def part_text(part: Any) -> str:
    if not isinstance(part, slice):
        return str(part)
    ends = [part.start, part.stop] + ([part.step] if part.step is not None else [])
    return ":".join("" if end is None else str(end) for end in ends)
