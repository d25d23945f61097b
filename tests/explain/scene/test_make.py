"""A scene says what the engine computed, to the last bit, and leaves blank what it did not."""

import json
import math
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import Summary
from chainrule.explain.scene.stored import scene_data
from tests.golden.compare import matches
from tests.golden.graphs import GRAPHS, SMALL, both_passes, neuron, staged, two_layers

ENOUGH = 40  # records of a kind


def rounded(data: Any) -> Any:
    """Round to twelve digits: the last ones differ from processor to processor.

    The user's lines are left out, since they move.
    """
    if isinstance(data, float):
        return float(f"{data:.12g}") + 0.0
    if isinstance(data, dict):
        return {k: rounded(v) for k, v in data.items() if (k, type(v)) != ("source", dict)}
    return [rounded(value) for value in data] if isinstance(data, list) else data


def written(data: dict[str, Any]) -> str:
    """Write a record a line, so that a difference is found; of very many the first ones."""
    lines = []
    for key, value in rounded(data).items():
        many = isinstance(value, list) and key != "formula"
        lines.append(f"{key}:" if many else f"{key}: {json.dumps(value, ensure_ascii=False)}")
        if many:
            lines += [f"  {json.dumps(item, ensure_ascii=False)}" for item in value[:ENOUGH]]
            lines += [f"  and {len(value) - ENOUGH} more"] if len(value) > ENOUGH else []
    return "\n".join(lines)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_reference_scenes_are_as_reviewed(name):
    scene = GRAPHS[name]().scene(check=False)
    data = scene_data(scene if name in SMALL else shown(scene, ()))
    assert matches(f"scenes/{name}.txt", written(data))


def same(shown: Any, engine: Any) -> bool:
    """Tell whether a value of the scene has the very bits of the engine's."""
    if engine is None or shown is None:
        return shown is None and engine is None
    array = np.asarray(engine, np.float64)
    found = np.array(shown.data).reshape(shown.shape) if isinstance(shown, Summary) else shown
    return np.asarray(found, np.float64).tobytes() == array.tobytes()


@pytest.mark.parametrize("name", SMALL)
def test_drawn_numbers_are_the_engines_to_the_last_bit(name):
    graph = SMALL[name]()
    scene = graph.scene(check=False)
    for node in scene.nodes:
        if node.kind in ("leaf", "op") and not node.name.startswith("c"):
            view = graph[node.name]
            assert same(node.value, view.value)
            assert same(node.grad, view.grad)
    for local in scene.locals:
        view = graph[scene.by_id[local.node].name]
        assert same(local.downstream, view.downstream[local.operand])
        assert same(local.upstream, view.upstream)
        assert same(local.value, view.local_gradients[local.operand])


@pytest.mark.parametrize("name", SMALL)
def test_contributions_add_up_to_the_gradient_at_each_branch(name):
    graph = SMALL[name]()
    scene = graph.scene(check=False)
    for node in scene.nodes:
        if node.kind != "branch":
            continue
        (into,) = scene.into[node.id]
        shares = [np.asarray(c.value) for c in graph[node.name].contributions]
        assert len(shares) == sum(w.grad is not None for w in scene.out_of[node.id])
        if shares:
            assert same(into.grad, sum(shares[1:], shares[0]))


def test_a_value_with_one_use_has_no_branch():
    assert not [node for node in neuron().scene(check=False).nodes if node.kind == "branch"]


def test_the_same_value_twice_at_one_gate_is_two_wires_out_of_a_branch():
    scene = both_passes("x * x", x=3.0).scene(check=False)
    branch = next(node for node in scene.nodes if node.kind == "branch")
    assert [(w.target, w.operand, w.grad) for w in scene.out_of[branch.id]] == [
        ("n1", 0, 3.0), ("n1", 1, 3.0),
    ]  # fmt: skip
    assert scene.into[branch.id][0].grad == 6.0


def test_before_the_passes_everything_but_the_leaves_is_blank():
    graph = cr.Graph("(x + y) * z", x=1.0, y=2.0, z=3.0)
    scene = graph.scene()
    assert {w.source: w.value for w in scene.wires if w.value is not None} == {
        "n0": 1.0, "n1": 2.0, "n2": 3.0,
    }  # fmt: skip
    assert all(w.grad is None for w in scene.wires)
    assert (scene.steps, scene.check) == ((), None)
    graph.forward()
    scene = graph.scene()
    assert all(w.value is not None and w.grad is None for w in scene.wires)
    assert [s.direction for s in scene.steps] == ["forward"] * 2


