"""What a notation is, and the one function that writes an expression in any of them.

A notation is a `Style`: a table from ops to forms. A form is a template with `#1`, `#2` for the
operands, how tightly it binds, and how tightly each operand must bind to go without parentheses.
One renderer reads every table, so another notation is another table.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from chainrule.graph.formula import Apply, Expression, Number, Symbol, apply, fold

INSIDE, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(7)  # how tightly a form binds


class Form(NamedTuple):
    """How to write an op: a template, and the levels of the whole and of its operands."""

    template: str
    level: int
    needs: tuple[int, ...]


Choice: TypeAlias = Form | Callable[[tuple[Expression, ...]], Form | None]


@dataclass(frozen=True, kw_only=True)
class Style:
    """A notation.

    `forms` has a form for an op, or a function from the operands to a form; ops without one, and
    those with more operands than their form has places, are written as `call` says. `lone_minus`
    tells whether a minus may stand directly after an operator.
    """

    forms: Mapping[str, Choice]
    call: Callable[[str, list[str]], str]
    call_level: int
    parentheses: str
    minus: str
    lone_minus: bool
    constants: Mapping[float, str]
    name: Callable[[str], str]
    number: Callable[[str], tuple[str, int]]


class Piece(NamedTuple):
    """A written subexpression, and how tightly its outermost op binds."""

    text: str
    level: int


def render(expr: Expression, style: Style) -> str:
    """Write `expr` in the given notation, as it is."""
    return fold(expr, lambda node, pieces: write(node, pieces, style)).text


def write(node: Expression, pieces: list[Piece], style: Style) -> Piece:
    """Write one node, given how its inputs are written."""
    if isinstance(node, Symbol):
        return Piece(style.name(node.name), ATOM)
    if isinstance(node, Number):
        return write_number(node.value, style)
    assert isinstance(node, Apply)
    form = style.forms.get(node.op)
    if form is not None and not isinstance(form, Form):
        form = form(node.args)
    if form is None or len(form.needs) != len(pieces):
        return Piece(style.call(node.op, [p.text for p in pieces]), style.call_level)
    operands = [
        enclose(piece, need, style, leads=form.template.startswith(f"#{i + 1}"))
        for i, (piece, need) in enumerate(zip(pieces, form.needs, strict=True))
    ]
    return Piece(fill(form.template, operands), form.level)


def enclose(piece: Piece, need: int, style: Style, *, leads: bool) -> str:
    """Put parentheses around an operand where the notation needs them."""
    two_signs = not (leads or style.lone_minus or need == INSIDE)
    if piece.level < need or (two_signs and piece.text.startswith(style.minus)):
        return fill(style.parentheses, [piece.text])
    return piece.text


def fill(template: str, operands: list[str]) -> str:
    return re.sub(r"#(\d)", lambda found: operands[int(found[1]) - 1], template)


def write_number(value: float, style: Style) -> Piece:
    negative = math.copysign(1, value) < 0
    size = abs(value)
    written, level = (
        (style.constants[size], ATOM) if size in style.constants else style.number(digits(size))
    )
    return Piece(style.minus + written, min(SIGN, level)) if negative else Piece(written, level)


def digits(size: float) -> str:
    """Return the shortest digits that read back to the same number: 2, 0.1, 1e-8."""
    return re.sub(r"e([+-])0*", r"e\1", repr(size)).replace("e+", "e").removesuffix(".0")


SUBSCRIPTS = "subscripts="


def tidy(expr: Expression) -> Expression:
    """Return `expr` without the signs that a person would not write.

    `x + (-y)` becomes `x - y`, and the negative of a number becomes a number. The subscripts of
    einsum come first, as when it is called.
    """

    def visit(node: Expression, args: list[Expression]) -> Expression:
        match node, args:
            case Apply(op="negative"), [Number(value)]:
                return Number(-value)
            case Apply(op="add"), [a, Apply(op="negative", args=(b,))]:
                return apply("subtract", a, b)
            case Apply(op="add"), [a, Number(value)] if value < 0:
                return apply("subtract", a, -value)
            case Apply(op="einsum"), [*arrays, Symbol(name)] if name.startswith(SUBSCRIPTS):
                return Apply("einsum", (Symbol(f"'{name.removeprefix(SUBSCRIPTS)}'"), *arrays))
            case Apply(op), _:
                return Apply(op, tuple(args))
        return node

    return fold(expr, visit)


def typeset(expr: Expression) -> Expression:
    """Return `expr` as it is set in type: usual functions, and signs before fractions."""
    return tidy(lift_signs(spell_out(expr)))


def lift_signs(expr: Expression) -> Expression:
    """Return `expr` with the minus of a numerator, or of a first factor, before the whole."""

    def visit(node: Expression, args: list[Expression]) -> Expression:
        if not isinstance(node, Apply):
            return node
        if node.op in ("multiply", "divide"):
            size = without_sign(args[0])
            if size is not None:
                return apply("negative", apply(node.op, size, args[1]))
        return Apply(node.op, tuple(args))

    return fold(expr, visit)


def without_sign(expr: Expression) -> Expression | None:
    """Return what is negative here; None for anything without a minus of its own."""
    if isinstance(expr, Apply) and expr.op == "negative":
        return expr.args[0]
    if isinstance(expr, Number) and expr.value < 0 and expr.value != -math.inf:
        return Number(-expr.value)
    return None


def spell_out(expr: Expression) -> Expression:
    """Return `expr` with the functions that only computers have in terms of the usual ones."""

    def visit(node: Expression, args: list[Expression]) -> Expression:
        if isinstance(node, Apply):
            meaning = MEANINGS.get(node.op)
            return meaning(*args) if meaning else Apply(node.op, tuple(args))
        return node

    return fold(expr, visit)


MEANINGS: Mapping[str, Callable[..., Expression]] = {
    "expm1": lambda x: apply("exp", x) - 1,
    "log1p": lambda x: apply("log", 1 + x),
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
}
