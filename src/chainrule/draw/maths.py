r"""One expression tree, written down: plain text, Unicode and LaTeX.

A notation is a `Style`: a table from ops to forms. A form is a template with `#1`, `#2` for the
operands, how tightly it binds, and how tightly each operand must bind to go without parentheses.
One renderer reads every table, so another notation is another table.

>>> from chainrule.graph.formula import Symbol, maths
>>> x = Symbol("x")
>>> text(1 / (1 + maths.exp(-x)))
'1 / (1 + exp(-x))'
>>> unicode(maths.sqrt(x**2 + 1))
'√(x² + 1)'
>>> latex(maths.exp(-x) / 2)
'\\frac{e^{-x}}{2}'
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from chainrule.draw.names import latex_function, latex_name
from chainrule.graph.formula import Apply, Expression, Number, Symbol, apply, fold

INSIDE, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(7)  # how tightly a form binds


def text(expr: Expression) -> str:
    """Write `expr` as Python would, with as few parentheses as possible.

    The parser of expressions reads it back to `tidy(expr)`.
    """
    return render(tidy(expr), TEXT)


def unicode(expr: Expression) -> str:
    """Write `expr` with ×, ², √ and a true minus; the parser reads it back to `tidy(expr)`."""
    return render(tidy(expr), UNICODE)


def latex(expr: Expression) -> str:
    """Write `expr` as LaTeX, for use inside a formula."""
    return render(tidy(spell_out(expr)), LATEX)


class Form(NamedTuple):
    """How to write an op: a template, and the levels of the whole and of its operands."""

    template: str
    level: int
    needs: tuple[int, ...]


Choice: TypeAlias = Form | Callable[[tuple[Expression, ...]], Form]


@dataclass(frozen=True, kw_only=True)
class Style:
    """A notation.

    `forms` has a form for an op, or a function from the operands to a form; ops without one are
    written as `call` says. `lone_minus` tells whether a minus may stand directly after an operator.
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
    if form is None:
        return Piece(style.call(node.op, [p.text for p in pieces]), style.call_level)
    if not isinstance(form, Form):
        form = form(node.args)
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


def tidy(expr: Expression) -> Expression:
    """Return `expr` without the signs that a person would not write.

    `x + (-y)` becomes `x - y`, and the negative of a number becomes a number.
    """

    def visit(node: Expression, args: list[Expression]) -> Expression:
        match node, args:
            case Apply(op="negative"), [Number(value)]:
                return Number(-value)
            case Apply(op="add"), [a, Apply(op="negative", args=(b,))]:
                return apply("subtract", a, b)
            case Apply(op="add"), [a, Number(value)] if value < 0:
                return apply("subtract", a, -value)
            case Apply(op), _:
                return Apply(op, tuple(args))
        return node

    return fold(expr, visit)


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


# Plain text.


def plain_call(op: str, operands: list[str]) -> str:
    return f"{op}({', '.join(operands)})"


def infix(sign: str, level: int, *needs: int) -> Form:
    return Form(f"#1 {sign} #2", level, needs)


def comparisons(signs: str) -> dict[str, Choice]:
    ops = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
    return {
        op: infix(sign, COMPARISON, SUM, SUM) for op, sign in zip(ops, signs.split(), strict=True)
    }


TEXT = Style(
    forms={
        "add": infix("+", SUM, SUM, PRODUCT),
        "subtract": infix("-", SUM, SUM, PRODUCT),
        "multiply": infix("*", PRODUCT, PRODUCT, SIGN),
        "divide": infix("/", PRODUCT, PRODUCT, SIGN),
        "matmul": infix("@", PRODUCT, PRODUCT, SIGN),
        "negative": Form("-#1", SIGN, (SIGN,)),
        "power": infix("**", POWER, ATOM, SIGN),
        **comparisons("< <= > >= == !="),
    },
    call=plain_call,
    call_level=ATOM,
    parentheses="(#1)",
    minus="-",
    lone_minus=True,
    constants={math.pi: "pi", math.e: "e", math.inf: "inf"},
    name=str,
    number=lambda digits: (digits, ATOM),
)


# Unicode.

