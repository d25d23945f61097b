"""What one gate computes and what it does to gradients, as expression trees.

Nothing is written here about any op: the backward rule of its declaration is called on symbols.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chainrule.autodiff.reverse import apply_rule, settle
from chainrule.errors import ChainruleError
from chainrule.explain.algebra.choices import without_points
from chainrule.explain.algebra.circuit import applied, expression_of, operand, whole_expression
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.view import GateView
from chainrule.graph.formula import Apply, Expression, postorder, substitute, symbols
from chainrule.graph.mode import using
from chainrule.graph.node import ConstantNode, Node, leaf

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
    if not view.is_elementwise or not view.node.inputs[operand].differentiable:
        return None
    traced = traced_rule(view, labels or {}, upstream=ConstantNode(1.0), single=True)
    if traced is None:
        return None
    shares, names = traced
    if shares[operand] is None:
        return None
    found = expression_of(as_gate(shares[operand]), names)
    if found is None:
        return None
    made = simplify(without_points(found))
    return written_out(made, view, labels or {}) if is_algebraic(view.node.op) else made


def is_algebraic(op: Any) -> bool:
    """Tell whether a gate computes a quotient or a root: 1/x, not exp(x)."""
    formula = op.expression(**dict.fromkeys(op.defaults, 0))
    if formula is None:
        return False
    ops = {node.op for node in postorder(formula) if isinstance(node, Apply)}
    return bool(ops) and ops <= ALGEBRAIC


def written_out(found: Expression, view: GateView, labels: Labels) -> Expression:
    """Return a derivative in the operands alone: 1 / (2 sqrt(x)) rather than 1 / (2 z)."""
    formula = gate_expression(view, labels)
    name = labels.get(view.node, view.label)
    return found if formula is None else simplify(substitute(found, {name: formula}))


def rule_expression(
    view: GateView, operand: int, labels: Labels | None = None, *, hide: bool = True
) -> tuple[Expression, Mapping[str, tuple[int, ...]]] | None:
    """Return what an operand receives in `g`, the upstream gradient, and the shape of each symbol.

    Where `g` names an operand already, the upstream gradient is `G`. None where no gradient flows,
    and for rules that work on plain arrays only or are too long to be read. With `hide=False` the
    changes of shape stand in the rule, too.
    """
    node = view.node
    if node.op is None or not node.inputs[operand].differentiable:
        return None
    traced = traced_rule(view, labels or {}, upstream=leaf(node.shape, node.dtype))
    if traced is None:
        return None
    shares, names = traced
    if shares[operand] is None:
        return None
    share = settle(as_gate(shares[operand]), node.inputs[operand])
    found = whole_expression(share, names, LONGEST_RULE, hide=hide)
    if found is None:
        return None
    found = simplify(without_points(found)) if hide else found
    known = {name: x.shape for x, name in names.items()}
    return found, {name: known[name] for name in symbols(found) if name in known}


def traced_rule(
    view: GateView, labels: Labels, upstream: Node, *, single: bool = False
) -> tuple[Sequence[Any], dict[Node, str]] | None:
    """Call the gate's backward rule on symbols; return its results and the names of the symbols.

    With `single` the symbols are numbers, which stand for one entry each.
    """
    node = view.node
    names: dict[Node, str] = {}
    seen = [stand_in(x, name_of(x, labels), names, single=single) for x in view.inputs]
    z = leaf(() if single else node.shape, node.dtype)
    names[z] = labels.get(node, view.label)
    if not isinstance(upstream, ConstantNode):
        names[upstream] = next(word for word in UPSTREAM if word not in names.values())
    try:
        with using(tracing=True, recording=True):
            return apply_rule(node, upstream, z, seen), names
    except (ChainruleError, TypeError, ValueError, AttributeError):
        return None


def stand_in(view: GateView, label: str | None, names: dict[Node, str], *, single: bool) -> Node:
    """Return the symbol for an operand; a constant stands for itself."""
    x = view.node
    if isinstance(x, ConstantNode) and label is None and not (single and x.shape):
        return x
    made = leaf(() if single else x.shape, x.dtype)
    names[made] = label if label is not None else view.label
    return made


def as_gate(share: Any) -> Node:
    return share if isinstance(share, Node) else ConstantNode(share)
