"""All notations of a formula mean the same: each is read back and computed.

The readers here know how people read print, and nothing of the tables it was written from.
"""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pytest

from chainrule.draw.mathml import mathml
from chainrule.draw.maths import latex, text, typed, unicode
from chainrule.explain.algebra.compute import computed
from chainrule.explain.algebra.local import derivatives, place
from chainrule.explain.circuit import parse_expression
from chainrule.graph.formula import ARITY, Apply, Expression, Symbol, substitute, symbols
from chainrule.graph.registry import OPS
from tests.contract import calls

LOGIC = (
    "less",
    "greater",
    "equal",
    "logical",
    "where",
    "isnan",
    "not",
    "rint",
)  # not read by the parser
NAMES = ("a", "b", "c")
AT = {"a": 0.31, "b": 0.87, "c": 0.53, "z": 0.42}
SIGNS = {"−": "-", "\u2062": "*", "·": "*", "\u2061": "", "×": "*"}
WORDS = {"log Γ": "gammaln", "log_2": "log2", "log_10": "log10"}


def formulas() -> dict[str, Expression]:
    """Return the formula and the derivatives of every scalar op, and every function by itself."""
    letters = tuple(map(Symbol, NAMES))
    found: dict[str, Expression] = {n: Apply(n, letters[:k]) for n, k in ARITY.items()}
    for name in calls.DECLARED:
        op = OPS[name]
        if op.formula is None or op.defaults:
            continue
        names = dict(zip(op.input_names, letters, strict=False))
        tree = op.expression()
        assert tree is not None
        found[f"{name} as a formula"] = substitute(tree, names)
        kinds = (np.dtype(np.float64),) * op.arity
        for i, local in enumerate(derivatives(op, (), kinds, np.dtype(np.float64))):
            if local is not None:
                places = {place(k): letter for k, letter in enumerate(letters[: op.arity])}
                places[place(op.arity)] = Symbol("z")
                found[f"{name}, derivative {i}"] = substitute(local, places)
    return {name: e for name, e in found.items() if is_plain(e)}


def is_plain(expr: Expression) -> bool:
    return not any(word in repr(expr) for word in LOGIC)


FORMULAS = formulas()


def from_mathml(written: str) -> str:
    return re.sub(r"\*\)", ")", typed_from(fromstring(written)))


def typed_from(element: Element) -> str:
    """Return MathML as a person would type it."""
    parts = [typed_from(child) for child in element]
    match element.tag:
        case "mfrac":
            return f"(({parts[0]})/({parts[1]}))"
        case "msup":
            return f"(({parts[0]})^({parts[1]}))"
        case "msqrt":
            return f"sqrt({''.join(parts)})"
        case "msub":
            return WORDS.get("_".join(parts), "".join(parts))
        case "mi" | "mn" | "mo" | "mtext":
            word = element.text or ""
            return SIGNS.get(word, WORDS.get(word, word))
    fenced = {"|": "abs", "⌊": "floor", "⌈": "ceil"}
    if parts and parts[0] in fenced:
        return f"{fenced[parts[0]]}({''.join(parts[1:-1])})"
    return "".join(parts)


def from_latex(written: str) -> str:
    """Return LaTeX as a person would type it, the innermost braces first."""
    before = ""
    while before != written:
        before = written
        for pattern, meant in LATEX:
            written = re.sub(pattern, meant, written)
    written = re.sub(r"\\(\w+)", r"\1", written)
    return re.sub(r"(?<=[\w)]) +(?=[\w(])", "*", written)


LATEX = [
    (r"\\left\\lfloor (.*?) \\right\\rfloor", r"floor(\1)"),
    (r"\\left\\lceil (.*?) \\right\\rceil", r"ceil(\1)"),
    (r"\\left\|([^|]*?)\\right\|", r"abs(\1)"),
    (r"\\left\(", "("),
    (r"\\right\)", ")"),
    (r"\\log_\{(\d+)\}", r"log\1"),
    (r"\\log\\Gamma", "gammaln"),
    (r"\\operatorname\{([^{}]*)\}", r"\1"),
    (r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))"),
    (r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)"),
    (r"\^\{([^{}]*)\}", r"^(\1)"),
    (r"\\cdot", "*"),
    (r"\\sigma", "σ"),
    (r"\\psi", "ψ"),
    (r"\\_", "_"),
]


READERS: dict[Callable[[Expression], str], Callable[[str], str]] = {
    text: str,
    typed: str,
    unicode: str,
    mathml: from_mathml,
    latex: from_latex,
}


@pytest.mark.parametrize("notation", READERS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", FORMULAS)
def test_what_is_written_means_the_same(name: str, notation: Callable[[Expression], str]) -> None:
    formula = FORMULAS[name]
    shown = notation(formula)
    read = parse_expression(READERS[notation](shown)).tree
    assert set(symbols(read)) == set(symbols(formula))
    with np.errstate(all="ignore"):
        wanted, found = (float(computed(e, AT)) for e in (formula, read))
    np.testing.assert_allclose(found, wanted, rtol=1e-12, err_msg=f"{name}: {shown}")
