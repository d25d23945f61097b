"""Derivations in Markdown."""

import pytest

from chainrule.draw.derivation import markdown
from chainrule.draw.derivation.markdown import escaped
from tests.draw.derivation.examples import layer, neuron, staged
from tests.golden.compare import matches

EXAMPLES = {"neuron": neuron, "staged": staged, "layer": layer}


@pytest.mark.parametrize("name", EXAMPLES)
def test_as_reviewed(name: str) -> None:
    assert matches(f"derive-{name}.md", markdown(EXAMPLES[name](check=False)))


def test_formulas_stand_between_dollars() -> None:
    found = markdown(neuron())
    assert found.count("$$") == 2 * 4
    assert found.count("$") % 2 == 0
    assert "| w0 | −0.1966 | −0.1966 |" in found


def test_a_picture_and_the_level_of_headings() -> None:
    found = markdown(neuron(), circuit="neuron.svg", level=4)
    assert found.startswith("![The circuit: values forward, gradients backward](neuron.svg)")
    assert "\n#### Forward" in found


def test_marks_are_escaped() -> None:
    assert escaped("W[0, 1] ~ a*b|c") == r"W\[0, 1\] \~ a\*b\|c"
