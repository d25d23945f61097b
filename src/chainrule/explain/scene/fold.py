"""Which part of a scene is in view: closed boxes stand for what they hold."""

from collections.abc import Collection
from dataclasses import replace

from chainrule.explain.scene.records import MODULE, Scene, SceneNode, Wire


def shown(scene: Scene, opened: Collection[str] | None = None) -> Scene:
    """Return the scene with the boxes in `opened` open and all others closed.

    A closed box is a node like any other; wires that would end inside of it end at it, and several
    with the same two ends become one with a `count`. With None, every box that is whole is open.
    """
    known = scene.by_id
    open_boxes = {
        node.id
        for node in scene.nodes
        if node.kind == MODULE and node.whole and (opened is None or node.id in opened)
    }
    stands_for = {node.id: outermost_closed(node, known, open_boxes) for node in scene.nodes}
    nodes = tuple(node for node in scene.nodes if stands_for[node.id] == node.id)
    if len(nodes) == len(scene.nodes):
        return scene
    seen = {node.id for node in nodes}
    return replace(
        scene,
        nodes=tuple(
            replace(node, whole=False) if node.kind == MODULE and node.id not in open_boxes else node
            for node in nodes
        ),
        wires=lifted(scene.wires, stands_for),
        locals=tuple(local for local in scene.locals if local.node in seen),
    )


def outermost_closed(node: SceneNode, known: dict[str, SceneNode], open_boxes: set[str]) -> str:
    """Return the outermost closed box around a node, or the node itself."""
    found = node.id
    while node.parent:
        node = known[node.parent]
        if node.id not in open_boxes:
            found = node.id
    return found


def lifted(wires: tuple[Wire, ...], stands_for: dict[str, str]) -> tuple[Wire, ...]:
    """Return the wires between what is in view; parallel ones that touch a closed box as one."""
    groups: dict[tuple[str, str, int], list[Wire]] = {}
    for wire in wires:
        source, target = stands_for[wire.source], stands_for[wire.target]
        if source == target:
            continue
        changed = (source, target) != (wire.source, wire.target)
        key = (source, target, -1 if changed else wire.operand)
        groups.setdefault(key, []).append(replace(wire, source=source, target=target))
    return tuple(
        group[0] if len(group) == 1 else merged(group) for group in groups.values()
    )


def merged(group: list[Wire]) -> Wire:
    return replace(group[0], value=None, grad=None, count=sum(wire.count for wire in group))