def test_the_check_is_judged_as_always():
    rows = neuron().scene().check
    assert [row.input for row in rows] == ["w0", "x0", "w1", "x1", "w2"]
    assert [row.value for row in rows] == [2.0, -1.0, -3.0, -2.0, -3.0]
    assert all(row.ok and row.error < 1e-7 for row in rows)


def test_a_check_that_would_take_long_is_made_on_request_alone():
    graph = both_passes(lambda **xs: cr.sin(sum(xs.values())), **{f"x{i}": 1.0 for i in range(60)})
    assert graph.scene().check is None
    assert len(graph.scene(check=True).check) == 60


def test_on_a_kink_the_check_says_so():
    (row,) = both_passes("relu(x)", x=0.0).scene().check
    assert (row.verdict, row.ok) == ("kink", True)


def test_a_wrong_rule_fails_the_check():
    @cr.op(numpy=lambda x: x**3)
    def wrongly_cubed(g, z, x):
        return (g * 2 * x**2,)

    (row,) = both_passes(lambda x: wrongly_cubed(x), x=2.0).scene().check
    assert (row.verdict, row.ok) == ("wrong", False)


def test_parameters_stand_in_the_box_of_their_layer_and_data_outside():
    scene = two_layers().scene(check=False)
    boxes = {node.id: node.label for node in scene.nodes if node.kind == "module"}
    found = {n.label: (n.use, boxes.get(n.parent, "")) for n in scene.nodes if n.kind == "leaf"}
    assert found == {
        "W1": ("parameter", "layers.0"),
        "b1": ("parameter", "layers.0"),
        "W2": ("parameter", "layers.2"),
        "b2": ("parameter", "layers.2"),
        "x": ("data", ""),
        "y": ("data", ""),
    }


def test_a_box_comes_before_what_it_holds_and_a_branch_behind_its_source():
    for name in SMALL:
        seen: set[str] = {""}
        for node in SMALL[name]().scene(check=False).nodes:
            assert node.parent in seen
            seen.add(node.id)
            if node.kind == "branch":
                assert f"n{node.id[1:]}" in seen


def test_no_wire_leaves_a_box_and_comes_back():
    for name in SMALL:
        scene = SMALL[name]().scene(check=False)
        for node in scene.nodes:
            if node.kind == "branch":
                source = scene.by_id[f"n{node.id[1:]}"]
                targets = [scene.by_id[w.target].parent for w in scene.out_of[node.id]]
                assert not (
                    source.parent and node.parent != source.parent and source.parent in targets
                )


def test_constant_arrays_are_data_without_gradient():
    scene = both_passes(lambda x: cr.sum(x * np.array([1.0, 2.0])), x=[3.0, 4.0]).scene()
    leaf = next(node for node in scene.nodes if node.label == "c1")
    assert (leaf.kind, leaf.use, leaf.grad) == ("leaf", "data", None)
    assert scene.out_of[leaf.id][0].grad is None
    assert leaf.value.data == (1.0, 2.0)


def test_leaves_that_nothing_uses_are_left_out():
    graph = both_passes(lambda x, y: x * 2, x=1.0, y=5.0)
    assert [n.label for n in graph.scene().nodes if n.kind == "leaf"] == ["x"]


def test_a_leaf_that_is_the_output_is_shown():
    scene = both_passes(lambda x: x, x=2.0).scene()
    assert [(n.kind, n.value) for n in scene.nodes] == [("leaf", 2.0), ("out", 2.0)]


def test_the_order_is_that_of_the_gates():
    scene = staged().scene(check=False)
    gates = [node.id for node in scene.nodes if node.kind == "op"]
    assert gates == [s.node for s in scene.steps if s.direction == "forward"]


def test_numbers_that_are_not_finite_are_told():
    scene = GRAPHS["nan-in-log"]().scene()
    assert any(wire.value is not None and math.isnan(wire.value) for wire in scene.wires)