TO_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def unicode_power(operands: tuple[Expression, ...]) -> Form:
    exponent = operands[1]
    if isinstance(exponent, Number) and exponent.value in range(-99, 100):
        return Form(
            "#1" + str(int(exponent.value)).translate(TO_SUPERSCRIPT), POWER, (ATOM, INSIDE)
        )
    return Form("#1^#2", POWER, (ATOM, SIGN))


UNICODE = Style(
    forms={
        "add": infix("+", SUM, SUM, PRODUCT),
        "subtract": infix("−", SUM, SUM, PRODUCT),
        "multiply": infix("×", PRODUCT, PRODUCT, SIGN),
        "divide": infix("/", PRODUCT, PRODUCT, SIGN),
        "matmul": infix("@", PRODUCT, PRODUCT, SIGN),
        "negative": Form("−#1", SIGN, (SIGN,)),
        "power": unicode_power,
        "sqrt": Form("√#1", POWER, (ATOM,)),
        "maximum": Form("max(#1, #2)", ATOM, (INSIDE, INSIDE)),
        "minimum": Form("min(#1, #2)", ATOM, (INSIDE, INSIDE)),
        "sigmoid": Form("σ(#1)", ATOM, (INSIDE,)),
        **comparisons("< ≤ > ≥ = ≠"),
    },
    call=plain_call,
    call_level=ATOM,
    parentheses="(#1)",
    minus="−",
    lone_minus=False,
    constants={math.pi: "π", math.e: "e", math.inf: "∞"},
    name=str,
    number=lambda digits: (digits, ATOM),
)


# LaTeX.


def latex_product(operands: tuple[Expression, ...]) -> Form:
    """Write a product by juxtaposition, with a dot where that could be misread."""
    left, right = operands
    first = right
    while isinstance(first, Apply) and first.op in ("multiply", "power"):
        first = first.args[0]
    bracketed = isinstance(first, Apply) and first.op in LOOSE
    digits = isinstance(first, Number) and first.value not in LATEX.constants
    misread = not isinstance(left, Number) if bracketed else digits
    return Form(r"#1 \cdot #2" if misread else "#1 #2", PRODUCT, (PRODUCT, PRODUCT))


def latex_number(digits: str) -> tuple[str, int]:
    mantissa, exponential, exponent = digits.partition("e")
    if not exponential:
        return digits, ATOM
    factor = "" if mantissa == "1" else rf"{mantissa} \cdot "
    return f"{factor}10^{{{exponent}}}", PRODUCT


def latex_call(op: str, operands: list[str]) -> str:
    return rf"{latex_function(op)}\left({', '.join(operands)}\right)"


LOOSE = ("add", "subtract", "negative", "where")
CASES = r"\begin{cases}#2 & \text{if } #1 \\ #3 & \text{otherwise}\end{cases}"
LATEX = Style(
    forms={
        "add": infix("+", SUM, SUM, SUM),
        "subtract": infix("-", SUM, SUM, PRODUCT),
        "multiply": latex_product,
        "divide": Form(r"\frac{#1}{#2}", PRODUCT, (INSIDE, INSIDE)),
        "matmul": Form(r"#1 \, #2", PRODUCT, (PRODUCT, PRODUCT)),
        "negative": Form("-#1", SIGN, (PRODUCT,)),
        "power": Form("#1^{#2}", POWER, (ATOM, INSIDE)),
        "exp": Form("e^{#1}", POWER, (INSIDE,)),
        "sqrt": Form(r"\sqrt{#1}", ATOM, (INSIDE,)),
        "abs": Form(r"\left|#1\right|", ATOM, (INSIDE,)),
        "floor": Form(r"\left\lfloor #1 \right\rfloor", ATOM, (INSIDE,)),
        "ceil": Form(r"\left\lceil #1 \right\rceil", ATOM, (INSIDE,)),
        "where": Form(CASES, COMPARISON, (INSIDE, INSIDE, INSIDE)),
        **comparisons(r"< \le > \ge = \ne"),
    },
    call=latex_call,
    call_level=POWER,
    parentheses=r"\left(#1\right)",
    minus="-",
    lone_minus=False,
    constants={math.pi: r"\pi", math.e: "e", math.inf: r"\infty"},
    name=latex_name,
    number=latex_number,
)
