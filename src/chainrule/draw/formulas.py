"""The formula of a gate in the names of its operands, and the formula of its backward rule."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from chainrule.draw.maths import UNICODE, plain_call
from chainrule.draw.notation import (
    ATOM,
    INSIDE,
    POWER,
    PRODUCT,
    SIGN,
    Choice,
    Form,
    render,
    tidy,
)
from chainrule.explain.algebra.circuit import LONGEST, whole_expression
from chainrule.explain.algebra.local import gate_expression, rule_expression
from chainrule.explain.view import GateView
from chainrule.graph.formula import Expression
from chainrule.graph.registry import OPS

LONGEST_RULE = 44  # characters of a backward rule that is shown


def chosen(operands: tuple[Expression, ...]) -> Form:
    """Write a choice as it is said; 1 and 0 as their condition in brackets."""
    where = UNICODE.forms["where"]
    brackets = where(operands) if callable(where) else None
    return brackets or Form("#2 if #1 else #3", INSIDE, (ATOM, ATOM, ATOM))


def public_call(op: str, operands: list[str]) -> str:
    """Write a function by the name under which it is called: `linalg.inv(W)`."""
    return plain_call(OPS[op].public if op in OPS else op, operands)


FORMS: dict[str, Choice] = {
    **UNICODE.forms,
    "square": Form("#1²", POWER, (ATOM,)),
    "reciprocal": Form("1 / #1", PRODUCT, (SIGN,)),
    "abs": Form("|#1|", ATOM, (INSIDE,)),
    "where": chosen,
    "hadamard": Form("#1 × #2", PRODUCT, (PRODUCT, SIGN)),  # as the legend says
}
del FORMS["norm"]  # which norm is meant stands in its settings
GATES = replace(UNICODE, forms=FORMS, call=public_call)


def written(expr: Expression) -> str:
    """Write an expression as it stands in tables: `W @ x`, `x²`, `|x|`."""
    return render(tidy(expr), GATES)


def gate_formula(view: GateView) -> str:
    """Write what a gate computes, in the labels of its operands: `v1 + v2`, `c1 @ x`."""
    found = gate_expression(view, {x.node: x.label for x in view.inputs if x.shape})
    return view.label if found is None else written(found)


def whole_formula(root: Any, labels: Mapping[Any, str]) -> str:
    """Write a whole circuit as one formula in its leaves; nothing where it would be too long."""
    found = whole_expression(root, labels)
    formula = "" if found is None else written(found)
    return formula if len(formula) <= LONGEST else ""


def rule_formulas(view: GateView) -> tuple[str, ...]:
    """Write what each operand receives, in g, the upstream gradient: `g @ xᵀ`, `Wᵀ @ g`.

    Where the result is too long, or the rule works on plain arrays only, the text is empty.
    """
    return tuple(map(partial(rule_text, view), range(len(view.node.inputs))))


def rule_text(view: GateView, operand: int) -> str:
    found = rule_expression(view, operand)
    rule = "" if found is None else written(found[0])
    return rule if len(rule) <= LONGEST_RULE else ""
