"""Derivations in characters: as reviewed by eye, and never wider than asked for."""

import pytest

import chainrule as cr
from chainrule.draw.derivation import lines, terminal, text
from chainrule.draw.derivation.unicode import formula_text
from chainrule.draw.terminal import plain_text
from chainrule.explain.derivation.products import partial
from chainrule.graph.formula import Number, Symbol, apply
from tests.draw.derivation.examples import deep, layer, net, neuron, staged
from tests.golden.compare import matches

EXAMPLES = {"neuron": neuron, "staged": staged, "layer": layer, "net": net}


@pytest.mark.parametrize("name", EXAMPLES)
def test_as_reviewed(name: str) -> None:
    assert matches(f"derive-{name}.txt", text(EXAMPLES[name]()))


def test_a_long_chain_as_reviewed() -> None:
    assert matches("derive-deep.txt", text(deep(1000)))


@pytest.mark.parametrize("width", [44, 60, 80, 120])
@pytest.mark.parametrize("name", EXAMPLES)
def test_lines_fold(name: str, width: int) -> None:
    found = ["".join(run[0] for run in line) for line in lines(EXAMPLES[name](), width)]
    assert all(len(line.rstrip()) <= width for line in found)


def test_wide_formulas_are_broken_between_words() -> None:
    found = cr.derive("sin(x) + cos(x) + tan(x) + exp(x) + log(x)", x=1.0, check=False)
    narrow = ["".join(run[0] for run in line) for line in lines(found, 40)]
    assert all(len(line.rstrip()) <= 40 for line in narrow[:4])
    assert narrow[0].startswith("f     = sin(x) + cos(x) + tan(x) +")


def test_colours_say_what_is_what() -> None:
    styles = {run[0].strip(): run[1] for line in lines(neuron()) for run in line}
    assert styles["x0"] == "local"
    assert styles["−0.1966"] == "gradient"
    assert styles["0.7311"] == "forward"


def test_terminals_show_the_same() -> None:
    assert plain_text(terminal(staged(), 80)) == text(staged())


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Symbol("x") + 1, "(x + 1)"),
        (-Symbol("x"), "(−x)"),
        (Number(-1.0), "(−1)"),
        (apply("transpose", partial("f", "q")), "(∂f/∂q)ᵀ"),
        (partial("f", "q"), "∂f/∂q"),
        (apply("exp", Symbol("x")), "exp(x)"),
    ],
)
def test_factors_that_could_be_misread_are_enclosed(tree: object, expected: str) -> None:
    assert formula_text(tree, factor=True) == expected  # type: ignore[arg-type]
