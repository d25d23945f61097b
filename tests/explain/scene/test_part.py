import numpy as np
import pytest

from chainrule.errors import UsageError
from chainrule.explain.scene.part import part_named
from tests.golden.graphs import both_passes, hundred_thousand, staged, two_layers


def test_what_comes_in_is_a_leaf_and_what_goes_out_an_end():
    scene = staged().scene(inside="gates 2–4")
    assert [n.label for n in scene.nodes if n.kind == "leaf"] == ["x", "v1", "y"]
    assert [n.label for n in scene.nodes if n.kind == "op"] == ["v2", "v3", "v4"]
    assert [(n.id, n.label) for n in scene.nodes if n.kind == "out"] == [
        ("out", "v2"), ("out1", "v3"), ("out2", "v4"),
    ]  # fmt: skip
    assert scene.title.endswith(": gates 2–4")


def test_gradients_at_the_border_are_those_of_this_side():
    graph = staged()
    scene = graph.scene(inside="gates 5-7")  # without sigmoid(y) and x + sigmoid(y)
    node = next(n for n in scene.nodes if n.label == "v4")
    assert node.grad == graph["add#2"].grad
    inner = graph.scene(inside="gates 3–3")
    x = next(n for n in inner.nodes if n.label == "x")
    assert x.grad == pytest.approx(-0.03576154781265359)


def test_a_value_that_leaves_and_is_used_inside_branches():
    graph = both_passes(lambda x: (y := x * x) * y * y, x=2.0)
    scene = graph.scene(inside="gates 1–2")
    branch = next(n for n in scene.nodes if n.kind == "branch" and n.label == "v1")
    assert {w.target for w in scene.out_of[branch.id]} == {"n2", "out"}
    total = sum(w.grad for w in scene.out_of[branch.id])
    assert np.isclose(total, graph["multiply#1"].grad)


def test_a_module_is_seen_by_its_path_without_the_box_around_it():
    scene = two_layers().scene(inside="layers.0")
    assert [n.label for n in scene.nodes if n.kind == "leaf"] == ["W1", "x", "b1"]
    assert not [n for n in scene.nodes if n.kind == "module"]
    assert [s.node for s in scene.steps] == ["n3", "n4", "n5", "out", "n5", "n4", "n3"]


def test_large_parts_are_seen_from_far_away_and_have_parts():
    graph = hundred_thousand()
    outer = graph.scene(inside="layers.3")
    boxes = [n.label for n in outer.nodes if n.kind == "module"]
    assert boxes == [f"layers.3.layers.{i}" for i in range(10)]
    assert outer.nodes[0].kind == "leaf"
    assert outer.into["m0"][0].value is not None
    inner = graph.scene(inside=boxes[4])
    assert inner.gates == 1000


def test_the_blocks_of_a_part_bear_the_numbers_of_the_whole():
    def loop(x):
        for _ in range(3500):
            x = x * 0.999
        return x

    graph = both_passes(loop, x=1.0)
    inner = graph.scene(inside="gates 1001–1500")
    labels = [n.label for n in inner.nodes if n.kind == "module"]
    assert (labels[0], labels[-1]) == ("gates 1001–1013", "gates 1495–1500")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("layer.0", "the circuit has no part 'layer.0'"),
        ("gates 5–99", "there are no gates 5–99"),
        ("gates 3–2", "there are no gates 3–2"),
    ],
)
def test_what_is_not_there_is_refused(name, message):
    with pytest.raises(UsageError, match=message):
        part_named(two_layers(), name)
