import pytest

from chainrule.explain.scene.steps import known_after, position
from tests.golden.graphs import neuron, staged


def test_every_wire_gets_its_numbers_by_one_step_and_leaves_need_none():
    scene = staged().scene()
    forward = [w for s in scene.steps if s.direction == "forward" for w in s.wires]
    backward = [w for s in scene.steps if s.direction == "backward" for w in s.wires]
    from_leaves, none = known_after(scene, 0)
    assert none == set()
    assert sorted([*forward, *from_leaves]) == sorted(wire.id for wire in scene.wires)
    assert sorted(backward) == sorted(wire.id for wire in scene.wires)


def test_steps_are_in_the_order_of_execution():
    scene = neuron().scene()
    forward = [s.node for s in scene.steps if s.direction == "forward"]
    backward = [s.node for s in scene.steps if s.direction == "backward"]
    assert backward == ["out", *reversed(forward)]


def test_gradients_add_at_a_branch_as_soon_as_the_last_has_arrived():
    scene = staged().scene()
    arrived: set[str] = set()
    for step in scene.steps:
        if step.node.startswith("b") and step.direction == "backward":
            assert {wire.id for wire in scene.out_of[step.node]} <= arrived
        arrived.update(step.wires)
    assert [s.node for s in scene.steps].count("b0") == 1


@pytest.mark.parametrize(
    ("step", "said"),
    [(1, ("forward", 1, 8)), (8, ("forward", 8, 8)), (12, ("backward", 4, 9))],
)
def test_a_step_knows_its_place_in_its_pass(step, said):
    assert position(neuron().scene(), step) == said


def test_what_is_not_computed_yet_has_no_number():
    scene = neuron().scene()
    values, grads = known_after(scene, 8)
    assert values == {wire.id for wire in scene.wires}
    assert grads == set()
    assert known_after(scene, 9)[1] == {scene.into["out"][0].id}
