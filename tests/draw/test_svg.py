"""Circuits as SVG: the reference graphs as stored and looked at, and who can read them."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

import chainrule as cr
from chainrule.draw.first_view import opened_at_first
from chainrule.draw.layout.make import layout
from chainrule.draw.numbers import grad_text, wire_text
from chainrule.draw.svg import svg
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import BRANCH
from tests.draw.by_hand import product
from tests.golden.compare import matches
from tests.golden.graphs import GRAPHS, SMALL, neuron

ALLOWED = {"svg", "title", "desc", "g", "rect", "circle", "path", "text"}


def drawn(graph: cr.Graph, theme: str = "light", step: int | None = None) -> str:
    scene = graph.scene(check=False)
    opened = opened_at_first(scene)
    return svg(shown(scene, opened), layout(scene, opened), theme, step)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_reference_graphs(name: str) -> None:
    assert matches(f"circuit-{name}.svg", drawn(GRAPHS[name]()))


def test_a_step_in_the_dark() -> None:
    assert matches("circuit-neuron-step.svg", drawn(neuron(), "dark", 12))


@pytest.mark.parametrize("make", SMALL.values(), ids=SMALL)
def test_every_number_of_the_scene_is_there(make: Callable[[], cr.Graph]) -> None:
    graph = make()
    scene = graph.scene(check=False)
    texts = [t.text for t in ElementTree.fromstring(drawn(graph)).iter() if t.tag.endswith("text")]
    for wire in scene.wires:
        branched = scene.by_id[wire.source].kind == BRANCH
        for expected in ["" if branched else wire_text(wire.value), grad_text(wire.grad)]:
            if expected:
                texts.remove(expected)  # each as often as it stands on a wire


def test_only_what_sanitizers_leave() -> None:
    for name in SMALL:
        text = drawn(SMALL[name]())
        root = ElementTree.fromstring(text)
        assert {element.tag.partition("}")[2] for element in root.iter()} <= ALLOWED
        assert not re.search(r"\s(class|style|href|on\w+)=", text)


def test_no_text_is_too_small() -> None:
    scene, plan = product()
    sizes = [float(size) for size in re.findall(r'font-size="([^"]*)"', svg(scene, plan))]
    assert min(sizes) >= 9.8  # the lowered part of a name; everything else 11 and more
    assert min(size for size in sizes if size not in (9.8,)) >= 11


def test_the_same_scene_is_the_same_text() -> None:
    assert drawn(neuron()) == drawn(neuron())
    assert drawn(neuron()) != drawn(neuron(), "dark")
