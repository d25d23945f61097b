"""References in place of wires to many places and to far ones."""

from dataclasses import replace

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


def test_a_leaf_of_many_uses_gets_a_branch() -> None:
    """As from far away, where leaves are joined to boxes without a branch between."""
    users = {f"g{i}": ["w", f"x{i}"] for i in range(MANY + 1)}
    near = as_scene({**users, "s": [*users]})
    wires = [w for w in near.wires if w.target != "bw"]
    far = replace(
        near,
        nodes=tuple(n for n in near.nodes if n.id != "bw"),
        wires=tuple(replace(w, source=w.source.replace("bw", "w")) for w in wires),
    )
    found = with_references(far)
    (entering,) = found.out_of["w"]
    assert found.by_id[entering.target].symbol == f" {MANY + 1} uses"
    assert sum(node.symbol == "w" for node in found.nodes) == MANY + 1
