"""What is drawn of a circuit that is too large to be read."""

from chainrule.draw.wires.view import gates, view
from chainrule.explain.scene.records import LEAF, MODULE
from tests.draw.wires.circuits import as_scene
from tests.golden.graphs import fifty_layers, two_layers


def test_small_circuits_are_shown_without_their_boxes() -> None:
    found = view(two_layers().scene(check=False))
    assert found.note == ""
    assert all(node.kind != MODULE for node in found.scene.nodes)


def test_boxes_are_closed_where_there_are_too_many_gates() -> None:
    found = view(two_layers().scene(check=False), most=8)
    assert len([*gates(found.scene)]) <= 8
    assert (
        found.note == "6 of 10 gates are inside of {boxes}; for all of them write -o circuit.html"
    )


def test_the_end_is_shown_of_what_has_no_boxes() -> None:
    chain = as_scene({f"g{i}": [f"g{i - 1}" if i else "x", "w"] for i in range(10)})
    found = view(chain, most=3)
    assert [node.label for node in gates(found.scene)] == ["g7", "g8", "g9"]
    assert [node.label for node in found.scene.nodes if node.kind == LEAF] == ["w", "… g6"]
    assert found.scene.by_id["bw"].gates == 10
    assert found.note.startswith("the last 3 of 10 gates; […] is what leads to them")


def test_fifty_layers_are_shown_by_their_end() -> None:
    found = view(fifty_layers().scene(check=False))
    assert len([*gates(found.scene)]) == 40
