"""What is in view: the same as `explain.scene.fold` says."""

import pytest

from chainrule.draw.layout.plan import plan
from chainrule.draw.layout.view import open_boxes, strands_in_view
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import MODULE
from tests.draw.layout.scenes import random_scene, scene_of

BOXED = scene_of(
    {"p": ["x"], "q": ["p", "x"], "r": ["q"], "f": ["r", "p"]},
    {"p": "m1", "q": "m1", "r": "m0", "m1": "m0"},
)


def test_a_box_in_a_closed_box_is_not_open() -> None:
    made = plan(BOXED)
    assert open_boxes(made, ["m1"]) == [""]
    assert open_boxes(made, ["m0", "m1"]) == ["", "m0", "m1"]
    assert open_boxes(made, None) == ["", "m0", "m1"]


@pytest.mark.parametrize("seed", range(12))
def test_the_wires_in_view_are_those_of_the_folded_scene(seed: int) -> None:
    scene = random_scene(seed, 20, 6)
    made = plan(scene)
    boxes = [node.id for node in scene.nodes if node.kind == MODULE]
    for opened in (None, [], boxes[:1], boxes[1:]):
        found = strands_in_view(made, open_boxes(made, opened))
        expected = {wire.id: wire for wire in shown(scene, opened).wires}
        assert [*found] == [*expected]
        for name, strand in found.items():
            wire = expected[name]
            assert (strand.source, strand.target) == (wire.source, wire.target)
            assert (strand.near + strand.far > 0) == (wire.count == 1)


def test_a_share_stands_at_the_target_only_while_its_branch_is_in_view() -> None:
    made = plan(scene_of({"p": ["x"], "q": ["p"], "f": ["q", "p"]}, {"p": "m0"}))
    share = next(n for n, s in made.strands.items() if s.source == "b:p" and s.target == "f")
    open_ = strands_in_view(made, open_boxes(made, None))[share]
    closed = strands_in_view(made, open_boxes(made, []))[share]
    assert open_.near == 0 < open_.far
    assert closed.far == 0 < closed.near
