r"""Expressions as MathML, which browsers set without a script or a font, and screen readers speak.

The notation is one table of forms, `MATHML`, read by the renderer of all notations. A tree is first
brought to the form that is set in type (`notation.typeset`). All text is escaped. What comes out:

    number           <mn>2</mn>, <mo>−</mo><mn>2</mn>; 1e-8 as a power of ten; pi as <mi>π</mi>
    symbol           <mi>x</mi>; w0 as <msub><mi>w</mi><mn>0</mn></msub>; what is no name as <mtext>
    a b              <mo>U+2062</mo> between them, or <mo>·</mo> where that is misread
    a / b            <mfrac><mrow>a</mrow><mrow>b</mrow></mfrac>
    a^b              <msup><mrow>a</mrow><mrow>b</mrow></msup>
    f(a, b)          <mi>f</mi><mo>U+2061</mo><mrow><mo>(</mo>a<mo>,</mo>b<mo>)</mo></mrow>
    1 if c else 0    <mrow><mo>[</mo>c<mo>]</mo></mrow>

`web/cases/mathml.json` holds a list of [tree as in a scene, what stands between <math> and </math>]
for another writer of the same notation to agree with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape

from chainrule.draw.maths import UNICODE, indexed, indicator, is_misread, listed, sizes
from chainrule.draw.names import FUNCTIONS, GREEK_NAMES, is_variable, parts_of, symbol_of
from chainrule.draw.notation import (
    ATOM,
    COMPARISON,
    INSIDE,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Form,
    Style,
    render,
    typeset,
)
from chainrule.graph.formula import Expression, Symbol

TIMES, APPLY = "\u2062", "\u2061"  # invisible: for screen readers and spacing
ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "dot": "˙", "vec": "→"}


def mathml(expr: Expression, roles: Mapping[str, str] | None = None) -> str:
    """Write `expr` as a `<math>` element.

    `roles` names a class for symbols, such as {"g": "gradient"}.

    >>> mathml(Symbol("x") / 2)
    '<math><mfrac><mrow><mi>x</mi></mrow><mrow><mn>2</mn></mrow></mfrac></math>'
    """
    return f"<math>{inner_mathml(expr, roles)}</math>"


def inner_mathml(expr: Expression, roles: Mapping[str, str] | None = None) -> str:
    """Write `expr` as it stands between `<math>` and `</math>`."""
    style = replace(MATHML, name=partial(colored_name, roles)) if roles else MATHML
    return render(typeset(expr), style)


def colored_name(roles: Mapping[str, str], name: str) -> str:
    """Write a variable with the class of its role on the outermost element."""
    written = mathml_name(name)
    if name not in roles:
        return written
    start, _, rest = written.partition(">")
    return f'{start} class="{escape(roles[name])}">{rest}'


def mathml_name(name: str) -> str:
    """Write the name of a variable: indices below, accents above; what is no name as text.

    >>> mathml_name("w0")
    '<msub><mi>w</mi><mn>0</mn></msub>'
    """
    if not is_variable(name):
        return element("mtext", name)
    base, accents, below = parts_of(name)
    written = word(base)
    for accent in accents:
        written = f'<mover accent="true">{written}<mo>{ACCENTS[accent]}</mo></mover>'
    if not below:
        return written
    indices = "<mo>,</mo>".join(map(word, below))
    return f"<msub>{written}{indices if len(below) == 1 else f'<mrow>{indices}</mrow>'}</msub>"


def word(part: str) -> str:
    """Write a part of a name: a number, a letter, a Greek letter by its name, or a word."""
    return element("mn", part) if part.isdigit() else element("mi", symbol_of(part))


def element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text, quote=False)}</{tag}>"


def sign(text: str) -> str:
    return element("mo", text)


def call(op: str, operands: list[str]) -> str:
    """Write a function with its arguments."""
    base, _, index = FUNCTIONS[op].partition("_") if op in FUNCTIONS else (op, "", "")
    name = element("mi", base)
    if index:
        name = f"<msub>{name}<mn>{index}</mn></msub>"
    inside = sign(",").join(operands)
    return f"{name}{sign(APPLY)}<mrow>{sign('(')}{inside}{sign(')')}</mrow>"


def number(digits: str) -> tuple[str, int]:
    """Write a number without its sign; one with an exponent as a product."""
    mantissa, exponential, exponent = digits.partition("e")
    if not exponential:
        return element("mn", digits), ATOM
    minus = sign("−") if exponent.startswith("-") else ""
    power = f"{minus}{element('mn', exponent.lstrip('-'))}"
    power = f"<msup><mn>10</mn><mrow>{power}</mrow></msup>"
    return power if mantissa == "1" else f"<mn>{mantissa}</mn><mo>·</mo>{power}", PRODUCT


def product(operands: tuple[Expression, ...]) -> Form:
    """Write factors side by side, with a dot where that could be misread."""
    dot = is_misread(*operands) or all(map(is_word, operands))
    return infix("·" if dot else TIMES, PRODUCT, PRODUCT, PRODUCT)


def is_word(expr: Expression) -> bool:
    """Tell whether this is a name of several letters: two of them in a row look like one."""
    if not isinstance(expr, Symbol) or not is_variable(expr.name):
        return False
    base = parts_of(expr.name).base
    return len(base) > 1 and base not in GREEK_NAMES


def infix(operator: str, level: int, *needs: int) -> Form:
    return Form(f"#1{sign(operator)}#2", level, needs)


def superscript(above: str) -> Form:
    return Form(f"<msup><mrow>#1</mrow><mrow>{above}</mrow></msup>", POWER, (ATOM,))


def between(start: str, end: str) -> Form:
    return Form(f"<mrow>{sign(start)}#1{sign(end)}</mrow>", ATOM, (INSIDE,))


def choice(operands: tuple[Expression, ...]) -> Form:
    """Write cases, or the condition in brackets where they are 1 and 0."""
    brackets = f"<mrow>{sign('[')}#1{sign(']')}</mrow>"
    return indicator(brackets, operands) or Form(CASES, COMPARISON, (INSIDE, INSIDE, INSIDE))


def array(operands: Sequence[Expression]) -> Form:
    return listed(f"<mrow>{sign('[')}", f"{sign(']')}</mrow>", operands, sign(","))


CASES = (
    "<mrow><mo>{</mo><mtable>"
    "<mtr><mtd>#2</mtd><mtd><mtext>if </mtext>#1</mtd></mtr>"
    "<mtr><mtd>#3</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>"
    "</mtable></mrow>"
)
COMPARISONS = {
    "less": "<",
    "less_equal": "≤",
    "greater": ">",
    "greater_equal": "≥",
    "equal": "=",
    "not_equal": "≠",
}
MATHML = Style(
    forms={
        "add": infix("+", SUM, SUM, SUM),
        "subtract": infix("−", SUM, SUM, PRODUCT),
        "multiply": product,
        "divide": Form("<mfrac><mrow>#1</mrow><mrow>#2</mrow></mfrac>", PRODUCT, (INSIDE, INSIDE)),
        "negative": Form(f"{sign('−')}#1", SIGN, (PRODUCT,)),
        "power": Form("<msup><mrow>#1</mrow><mrow>#2</mrow></msup>", POWER, (ATOM, INSIDE)),
        "exp": Form("<msup><mi>e</mi><mrow>#1</mrow></msup>", POWER, (INSIDE,)),
        "sqrt": Form("<msqrt>#1</msqrt>", ATOM, (INSIDE,)),
        "abs": between("|", "|"),
        "floor": between("⌊", "⌋"),
        "ceil": between("⌈", "⌉"),
        "norm": between("‖", "‖"),
        "where": choice,
        "logical_not": Form(f"{sign('¬')}#1", SIGN, (ATOM,)),
        "logical_and": infix("∧", COMPARISON, COMPARISON, COMPARISON),
        "logical_or": infix("∨", COMPARISON, COMPARISON, COMPARISON),
        **{op: infix(mark, COMPARISON, SUM, SUM) for op, mark in COMPARISONS.items()},
        "matmul": infix(TIMES, PRODUCT, PRODUCT, PRODUCT),
        "hadamard": infix("∘", PRODUCT, PRODUCT, PRODUCT),
        "transpose": superscript(sign("⊤")),
        "matrix_transpose": superscript(sign("⊤")),
        "inv": superscript(sign("−") + "<mn>1</mn>"),
        "sum": Form(f"{sign('∑')}#1", PRODUCT, (PRODUCT,)),
        "getitem": partial(indexed, sign("["), sign("]"), sign("…")),
        "array": array,
        "constant": partial(sizes, sign("×"), "<mtext> constant</mtext>"),
    },
    call=call,
    call_level=POWER,
    parentheses=f"<mrow>{sign('(')}#1{sign(')')}</mrow>",
    minus=sign("−"),
    lone_minus=False,
    constants={value: element("mi", written) for value, written in UNICODE.constants.items()},
    name=mathml_name,
    number=number,
)
