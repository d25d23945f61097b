r"""One expression tree, written down: plain text, as it is typed, Unicode and LaTeX.

>>> from chainrule.graph.formula import Symbol, maths
>>> x = Symbol("x")
>>> text(1 / (1 + maths.exp(-x)))
'1 / (1 + exp(-x))'
>>> typed(3 * x**2)
'3*x^2'
>>> unicode(maths.sqrt(x**2 + 1))
'√(x² + 1)'
>>> latex(maths.exp(-x) / 2)
'\\frac{e^{-x}}{2}'
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chainrule.draw.names import latex_function, latex_name
from chainrule.draw.notation import (
    ATOM,
    COMPARISON,
    INSIDE,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Choice,
    Form,
    Style,
    render,
    tidy,
    typeset,
)
from chainrule.graph.formula import Apply, Expression, Number


def text(expr: Expression) -> str:
    """Write `expr` as Python would, with as few parentheses as possible.

    The parser of expressions reads it back to `tidy(expr)`.
    """
    return render(tidy(expr), TEXT)


def unicode(expr: Expression) -> str:
    """Write `expr` with ×, ², √ and a true minus; the parser reads it back to `tidy(expr)`."""
    return render(tidy(expr), UNICODE)


def typed(expr: Expression) -> str:
    """Write `expr` as people type it: `3*x^2*exp(x^3)`. The parser reads it back, too."""
    return render(tidy(expr), TYPED)


def latex(expr: Expression) -> str:
    """Write `expr` as LaTeX, for use inside a formula."""
    return render(typeset(expr), LATEX)


# Plain text.


def plain_call(op: str, operands: list[str]) -> str:
    return f"{op}({', '.join(operands)})"


def infix(sign: str, level: int, *needs: int) -> Form:
    return Form(f"#1 {sign} #2", level, needs)


def indicator(template: str, operands: Sequence[Expression]) -> Form | None:
    """Return the form of 1 where a condition holds, 0 elsewhere; None where that is not meant."""
    is_one = operands[1:] == (Number(1), Number(0))
    return Form(template, ATOM, (INSIDE, INSIDE, INSIDE)) if is_one else None


def listed(start: str, end: str, operands: Sequence[Expression], comma: str = ", ") -> Form:
    """Return the form of a row of any length."""
    places = comma.join(f"#{i + 1}" for i in range(len(operands)))
    return Form(start + places + end, ATOM, (INSIDE,) * len(operands))


def indexed(start: str, end: str, dots: str, operands: Sequence[Expression]) -> Form:
    """Return the form of `x[index]`; arrays in an index are not written out."""
    inside = "#2" if len(operands) == 2 else dots
    return Form(f"#1{start}{inside}{end}", ATOM, (ATOM, *(INSIDE,) * (len(operands) - 1)))


def sizes(times: str, word: str, operands: Sequence[Expression]) -> Form:
    """Return the form of a large constant array: its shape."""
    return listed("", word, operands, times)


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


TYPED = replace(
    TEXT,
    forms={
        **TEXT.forms,
        "multiply": Form("#1*#2", PRODUCT, (PRODUCT, SIGN)),
        "divide": Form("#1/#2", PRODUCT, (PRODUCT, SIGN)),
        "power": Form("#1^#2", POWER, (ATOM, SIGN)),
        "maximum": Form("max(#1, #2)", ATOM, (INSIDE, INSIDE)),
        "minimum": Form("min(#1, #2)", ATOM, (INSIDE, INSIDE)),
        "where": partial(indicator, "[#1]"),
        "getitem": partial(indexed, "[", "]", "..."),
        "array": partial(listed, "[", "]"),
    },
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


ARRAYS: dict[str, Choice] = {  # what no text that is typed has
    "hadamard": infix("∘", PRODUCT, PRODUCT, SIGN),
    "transpose": Form("#1ᵀ", POWER, (ATOM,)),
    "matrix_transpose": Form("#1ᵀ", POWER, (ATOM,)),
    "norm": Form("‖#1‖", ATOM, (INSIDE,)),
    "getitem": partial(indexed, "[", "]", "…"),
    "array": partial(listed, "[", "]"),
    "constant": partial(sizes, "×", " constant"),
}
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
        "where": partial(indicator, "[#1]"),
        **comparisons("< ≤ > ≥ = ≠"),
        **ARRAYS,
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
    template = r"#1 \cdot #2" if is_misread(*operands) else "#1 #2"
    return Form(template, PRODUCT, (PRODUCT, PRODUCT))


def is_misread(left: Expression, right: Expression) -> bool:
    """Tell whether two factors side by side look like something else: `2 3`, or `x (y + 1)`."""
    first = right
    while isinstance(first, Apply) and first.op in ("multiply", "power"):
        first = first.args[0]
    if isinstance(first, Apply) and first.op in LOOSE:
        return not isinstance(left, Number)
    return isinstance(first, Number) and first.value not in UNICODE.constants


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
        "where": lambda operands: (
            indicator(r"\left[#1\right]", operands)
            or Form(CASES, COMPARISON, (INSIDE, INSIDE, INSIDE))
        ),
        "logical_not": Form(r"\neg #1", SIGN, (ATOM,)),
        "logical_and": infix(r"\wedge", COMPARISON, COMPARISON, COMPARISON),
        "logical_or": infix(r"\vee", COMPARISON, COMPARISON, COMPARISON),
        "hadamard": infix(r"\circ", PRODUCT, PRODUCT, PRODUCT),
        "transpose": Form(r"#1^{\top}", POWER, (ATOM,)),
        "matrix_transpose": Form(r"#1^{\top}", POWER, (ATOM,)),
        "inv": Form("#1^{-1}", POWER, (ATOM,)),
        "sum": Form(r"\sum #1", PRODUCT, (PRODUCT,)),
        "norm": Form(r"\left\lVert #1 \right\rVert", ATOM, (INSIDE,)),
        "getitem": partial(indexed, r"\left[", r"\right]", r"\ldots"),
        "array": partial(listed, r"\left[", r"\right]"),
        "constant": partial(sizes, r" \times ", r"\text{ constant}"),
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
