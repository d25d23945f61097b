"""Which part of a scene is in view: closed boxes stand for what they hold."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from chainrule.explain.scene.records import MODULE, Scene, SceneNode, Step, Wire


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
    groups = lifted(scene.wires, stands_for)
    ids = {wire.id: group[0].id for group in groups for wire in group}
    return replace(
        scene,
        nodes=tuple(closed(node) if node.kind == MODULE and node.id not in open_boxes else node
                    for node in nodes),
        wires=tuple(group[0] if len(group) == 1 else merged(group) for group in groups),
        locals=tuple(local for local in scene.locals if local.node in seen),
        steps=tuple(steps_in_view(scene.steps, stands_for, ids)),
    )  # fmt: skip


def closed(box: SceneNode) -> SceneNode:
    return replace(box, whole=False)


def outermost_closed(node: SceneNode, known: Mapping[str, SceneNode], open_boxes: set[str]) -> str:
    """Return the outermost closed box around a node, or the node itself."""
    found = node.id
    while node.parent:
        node = known[node.parent]
        if node.id not in open_boxes:
            found = node.id
    return found


def lifted(wires: tuple[Wire, ...], stands_for: Mapping[str, str]) -> list[list[Wire]]:
    """Return the wires between what is in view, in groups of those that are drawn as one.

    Parallel wires that touch a closed box are one group; so are several uses of one operand.
    """
    groups: dict[tuple[str, str, int], list[Wire]] = {}
    for wire in wires:
        source, target = stands_for[wire.source], stands_for[wire.target]
        if source == target:
            continue
        changed = (source, target) != (wire.source, wire.target)
        key = (source, target, -1 if changed else wire.operand)
        groups.setdefault(key, []).append(replace(wire, source=source, target=target))
    return list(groups.values())


def merged(group: list[Wire]) -> Wire:
    return replace(group[0], value=None, grad=None, count=sum(wire.count for wire in group))


def steps_in_view(
    steps: tuple[Step, ...], stands_for: Mapping[str, str], ids: Mapping[str, str]
) -> Iterator[Step]:
    """Yield the steps of what is in view; consecutive steps inside one closed box are one."""
    lately: list[Step] = []
    for step in steps:
        made = Step(
            direction=step.direction,
            node=stands_for[step.node],
            wires=tuple(dict.fromkeys(ids[wire] for wire in step.wires if wire in ids)),
        )
        same = lately and (lately[-1].direction, lately[-1].node) == (made.direction, made.node)
        if lately and not same:
            yield joined(lately)
            lately = []
        lately.append(made)
    if lately:
        yield joined(lately)


def joined(steps: list[Step]) -> Step:
    """Return several steps of one box as one."""
    wires = dict.fromkeys(wire for step in steps for wire in step.wires)
    return replace(steps[0], wires=tuple(wires))
