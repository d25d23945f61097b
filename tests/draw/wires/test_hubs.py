"""References in place of wires to many places and to far ones."""

from chainrule.draw.wires.hubs import FAR, MANY, with_references
from tests.draw.wires.circuits import as_scene


def test_few_uses_have_wires() -> None:
    scene = as_scene({"g0": ["x", "y"], "g1": ["g0", "x"]})
    assert with_references(scene) is scene


def test_many_uses_have_references() -> None:
    many = MANY + 1
    users = {f"g{i}": ["w", f"x{i}"] for i in range(many)}
    found = with_references(as_scene({**users, "s": [*users]}))
    assert [node.symbol for node in found.nodes if node.id.startswith("bw")] == [
        f" {many} uses", *["w"] * many
    ]  # fmt: skip
    assert not found.out_of["bw"]


def test_a_far_use_has_a_reference_and_a_near_one_a_wire() -> None:
    chain = {f"g{i}": [f"g{i - 1}" if i else "x"] for i in range(FAR + 2)}
    found = with_references(as_scene({**chain, "s": [f"g{FAR + 1}", "x"]}))
    assert len(found.out_of["bx"]) == 1
    assert next(node for node in found.nodes if "~" in node.id).symbol == "x"
