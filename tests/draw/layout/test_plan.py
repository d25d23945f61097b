"""The plan: columns in order for every container, open or closed."""

from itertools import pairwise

import pytest

from chainrule.draw.layout.plan import plan
from chainrule.draw.layout.records import TOP
from chainrule.explain.scene.records import BRANCH, MODULE
from tests.draw.layout.scenes import random_scene, scene_of


def columns(gates: dict[str, list[str]], boxes: dict[str, str] | None = None) -> dict[str, list]:
    made = plan(scene_of(gates, boxes))
    return {name: [list(x) for x in found.layers] for name, found in made.containers.items()}


def test_operands_stand_from_top_to_bottom() -> None:
    gates = {"p": ["a", "b"], "q": ["c", "d"], "f": ["q", "p"]}
    assert columns(gates) == {TOP: [["c", "d", "a", "b"], ["q", "p"], ["f"], ["out"]]}


def test_a_wire_stands_in_every_column_it_passes() -> None:
    found = columns({"p": ["x"], "q": ["p"], "f": ["x", "q"]})[TOP]
    assert found == [["x"], ["b:x"], ["w:3", "p"], ["w:3", "q"], ["f"], ["out"]]


def test_wires_cross_the_border_of_a_box_in_the_order_of_its_operands() -> None:
    found = columns({"p": ["y", "x"], "q": ["p", "z"], "f": ["q"]}, {"p": "m0", "q": "m0"})
    assert found["m0"][0] == ["w:0", "w:1", "w:3"]
    assert found["m0"][-1] == ["w:4"]
    assert found[TOP][0] == ["y", "x", "z"]


@pytest.mark.parametrize("seed", range(20))
def test_every_wire_runs_through_all_columns_between_its_ends(seed: int) -> None:
    scene = random_scene(seed, 15 + seed, 5)
    made = plan(scene)
    for container in made.containers.values():
        at = {name: c for c, column in enumerate(container.layers) for name in column}
        for name, strand in made.strands.items():
            passed = [c for c, column in enumerate(container.layers) if name in column]
            assert all(b == a + 1 for a, b in pairwise(passed))
            if strand.source in at and strand.target in at:
                assert passed == [*range(at[strand.source] + 1, at[strand.target])]


@pytest.mark.parametrize("seed", range(10))
def test_every_node_stands_in_its_container_once(seed: int) -> None:
    scene = random_scene(seed, 20, 6)
    made = plan(scene)
    for name, container in made.containers.items():
        found = [x for column in container.layers for x in column if x in made.items]
        assert sorted(found) == sorted(x for x, item in made.items.items() if item.parent == name)
    boxes = {node.id for node in scene.nodes if node.kind == MODULE}
    assert {*made.containers} == {TOP, *boxes}


def test_a_box_without_its_contents_has_no_columns() -> None:
    scene = scene_of({"p": ["x"], "f": ["p"]})
    assert [*plan(scene).containers] == [TOP]
    assert all(item.kind != BRANCH for item in plan(scene).items.values())
