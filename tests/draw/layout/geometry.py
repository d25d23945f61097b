"""What is wrong with a layout, in words: overlaps, wires through gates, operands out of order.

All of it is worked out from the places, paths and labels alone, by another way than they are made.
"""

import math
from collections.abc import Iterator
from itertools import combinations, pairwise

from chainrule.draw.layout.records import Label, Layout, Place, Point
from chainrule.draw.metrics import text_width
from chainrule.draw.numbers import grad_text, wire_text
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import BRANCH, MODULE, OP, Scene, SceneNode, Wire

Box = tuple[float, float, float, float]  # left, top, right, bottom
LANES = 4.0  # half the height of a wire's two lanes
CLEAR = 1.0  # the least space between two things


def complaints(scene: Scene, opened: list[str] | None, layout: Layout) -> list[str]:
    """Return everything that is wrong with the layout of what is in view of a scene."""
    view = shown(scene, opened)
    return [
        *missing(view, layout),
        *not_finite(layout),
        *overlaps(view, layout),
        *outside(view, layout),
        *loose_ends(view, layout),
        *wires_through_nodes(view, layout),
        *wires_on_wires(view, layout),
        *crowded_numbers(view, layout),
    ]


def missing(view: Scene, layout: Layout) -> Iterator[str]:
    if {*layout.places} != {*view.by_id}:
        yield f"places of { ({*layout.places} ^ {*view.by_id}) }"
    if {*layout.paths} != {wire.id for wire in view.wires}:
        yield f"paths of { ({*layout.paths} ^ {wire.id for wire in view.wires}) }"
    numbered = {w.id for w in view.wires if wire_text(w.value) or grad_text(w.grad)}
    if {*layout.labels} != numbered:
        yield f"labels of { ({*layout.labels} ^ numbered) }"


def not_finite(layout: Layout) -> Iterator[str]:
    found = [*layout.places.values(), *(p for path in layout.paths.values() for p in path)]
    found += [label[:2] for label in layout.labels.values()]
    if not all(math.isfinite(x) for numbers in found for x in numbers):
        yield "a coordinate is not finite"


def around(view: Scene, name: str) -> set[str]:
    found = set()
    while view.by_id[name].parent:
        name = view.by_id[name].parent
        found.add(name)
    return found


def rectangle(place: Place, more: float = 0.0) -> Box:
    x, y, width, height = place
    return (
        x - width / 2 - more,
        y - height / 2 - more,
        x + width / 2 + more,
        y + height / 2 + more,
    )


def meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def overlaps(view: Scene, layout: Layout) -> Iterator[str]:
    boxes = {name: rectangle(place, CLEAR / 2) for name, place in layout.places.items()}
    for a, b in combinations(view.by_id, 2):
        nested = a in around(view, b) or b in around(view, a)
        if not nested and meet(boxes[a], boxes[b]):
            yield f"{a} overlaps {b}"


def outside(view: Scene, layout: Layout) -> Iterator[str]:
    for name, node in view.by_id.items():
        frame = (0.0, 0.0, layout.width, layout.height)
        if node.parent:
            frame = rectangle(layout.places[node.parent])
        inner = rectangle(layout.places[name], CLEAR)
        if inner[0] < frame[0] or inner[1] < frame[1] or inner[2] > frame[2] or inner[3] > frame[3]:
            yield f"{name} sticks out of {node.parent or 'the picture'}"


def loose_ends(view: Scene, layout: Layout) -> Iterator[str]:
    """A wire starts at the right side of its source, and ends on the outline of its target."""
    for wire in view.wires:
        start, end = layout.paths[wire.id][0], layout.paths[wire.id][-1]
        source, target = layout.places[wire.source], layout.places[wire.target]
        if abs(start.x - source.x - source.width / 2) > 0.01:
            yield f"{wire.id} starts beside {wire.source}"
        if not off_outline(view.by_id[wire.target], target, end) < 0.01:
            yield f"{wire.id} ends beside {wire.target}"
        for a, b in pairwise(layout.paths[wire.id]):
            if b.x < a.x or (b.x - a.x < abs(b.y - a.y) / 100):
                yield f"{wire.id} runs back, or straight up or down"


