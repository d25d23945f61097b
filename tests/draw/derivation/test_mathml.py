"""Derivations in MathML and HTML."""

import re
from xml.etree import ElementTree

import pytest

from chainrule.draw.derivation import html, inner_mathml, mathml
from chainrule.draw.derivation.mathml import formula, numeral
from chainrule.explain.derivation.products import partial
from chainrule.graph.formula import Number, Symbol, apply
from tests.draw.derivation.examples import deep, layer, net, neuron, staged
from tests.golden.compare import matches

EXAMPLES = {"neuron": neuron, "staged": staged, "layer": layer, "net": net}


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_well_formed(name: str) -> None:
    ElementTree.fromstring(mathml(EXAMPLES[name]()))
    page = html(EXAMPLES[name]())
    assert ElementTree.fromstring(page).tag == "section"


def test_as_reviewed() -> None:
    assert matches("derive-staged.html", html(staged(check=False)).replace("><", ">\n<"))


def test_the_rows_of_the_table_are_the_lines() -> None:
    table = ElementTree.fromstring(inner_mathml(staged()))
    assert (table.tag, table.get("class")) == ("mtable", "lines")
    assert len(table) == 7
    assert len(ElementTree.fromstring(inner_mathml(neuron()))) == 4


def test_nothing_needs_a_permission_of_the_page() -> None:
    assert not re.search(r"\bstyle=|href=|<script", inner_mathml(net()))


def test_left_sides_lead_to_their_gates() -> None:
    found = staged()
    links = re.findall(r'href="#(\w+)"', html(found))
    gates = [gate.node for gate in found.gates]
    assert links == [line.node for line in found.lines if line.node in gates]
    assert re.findall(r'<tr id="(\w+)"', html(found)) == gates


def test_links_lead_somewhere() -> None:
    page = html(deep(1000), prefix="a-")
    targets = re.findall(r'<tr id="([\w-]+)"', page)
    assert len(targets) == 12
    assert all(link in targets for link in re.findall(r'href="#([\w-]+)"', page))


def test_a_page_of_one_circuit_stays_small() -> None:
    assert len(inner_mathml(staged())) < 5000
    assert len(inner_mathml(deep(1000))) < 5000


def test_factors_and_numbers() -> None:
    assert numeral("4.0e-4").startswith("<mn>4.0</mn><mo>·</mo><msup><mn>10</mn>")
    assert numeral("NaN") == "<mtext>NaN</mtext>"
    enclosed = formula(Number(-1.0), factor=True)
    assert ElementTree.fromstring(enclosed).tag == "mrow"
    assert 'stretchy="false"' in enclosed
    assert formula(partial("f", "x")) == (
        "<mfrac><mrow><mo>∂</mo><mi>f</mi></mrow><mrow><mo>∂</mo><mi>x</mi></mrow></mfrac>"
    )


def test_parentheses_grow_around_what_is_tall() -> None:
    x = Symbol("x")
    grown = formula(apply("tanh", 1 / (x + 1)))
    assert "<mo>(</mo><mfrac>" in grown
    mixed = formula(apply("tanh", 1 / x) * apply("exp2", x))
    assert mixed.count('stretchy="false"') == 2
    assert mixed.count("<mo>(</mo>") == 1
