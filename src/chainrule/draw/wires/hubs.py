"""Values that are used at many places: a reference at each use in place of a long wire."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chainrule.draw.wires.order import columns
from chainrule.explain.scene.records import BRANCH, LEAF, Scene, SceneNode, Wire

MANY = 5  # uses that wires can lead to
FAR = 12  # columns that a wire can pass


def with_references(scene: Scene) -> Scene:
    """Return the scene with a branch of its own before each use that no wire should lead to.

    The references bear the symbol of the value; so does the branch that they belong to, with the
    number of uses, where no wire leaves it any more.
    """
    scene = with_branches(scene)
    far = {wire.id: f"{wire.source}~{wire.id}" for wire in far_wires(scene)}
    if not far:
        return scene
    nodes: list[SceneNode] = []
    for node in scene.nodes:
        leaving = scene.out_of[node.id] if node.kind == BRANCH else ()
        gone = [wire for wire in leaving if wire.id in far]
        alone = bool(gone) and len(gone) == len(leaving)
        uses = max(node.gates, sum(wire.count for wire in leaving))
        nodes.append(replace(node, symbol=f" {uses:,} uses") if alone else node)
        nodes += references(node, gone, far)
    wires = (replace(w, source=far.get(w.id, w.source)) for w in scene.wires)
    return replace(scene, nodes=tuple(nodes), wires=tuple(wires))


def with_branches(scene: Scene) -> Scene:
    """Return the scene with a branch behind each leaf of many uses that has none.

    From far away, leaves are joined to boxes directly.
    """
    nodes: list[SceneNode] = []
    branches: dict[str, str] = {}
    for node in scene.nodes:
        nodes.append(node)
        if node.kind == LEAF and len(scene.out_of[node.id]) > MANY:
            branches[node.id] = f"{node.id}~"
            nodes.append(replace(node, id=f"{node.id}~", kind=BRANCH))
    if not branches:
        return scene
    wires = [replace(w, source=branches.get(w.source, w.source)) for w in scene.wires]
    for source, branch in branches.items():
        leaf = scene.by_id[source]
        entering = Wire(id=f"{branch}w", source=source, target=branch, operand=0)
        wires.append(replace(entering, value=leaf.value, grad=leaf.grad))
    return replace(scene, nodes=tuple(nodes), wires=tuple(wires))


def far_wires(scene: Scene) -> Iterable[Wire]:
    """Return the wires out of branches with many uses, and those that would pass many columns."""
    rank = {item: i for i, column in enumerate(columns(scene).items) for item in column}
    for node in scene.nodes:
        if node.kind == BRANCH:
            leaving = scene.out_of[node.id]
            for wire in leaving:
                if len(leaving) > MANY or rank[wire.target] - rank[wire.source] > FAR:
                    yield wire


def references(
    node: SceneNode, wires: Iterable[Wire], names: Mapping[str, str]
) -> Iterable[SceneNode]:
    return [replace(node, id=names[wire.id], symbol=node.label) for wire in wires]