def off_outline(node: SceneNode, place: Place, point: Point) -> float:
    """Return how far a point is from the left outline; gates end in half circles."""
    down = abs(point.y - place.y)
    inset = 0.0
    if node.kind == OP:
        beyond = max(down - (place.height / 2 - 20), 0)
        inset = 20 - math.sqrt(400 - beyond**2) if beyond <= 20 else math.inf
    return abs(point.x - (place.x - place.width / 2 + inset)) if down <= place.height / 2 else 99


def legs(path: tuple[Point, ...]) -> Iterator[Box]:
    """Yield what holds each piece of a wire; a curve lies between its two ends."""
    for a, b in pairwise(path):
        yield (a.x, min(a.y, b.y) - LANES, b.x, max(a.y, b.y) + LANES)


def wires_through_nodes(view: Scene, layout: Layout) -> Iterator[str]:
    for wire in view.wires:
        own = {wire.source, wire.target} | around(view, wire.source) | around(view, wire.target)
        for name, place in layout.places.items():
            if name in own:
                continue
            node = rectangle(place)
            if any(meet(leg, node) for leg in legs(layout.paths[wire.id])):
                yield f"{wire.id} passes through {name}"


def wires_on_wires(view: Scene, layout: Layout) -> Iterator[str]:
    """Level runs of wires from different sources never lie on each other."""
    runs = [
        (wire, leg)
        for wire in view.wires
        for leg in legs(layout.paths[wire.id])
        if leg[3] - leg[1] <= 2 * LANES
    ]
    for (a, leg), (b, other) in combinations(runs, 2):
        if a.source != b.source and meet(leg, other):
            yield f"{a.id} lies on {b.id}"


def number_boxes(wire: Wire, share: bool, label: Label) -> Iterator[Box]:
    """Yield the boxes of the value above the wire and the gradient under it."""
    size = 12 if share else 14
    texts = [(grad_text(wire.grad), 5.0, 5.0 + size)]
    if not share:
        texts.append((wire_text(wire.value), -5.0 - size, -5.0))
    for text, top, bottom in texts:
        width = text_width(text, size, "mono")
        left = label.x - width / (2 if label.anchor == "middle" else 1)
        yield (left, label.y + top, left + width, label.y + bottom)


def crowded_numbers(view: Scene, layout: Layout) -> Iterator[str]:
    numbers = [
        (wire, box)
        for wire in view.wires
        if wire.id in layout.labels
        for box in number_boxes(
            wire, view.by_id[wire.source].kind == BRANCH, layout.labels[wire.id]
        )
    ]
    for (a, box), (b, other) in combinations(numbers, 2):
        if meet(box, other):
            yield f"numbers of {a.id} and {b.id} overlap"
    for wire, box in numbers:
        for name, place in layout.places.items():
            is_open = view.by_id[name].kind == MODULE and view.by_id[name].whole
            if not is_open and meet(box, rectangle(place)):
                yield f"numbers of {wire.id} stand on {name}"
        for other_id, path in layout.paths.items():
            if other_id != wire.id and any(meet(box, leg) for leg in legs(path)):
                yield f"numbers of {wire.id} stand on {other_id}"


def operands_out_of_order(scene: Scene, layout: Layout) -> Iterator[str]:
    """Name the gates whose operands do not come in order, in whatever box they stand.

    Counted are the operands that stand in the column before and serve nothing else, and the wires
    that pass through it to the gate.
    """
    for container in layout.containers.values():
        for before, column in pairwise(container.layers):
            at = {name: i for i, name in enumerate(before)}
            for gate in column:
                if gate not in scene.by_id or scene.by_id[gate].kind != OP:
                    continue
                slots = []
                for wire in scene.into[gate]:
                    alone = len(scene.out_of[wire.source]) == 1
                    if wire.id in at:
                        slots.append(at[wire.id])
                    elif wire.source in at and alone:
                        slots.append(at[wire.source])
                if slots != sorted(slots):
                    yield f"operands of {gate} are out of order"
