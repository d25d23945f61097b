"""Which boxes of a scene stand open before anyone has opened one."""

from collections import Counter

from chainrule.explain.scene.records import MODULE, Scene

MOST = 150  # nodes that are in view at first


def opened_at_first(scene: Scene, most: int = MOST) -> set[str]:
    """Return the boxes to open: from the outside inward, each depth as a whole while it fits."""
    inside = Counter(node.parent for node in scene.nodes)
    depths: dict[str, int] = {"": 0}
    boxes: dict[int, list[str]] = {}
    for node in scene.nodes:
        if node.kind == MODULE:
            depths[node.id] = depths[node.parent] + 1
            if node.whole:
                boxes.setdefault(depths[node.id], []).append(node.id)
    visible = inside[""]
    opened: set[str] = set()
    for depth in sorted(boxes):
        visible += sum(inside[box] for box in boxes[depth])
        if visible > most:
            break
        opened.update(boxes[depth])
    return opened
