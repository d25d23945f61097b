"""What of a circuit is drawn in a terminal: all of it; boxes closed; or only its end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import BRANCH, LEAF, MODULE, OP, OUT, Scene, SceneNode

MOST = 40  # gates and closed boxes that a drawing holds
ALL_OF_THEM = "for all of them write -o circuit.html"


@dataclass(frozen=True)
class View:
    """A scene without open boxes, and a sentence about what is not drawn."""

    scene: Scene
    note: str = ""


def view(scene: Scene, most: int = MOST) -> View:
    """Return what can be read of a scene: boxes are closed, the innermost first, then cut away."""
    for depth in range(deepest(scene), -1, -1):
        opened = {
            node.id for node in scene.nodes if node.kind == MODULE and level(scene, node) < depth
        }
        found = without_boxes(shown(scene, opened))
        if len(list(gates(found))) <= most:
            return View(found, words_of_boxes(found))
    return end_of(found, most)


def gates(scene: Scene) -> Iterator[SceneNode]:
    """Yield the gates and closed boxes."""
    return (node for node in scene.nodes if node.kind in (OP, MODULE))


def deepest(scene: Scene) -> int:
    """Return how many boxes lie in each other."""
    return max(
        (level(scene, n) + 1 for n in scene.nodes if n.kind == MODULE and n.whole), default=0
    )


def level(scene: Scene, node: SceneNode) -> int:
    """Return how many boxes are around a node."""
    found = 0
    while node.parent:
        node = scene.by_id[node.parent]
        found += 1
    return found


def without_boxes(scene: Scene) -> Scene:
    """Return the scene without its open boxes: what is in them stands by itself."""
    nodes = (n for n in scene.nodes if n.kind != MODULE or not n.whole)
    return replace(scene, nodes=tuple(replace(n, parent="") for n in nodes))


def words_of_boxes(scene: Scene) -> str:
    boxes = [node for node in scene.nodes if node.kind == MODULE]
    if not boxes:
        return ""
    inside = sum(node.gates for node in boxes)
    return f"{inside:,} of {scene.gates:,} gates are inside of {{boxes}}; {ALL_OF_THEM}"


def end_of(scene: Scene, most: int) -> View:
    """Return the last gates, where the way back begins; what leads to them stands for the rest."""
    last = {node.id for node in [*gates(scene)][-most:]}
    seen = {*last, *(node.id for node in scene.nodes if node.kind == OUT)}
    branches = {
        wire.source
        for wire in scene.wires
        if wire.target in seen and scene.by_id[wire.source].kind == BRANCH
    }
    kept = [wire for wire in scene.wires if wire.target in seen | branches]
    sources = {wire.source for wire in kept}
    nodes = [
        beyond(scene, node) if node.id not in seen else node
        for node in scene.nodes
        if node.id in seen | sources
    ]
    note = f"the last {most} of {scene.gates:,} gates; […] is what leads to them; {ALL_OF_THEM}"
    return View(replace(scene, nodes=tuple(nodes), wires=tuple(kept)), note)


def beyond(scene: Scene, node: SceneNode) -> SceneNode:
    """Return what stands before the gates in view.

    A leaf stays; a branch remembers in `gates` how many uses it has; a gate is the end of a wire:
    what leads to it is not drawn.
    """
    if node.kind == BRANCH:
        return replace(node, gates=len(scene.out_of[node.id]))
    return node if node.kind == LEAF else replace(node, kind=LEAF, label=f"… {node.label}")
