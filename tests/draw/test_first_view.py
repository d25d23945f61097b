"""Which boxes are open at first: each depth as a whole, while it fits."""

from chainrule.draw.first_view import opened_at_first
from tests.golden.graphs import fifty_layers, neuron, residual


def test_small_scenes_are_open() -> None:
    assert opened_at_first(neuron().scene()) == set()
    scene = residual().scene(check=False)
    assert opened_at_first(scene) == {n.id for n in scene.nodes if n.kind == "module"}


def test_large_scenes_open_as_deep_as_fits() -> None:
    scene = residual().scene(check=False)
    boxes = [n for n in scene.nodes if n.kind == "module"]
    outer = {n.id for n in boxes if not n.parent}
    outside = sum(not n.parent for n in scene.nodes)
    inside = sum(n.parent in outer for n in scene.nodes)
    assert opened_at_first(scene, most=outside + inside) == outer
    assert opened_at_first(scene, most=outside + inside - 1) == set()


def test_fifty_layers_are_closed() -> None:
    assert opened_at_first(fifty_layers().scene(check=False)) == set()
