"""Columns of a drawing: which nodes stand in which, from top to bottom, and the wires between.

A wire that passes a column leaves a place there, so that every lane leads from one column to the
next. The order follows the operands: the first stands on top.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from chainrule.draw.layout.plan import plan
from chainrule.draw.layout.records import TOP
from chainrule.explain.scene.records import Scene, Wire


@dataclass(frozen=True, slots=True)
class Lane:
    """The part of a wire between two neighbouring columns; the first part carries its numbers."""

    wire: Wire
    source: str
    target: str
    first: bool


@dataclass(frozen=True)
class Columns:
    """Nodes and places of passing wires in each column; `lanes[i]` lead from column i to i + 1.

    `marks` has the marks where wires are cut: in the first column those of the wires that come
    from the piece before, in the last those of the wires that go on.
    """

    items: tuple[tuple[str, ...], ...]
    lanes: tuple[tuple[Lane, ...], ...]
    marks: Mapping[str, str] = field(default_factory=dict)

    def piece(self, part: range, marks: Iterator[str], cut: dict[str, str]) -> "Columns":
        """Return the columns in `part`, with marks in place of what lies beyond.

        Leaves at the end of a piece stand at the beginning of the next. `cut` has the marks of the
        wires that enter, by their ids; those that leave get theirs from `marks`, and are added.
        """
        items, lanes = [*self.items[part.start : part.stop]], [*self.lanes[part.start : part.stop]]
        found: dict[str, str] = {}
        if part.start:
            before = part.start - 1
            entering = [entered(x, self.is_movable(before, x)) for x in self.lanes[before]]
            items.insert(0, tuple(lane.source for lane in entering))
            lanes.insert(0, tuple(entering))
            found |= {f"{lane.wire.id}<": cut.get(lane.wire.id, "") for lane in entering}
        if part.stop < len(self.items):
            last = part.stop - 1
            leaving = [lane for lane in self.lanes[last] if not self.is_movable(last, lane)]
            cut |= {lane.wire.id: next(marks) for lane in leaving}
            moved = {lane.source for lane in self.lanes[last]} - {lane.source for lane in leaving}
            items[-1] = tuple(item for item in items[-1] if item not in moved)
            items.append(tuple(f"{lane.wire.id}>" for lane in leaving))
            lanes[-1] = tuple(replace(x, target=f"{x.wire.id}>") for x in leaving)
            lanes.append(())
            found |= {f"{lane.wire.id}>": cut[lane.wire.id] for lane in leaving}
        return Columns(tuple(items), tuple(lanes), found)

    def is_movable(self, i: int, lane: Lane) -> bool:
        """Tell whether a lane behind column i is all that there is of its source."""
        if i and any(before.target == lane.source for before in self.lanes[i - 1]):
            return False
        return lane.first and sum(x.source == lane.source for x in self.lanes[i]) == 1


def entered(lane: Lane, moved: bool) -> Lane:
    return lane if moved else replace(lane, source=f"{lane.wire.id}<", first=False)


def columns(scene: Scene) -> Columns:
    """Return the columns of a scene without open boxes, in the order that every drawing has."""
    layers = plan(scene).containers[TOP].layers
    items = [
        tuple(item if item in scene.by_id else f"{item}@{i}" for item in layer)
        for i, layer in enumerate(layers)
    ]
    rank = {item: i for i, layer in enumerate(layers) for item in layer if item in scene.by_id}
    place = {item: k for layer in items for k, item in enumerate(layer)}
    behind: list[list[Lane]] = [[] for _ in items]
    for wire in scene.wires:
        between = range(rank[wire.source] + 1, rank[wire.target])
        path = [wire.source, *(f"{wire.id}@{i}" for i in between), wire.target]
        for i, (source, target) in enumerate(pairwise(path)):
            behind[rank[wire.source] + i].append(Lane(wire, source, target, i == 0))
    for lanes in behind:
        lanes.sort(key=lambda lane: (place[lane.source], place[lane.target], lane.wire.operand))
    return Columns(tuple(items), tuple(map(tuple, behind)))
