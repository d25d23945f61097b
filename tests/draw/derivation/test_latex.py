"""Derivations in LaTeX."""

import re

import pytest

from chainrule.draw.derivation import latex
from chainrule.draw.derivation.latex import formula, measure, numeral, words
from chainrule.draw.derivation.pieces import Formula
from chainrule.explain.derivation.products import partial
from chainrule.graph.formula import Number, Symbol, apply
from tests.draw.derivation.examples import layer, neuron, staged
from tests.golden.compare import matches

EXAMPLES = {"neuron": neuron, "staged": staged, "layer": layer}


@pytest.mark.parametrize("name", EXAMPLES)
def test_as_reviewed(name: str) -> None:
    assert matches(f"derive-{name}.tex", latex(EXAMPLES[name](check=False), document=True))


@pytest.mark.parametrize("name", EXAMPLES)
def test_braces_and_environments_are_balanced(name: str) -> None:
    found = latex(EXAMPLES[name](), document=True)
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", found):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    waiting: list[str] = []
    for kind, environment in re.findall(r"\\(begin|end){(\w+\*?)}", found):
        if kind == "begin":
            waiting.append(environment)
        else:
            assert waiting.pop() == environment
    assert not waiting
    assert not re.search("[−×∂·∘✓]", found)
    assert found.count(r"\left(") == found.count(r"\right)")


def test_a_picture_comes_first() -> None:
    found = latex(neuron(), circuit="\\begin{tikzpicture}\n\\end{tikzpicture}", document=True)
    assert r"\usepackage{graphicx,tikz}" in found
    assert found.index("tikzpicture") < found.index("align*")


def test_without_colours() -> None:
    assert "color" not in latex(neuron(), colors=False)


def test_numbers_words_and_factors() -> None:
    assert numeral("−4.0e-4") == r"{-4.0 \cdot 10^{-4}}"
    assert words("W1 ~ 100 %, a_b") == r"W1 \textasciitilde{} 100 \%, a\_b"
    assert formula(Number(-1.0), factor=True) == "({-1})"
    assert formula(partial("f", "w0")) == r"\frac{\partial f}{\partial w_{0}}"
    transposed = apply("transpose", partial("f", "q"))
    assert formula(transposed) == r"\left(\frac{\partial f}{\partial q}\right)^{\top}"
    assert formula(Symbol("x") / 2, factor=True) == r"\frac{x}{2}"


def test_fractions_are_as_wide_as_their_wider_half() -> None:
    narrow, wide = Formula(partial("f", "v7")), Formula(Symbol("x") + Symbol("total"))
    assert (measure(narrow), measure(wide)) == (len("∂v7") + 1, len("x+total") + 1)
