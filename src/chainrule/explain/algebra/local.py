"""What one gate computes and what it does to gradients, as expression trees.

Nothing is written here about any op: the backward rule of its declaration is called on symbols.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import apply_rule, settle
from chainrule.errors import ChainruleError
from chainrule.explain.algebra.choices import without_points
from chainrule.explain.algebra.circuit import applied, expression_of, operand, whole_expression
from chainrule.explain.algebra.entrywise import with_entrywise
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.view import GateView
from chainrule.graph.formula import Apply, Expression, Symbol, postorder, substitute, symbols
from chainrule.graph.mode import using
from chainrule.graph.node import ConstantNode, Node, leaf
from chainrule.graph.registry import Op
from chainrule.ops.reductions import with_axes

UPSTREAM = ("g", "G", "upstream")  # names for the upstream gradient: the first that is free
ALGEBRAIC = {"divide", "sqrt"}  # whose results are written out in derivatives
LONGEST_RULE = 60  # nodes of a backward rule that is written out
Labels = Mapping[Any, str]


def gate_expression(view: GateView, labels: Labels | None = None) -> Expression | None:
    """Return what a gate computes in the labels of its operands; None for a leaf.

    `labels` name nodes otherwise than the view does, such as large constant arrays.
    """
    if view.node.op is None:
        return None
    return applied(view.node, operands_of(view, labels or {}))


def operands_of(view: GateView, labels: Labels) -> list[Expression]:
    return [operand(x.node, name_of(x, labels)) for x in view.inputs]


def name_of(view: GateView, labels: Labels) -> str | None:
    """Return the label of a node; None for a constant that goes by its value."""
    given = labels.get(view.node)
    return given or (None if isinstance(view.node, ConstantNode) else view.label)


def local_expression(
    view: GateView, operand: int, labels: Labels | None = None
) -> Expression | None:
    """Return the derivative of an elementwise gate by an operand, entry by entry.

    It is written in the labels of the operands and of the gate itself. On arrays it holds for each
    entry: it is the diagonal of the Jacobian, which is never formed. None where no gradient flows
    to the operand, and for gates that mix entries, which have a `rule_expression`.
    """
    node = view.node
    if node.op is None or not view.is_elementwise or not node.inputs[operand].differentiable:
        return None
    given = labels or {}
    names = [name_of(x, given) or x.label for x in view.inputs]
    kinds = tuple(
        x.node.dtype if is_symbol(x, given) else np.asarray(x.node.value).item()
        for x in view.inputs
    )
    found = derivatives(node.op, tuple(node.attrs.items()), kinds, node.dtype)[operand]
    if found is None:
        return None
    seen = {place(i): Symbol(name) for i, name in enumerate([*names, given.get(node, view.label)])}
    return substitute(found, seen)


def is_symbol(view: GateView, labels: Labels) -> bool:
    """Tell whether an operand is written by its name, and not as the number that it is."""
    return name_of(view, labels) is not None or bool(view.shape)


def place(number: int) -> str:
    """Return the name of an operand, or of the gate itself after the last, until it has one."""
    return f"{chr(number + 1)}"


@lru_cache(maxsize=1024)
def derivatives(
    op: Op, attrs: tuple[tuple[str, Any], ...], kinds: tuple[Any, ...], dtype: Any
) -> tuple[Expression | None, ...]:
    """Return the derivatives of an elementwise op by its operands: its backward rule with g = 1.

    `kinds` has the dtype of each operand, or the number that it is.
    """
    nodes = [leaf((), k) if isinstance(k, np.dtype) else ConstantNode(k) for k in kinds]
    gate = Node(op, tuple(nodes), dict(attrs), (), dtype)
    names = {x: place(i) for i, x in enumerate([*nodes, gate]) if not isinstance(x, ConstantNode)}
    shares = traced(gate, ConstantNode(1.0), nodes)
    found = [None if s is None else expression_of(as_gate(s), names) for s in shares]
    return tuple(None if e is None else derivative(e, gate, names) for e in found)


def derivative(found: Expression, gate: Node, names: Mapping[Node, str]) -> Expression:
    """Return a derivative simplified; a quotient's or a root's in its operands alone."""
    made = simplify(without_points(found))
    if not is_algebraic(gate.op):
        return made
    formula = applied(gate, [operand(x, names.get(x)) for x in gate.inputs])
    return simplify(substitute(made, {names[gate]: formula}))


def is_algebraic(op: Any) -> bool:
    """Tell whether an op computes a quotient or a root: 1/x, not exp(x)."""
    formula = op.expression(**dict.fromkeys(op.defaults, 0))
    if formula is None:
        return False
    ops = {node.op for node in postorder(formula) if isinstance(node, Apply)}
    return bool(ops) and ops <= ALGEBRAIC


def rule_expression(
    view: GateView, operand: int, labels: Labels | None = None, *, hide: bool = True
) -> tuple[Expression, Mapping[str, tuple[int, ...]]] | None:
    """Return what an operand receives in `g`, the upstream gradient, and the shape of each symbol.

    Where `g` names an operand already, the upstream gradient is `G`. None where no gradient flows,
    and for rules that work on plain arrays only or are too long to be read. Products of arrays
    entry by entry are `hadamard`. With `hide=False` the rule stands as it is, changes of shape
    and all.
    """
    node = view.node
    if node.op is None or not node.inputs[operand].differentiable:
        return None
    given = labels or {}
    seen = [x.node if not is_symbol(x, given) else leaf(x.shape, x.node.dtype) for x in view.inputs]
    names = {
        x: name_of(found, given) or found.label
        for x, found in zip(seen, view.inputs, strict=True)
        if x is not found.node
    }
    g = leaf(node.shape, node.dtype)
    z = leaf(node.shape, node.dtype)
    names[z] = given.get(node, view.label)
    names[g] = next(word for word in UPSTREAM if word not in names.values())
    share = traced(node, g, seen, z)[operand]
    if share is None:
        return None
    found = whole_expression(
        settle(as_gate(share), node.inputs[operand]), names, LONGEST_RULE, hide=hide
    )
    if found is None:
        return None
    known = {name: x.shape for x, name in names.items()}
    if hide:
        found = with_entrywise(simplify(without_points(found)), known)
    return found, {name: known[name] for name in symbols(found) if name in known}


def traced(gate: Node, g: Node, seen: Sequence[Node], z: Node | None = None) -> Sequence[Any]:
    """Call a gate's backward rule on symbols; nothing comes back where it needs plain arrays."""
    z = gate if z is None else z
    readable = READABLE.get(gate.op.name) if gate.op is not None else None
    try:
        with using(tracing=True, recording=True):
            if readable is not None:
                return readable(g, z, *seen, **gate.attrs)
            found: Sequence[Any] = apply_rule(gate, g, z, seen)
    except (ChainruleError, TypeError, ValueError, AttributeError):
        return (None,) * len(seen)
    return found


def prod(g: Any, z: Any, x: Any, axis: Any, keepdims: bool) -> tuple[Any]:
    """The product of the others is z / x; the rule itself never divides, as x may be 0."""
    inside: Callable[..., Any] = with_axes
    return (inside(g, x, axis) * inside(z, x, axis) / x,)


READABLE: Mapping[str, Callable[..., tuple[Any, ...]]] = {"prod": prod}  # shorter, away from 0


def as_gate(share: Any) -> Node:
    return share if isinstance(share, Node) else ConstantNode(share)
