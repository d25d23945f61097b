"""The static drawing in a page: shorter, and still the same drawing."""

import re

from chainrule.draw.layout.make import layout
from chainrule.draw.still import rounded, shortened, still
from chainrule.draw.svg import svg
from tests.golden.graphs import neuron


def test_every_number_and_every_line_is_there() -> None:
    scene = neuron().scene()
    full = svg(scene, layout(scene))
    drawn, _ = still(scene, layout(scene))
    for number in re.findall(r">(−?\d+\.\d\d)<", full):
        assert f">{number}<" in drawn
    wires = 13
    heads = re.findall(r"Z", "".join(re.findall(r' d="(.*?)"', drawn)))
    assert len(heads) == full.count(' Z"') == 2 * wires
    assert drawn.count("<path") < full.count("<path")


def test_looks_become_classes() -> None:
    text = '<svg xmlns="x"><g id="a"><path d="M1.26 2 L3 4" fill="red"/></g></svg>'
    assert shortened(text) == ('<svg><path d="M1.5 2L3 4" class="s0"/></svg>', ".s0{fill:red}")


def test_a_group_with_a_look_stays() -> None:
    text = '<svg><g fill="red"><g id="b"><path d="M1 2"/></g></g></svg>'
    assert shortened(text)[0] == '<svg><g class="s0"><path d="M1 2"/></g></svg>'


def test_paths_that_look_the_same_are_one() -> None:
    text = '<svg><path d="M1 2" fill="red"/><path d="M3 4"/><path d="M5 6" fill="red"/></svg>'
    assert shortened(text)[0] == '<svg><path d="M1 2M5 6" class="s0"/><path d="M3 4"/></svg>'


def test_coordinates_are_rounded_to_halves() -> None:
    assert rounded("M114.24 134.5 L167.93 9") == "M114 134.5L168 9"
