from chainrule.explain.scene.fold import shown
from tests.golden.graphs import GRAPHS, fifty_layers, neuron, two_layers


def test_everything_open_is_the_scene_itself():
    scene = two_layers().scene(check=False)
    assert shown(scene) is scene


def test_a_closed_box_is_a_gate():
    scene = two_layers().scene(check=False)
    boxes = [node.id for node in scene.nodes if node.kind == "module"]
    seen = shown(scene, boxes[1:])
    first = seen.by_id[boxes[0]]
    assert not first.whole
    assert not [node for node in seen.nodes if node.parent == first.id]
    assert [w.source for w in seen.into[first.id]] == ["n4"]
    assert {node.id for node in seen.nodes} < {node.id for node in scene.nodes}


def test_wires_that_end_at_a_closed_box_keep_their_numbers_while_they_are_single():
    scene = two_layers().scene(check=False)
    seen = shown(scene, ())
    (wire,) = [w for w in seen.wires if w.source == "n4"]
    original = next(w for w in scene.wires if w.id == wire.id)
    assert (wire.value, wire.grad, wire.count) == (original.value, original.grad, 1)


def test_steps_inside_a_closed_box_are_one():
    scene = two_layers().scene(check=False)
    seen = shown(scene, ())
    nodes = {node.id for node in seen.nodes}
    wires = {wire.id for wire in seen.wires}
    assert {step.node for step in seen.steps} <= nodes
    assert all(wires.issuperset(step.wires) for step in seen.steps)
    forward = [step.node for step in seen.steps if step.direction == "forward"]
    assert len(forward) == len(set(forward))


def test_without_boxes_nothing_changes():
    scene = neuron().scene(check=False)
    assert shown(scene, ()) is scene


def test_fifty_layers_closed_are_a_chain():
    seen = shown(fifty_layers().scene(check=False), ())
    assert all(len(seen.into[n.id]) <= 1 for n in seen.nodes)


def test_nothing_in_view_refers_to_what_is_not():
    for make in GRAPHS.values():
        seen = shown(make().scene(check=False), ())
        ids = {node.id for node in seen.nodes}
        assert all({w.source, w.target} <= ids for w in seen.wires)
        assert {local.node for local in seen.locals} <= ids
