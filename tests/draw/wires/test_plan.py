"""Widths and texts of what stands in a column."""

from dataclasses import replace

from chainrule.draw.wires.drawing import writer
from chainrule.draw.wires.order import columns
from chainrule.draw.wires.plan import item_text, plan, wire_label
from chainrule.explain.scene.records import MODULE
from tests.draw.wires.circuits import as_scene

SCENE = as_scene({"g0": ["x", "x"], "g1": ["g0"]})


def test_nodes_have_frames() -> None:
    found = columns(SCENE)
    texts = [item_text(SCENE, found, item) for item in ("x", "bx", "g0", "out", "w0@1")]
    assert texts == ["[x]", "●", "(g0)", "f", ""]
    box = replace(SCENE.nodes[0], kind=MODULE, label="layers.0")
    boxed = replace(SCENE, nodes=(box, *SCENE.nodes[1:]))
    assert item_text(boxed, found, "x") == "{layers.0}"


def test_wires_bear_the_names_of_gates_values() -> None:
    lanes = [lane for behind in columns(SCENE).lanes for lane in behind]
    assert [wire_label(SCENE, lane) for lane in lanes] == ["", "", "", "g0", ""]
    several = replace(lanes[0], wire=replace(lanes[0].wire, count=3))
    assert wire_label(SCENE, several) == "3×"


def test_the_width_is_what_is_drawn() -> None:
    made = plan(SCENE, columns(SCENE), writer(2))
    assert made.width == sum(widths.whole for widths in made.widths)
    assert made.widths[0].nodes == 3
    assert made.widths[-1].whole == 1
