"""Sizes of nodes and numbers."""

import pytest

from chainrule.draw.layout.sizes import item, size, strand
from chainrule.explain.scene.records import BRANCH, LEAF, MODULE, OP, OUT, SceneNode, Summary, Wire


def node(kind: str, label: str = "x", symbol: str = "", op: str = "") -> SceneNode:
    return SceneNode(id="n0", kind=kind, label=label, name=label, symbol=symbol, op=op)


@pytest.mark.parametrize("symbol", ["+", "×", "σ", "+1"])
def test_a_gate_with_a_sign_is_a_circle(symbol: str) -> None:
    assert size(node(OP, symbol=symbol)) == (40, 40)


def test_a_gate_with_a_word_is_a_pill() -> None:
    width, height = size(node(OP, symbol="softmax"))
    assert width > 70
    assert height == 40


def test_leaves_grow_with_their_labels() -> None:
    assert size(node(LEAF)) == (52, 34)
    assert size(node(LEAF, "temperature"))[0] > 110


def test_boxes_have_room_for_their_titles() -> None:
    assert size(node(MODULE, "m")) == (96, 48)
    assert size(node(MODULE, "encoder.layers.0", op="Linear"))[0] > 150


def test_a_gate_needs_room_for_its_name_and_a_leaf_for_its_numbers() -> None:
    gate, leaf, branch = item(node(OP, symbol="+")), item(node(LEAF)), item(node(BRANCH))
    assert gate.above > gate.below > gate.height / 2
    assert leaf.above == leaf.below > leaf.height / 2 + 8
    assert branch.above < leaf.above
    assert item(node(OUT)).width > 0


def wire(value: float | Summary | None, grad: float | None = 0.5) -> Wire:
    return Wire(id="w0", source="a", target="b", operand=0, value=value, grad=grad)


def test_blank_and_short_numbers_get_the_room_of_a_usual_one() -> None:
    """So stepping and small edits do not move anything."""
    usual = strand(wire(-0.25), node(LEAF)).near
    assert strand(wire(None, None), node(LEAF)).near == usual
    assert strand(wire(3.0), node(LEAF)).near == usual
    assert strand(wire(-4.0e-4), node(LEAF)).near > usual


def test_only_a_branch_has_its_numbers_at_the_target() -> None:
    assert strand(wire(1.0), node(LEAF)).far == 0
    assert 0 < strand(wire(1.0), node(BRANCH)).far < strand(wire(1.0), node(LEAF)).near


def test_an_array_needs_room_for_shape_and_norm() -> None:
    counts = dict.fromkeys(("nan", "-inf", "negative", "zero", "positive", "+inf"), 0)
    array = Summary(
        shape=(5, 10),
        dtype="float64",
        min=0.0,
        max=1.0,
        mean=0.5,
        norm=7.07,
        counts=counts,
        histogram=None,
        data=None,
    )
    assert strand(wire(array), node(LEAF)).near > 90
