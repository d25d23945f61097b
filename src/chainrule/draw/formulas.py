"""The formula of a gate in the names of its operands, and the formula of its backward rule."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chainrule.draw.maths import (
    ATOM,
    INSIDE,
    POWER,
    PRODUCT,
    SIGN,
    UNICODE,
    Form,
    render,
    tidy,
)
from chainrule.draw.numbers import amount
from chainrule.draw.numbers import shape as shape_text
from chainrule.errors import ChainruleError
from chainrule.explain.view import GateView
from chainrule.graph.formula import Apply, Expression, Number, Symbol
from chainrule.graph.index import unpack
from chainrule.graph.node import ConstantNode, ancestors, leaf

GATES = replace(
    UNICODE,
    forms={
        **UNICODE.forms,
        "square": Form("#1²", POWER, (ATOM,)),
        "reciprocal": Form("1 / #1", PRODUCT, (SIGN,)),
        "abs": Form("|#1|", ATOM, (INSIDE,)),
        "transpose": Form("#1ᵀ", POWER, (ATOM,)),
        "where": Form("#2 if #1 else #3", INSIDE, (ATOM, ATOM, ATOM)),
    },
)
HIDDEN = ("reshape", "broadcast_to", "astype", "positive")  # they change no entry
LONGEST = 18  # characters of a backward rule that is shown
LONGEST_WHOLE = 150  # characters of the formula of a whole circuit


def gate_formula(view: GateView) -> str:
    """Write what a gate computes, in the labels of its operands: `v1 + v2`."""
    operands = [operand(x.node, x.label) for x in view.inputs]
    return render(tidy(applied(view.node, operands)), GATES)


def operand(node: Any, label: str) -> Expression:
    """Return an operand: a constant as its value, anything else by its label."""
    if not isinstance(node, ConstantNode):
        return Symbol(label)
    if node.shape:
        shown = amount(node.value).replace("\n", "")
        return Symbol(shown if len(shown) < 20 else f"{shape_text(node.shape)} constant")
    return Number(float(node.value))


def applied(node: Any, operands: Sequence[Expression]) -> Expression:
    """Return the gate's op applied to its operands, and to the attributes that are not usual."""
    name = node.op.name
    if name == "getitem":
        return Symbol(f"{render(operands[0], GATES)}[{index_text(node)}]")
    unusual = {k: v for k, v in node.attrs.items() if v != node.op.defaults.get(k)}
    if name in GATES.forms and (not unusual or name == "transpose"):
        return Apply(name, tuple(operands))
    settings = [Symbol(f"{k}={v}") for k, v in unusual.items()]
    return Apply(node.op.public, (*operands, *settings))


def index_text(node: Any) -> str:
    if len(node.inputs) > 1:
        return "…"
    index = unpack(node.attrs["index"], ())
    parts = index if isinstance(index, tuple) else (index,)
    return ", ".join(slice_text(p) for p in parts)


def slice_text(part: Any) -> str:
    if part is Ellipsis:
        return "…"
    if not isinstance(part, slice):
        return str(part)
    ends = [part.start, part.stop] + ([part.step] if part.step is not None else [])
    return ":".join("" if end is None else str(end) for end in ends)


def whole_formula(root: Any, labels: dict[Any, str]) -> str:
    """Write a whole circuit as one formula in its leaves; nothing where it would be too long."""
    order = ancestors(root)
    lengths: dict[Any, int] = {}
    for node in order:
        inside = sum(lengths[x] for x in node.inputs)
        lengths[node] = min(inside + 3, LONGEST_WHOLE + 1)
    if lengths[root] > LONGEST_WHOLE:
        return ""
    done: dict[Any, Expression] = {}
    for node in order:
        operands = [done[x] for x in node.inputs]
        done[node] = applied(node, operands) if node.op else operand(node, labels.get(node, "?"))
    written = render(tidy(done[root]), GATES)
    return written if len(written) <= LONGEST_WHOLE else ""


def rule_formulas(view: GateView) -> tuple[str, ...]:
    """Write what each operand receives, in g, the upstream gradient: `g @ xᵀ`, `Wᵀ @ g`.

    The rule itself is called on symbols. Where the result is too long, or the rule works on plain
    arrays only, the text is empty.
    """
    node = view.node
    assert node.op is not None
    labels = {leaf(x.shape, x.dtype): view.inputs[i].label for i, x in enumerate(node.inputs)}
    g, z = leaf(node.shape, node.dtype), leaf(node.shape, node.dtype)
    seen = list(labels)
    labels.update({g: "g", z: view.label})
    try:
        found = node.op.rule(g, z, *seen, **node.attrs)
    except (ChainruleError, TypeError, ValueError, AttributeError):
        return ("",) * len(node.inputs)
    return tuple("" if r is None else rule_text(r, labels) for r in found)


def rule_text(root: Any, labels: dict[Any, str]) -> str:
    done: dict[Any, Expression] = {}
    for node in ancestors(root):
        operands = [done[x] for x in node.inputs]
        if node.op is None:
            done[node] = operand(node, labels.get(node, "?"))
        elif node.op.name in HIDDEN:
            done[node] = operands[0]
        else:
            done[node] = applied(node, operands)
    written = render(tidy(done[root]), GATES)
    return written if len(written) <= LONGEST else ""
