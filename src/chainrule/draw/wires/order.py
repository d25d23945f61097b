"""Columns of a drawing: which nodes stand in which, from top to bottom, and the wires between.

A wire that passes a column leaves a place there, so that every lane leads from one column to the
next. The order follows the operands: the first stands on top.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chainrule.explain.scene.records import LEAF, Scene, Wire


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

        `cut` has the marks of the wires that enter, by their ids; those that leave get theirs from
        `marks`, and are added.
        """
        items, lanes = [*self.items[part.start : part.stop]], [*self.lanes[part.start : part.stop]]
        found: dict[str, str] = {}
        if part.start:
            entering = self.lanes[part.start - 1]
            items.insert(0, tuple(f"{lane.wire.id}<" for lane in entering))
            lanes.insert(0, tuple(
                replace(x, source=f"{x.wire.id}<", first=False) for x in entering))  # fmt: skip
            found |= {f"{lane.wire.id}<": cut[lane.wire.id] for lane in entering}
        if part.stop < len(self.items):
            leaving = self.lanes[part.stop - 1]
            cut |= {lane.wire.id: next(marks) for lane in leaving}
            items.append(tuple(f"{lane.wire.id}>" for lane in leaving))
            lanes[-1] = tuple(replace(x, target=f"{x.wire.id}>") for x in leaving)
            lanes.append(())
            found |= {f"{lane.wire.id}>": cut[lane.wire.id] for lane in leaving}
        return Columns(tuple(items), tuple(lanes), found)


def columns(scene: Scene) -> Columns:
    """Return the columns of a scene without open boxes."""
    rank = ranks(scene)
    found: list[list[str]] = [[] for _ in range(max(rank.values()) + 1)]
    paths: dict[str, list[str]] = {}
    for node, wire in visits(scene):
        if wire is None:
            found[rank[node]].append(node)
            continue
        between = range(rank[wire.source] + 1, rank[wire.target])
        passed = [f"{wire.id}@{column}" for column in between]
        for column, place in zip(between, passed, strict=True):
            found[column].append(place)
        paths[wire.id] = [wire.source, *passed, wire.target]
    return Columns(tuple(map(tuple, found)), tuple(lanes(scene, found, paths, rank)))


def ranks(scene: Scene) -> Mapping[str, int]:
    """Return the column of each node: behind all it takes; leaves stand next to their first use."""
    rank: dict[str, int] = {}
    fed_by_gates: set[str] = set()
    for node in scene.nodes:
        before = [wire.source for wire in scene.into[node.id]]
        rank[node.id] = max((rank[x] + 1 for x in before), default=0)
        movable = node.kind == LEAF or (node.kind == "branch" and not fed_by_gates & {*before})
        if not movable:
            fed_by_gates.add(node.id)
    for node in reversed(scene.nodes):
        after = [rank[wire.target] for wire in scene.out_of[node.id]]
        if node.id not in fed_by_gates and after:
            rank[node.id] = min(after) - 1
    first = min(rank.values())
    return {node: column - first for node, column in rank.items()}


def visits(scene: Scene) -> Iterator[tuple[str, Wire | None]]:
    """Yield nodes and wires depth first in the order of operands: each after what leads to it."""
    seen: set[str] = set()
    ends = [node.id for node in scene.nodes if not scene.out_of[node.id]]
    waiting: list[tuple[str, Wire | None, bool]] = [(end, None, False) for end in reversed(ends)]
    while waiting:
        node, wire, done = waiting.pop()
        if wire is not None or done:
            yield node, wire
        elif node not in seen:
            seen.add(node)
            waiting.append((node, None, True))
            for entering in reversed(scene.into[node]):
                waiting.append((node, entering, False))
                waiting.append((entering.source, None, False))


def lanes(
    scene: Scene,
    items: Sequence[Sequence[str]],
    paths: Mapping[str, Sequence[str]],
    rank: Mapping[str, int],
) -> Iterator[tuple[Lane, ...]]:
    """Yield the lanes behind each column, from top to bottom."""
    place = {item: i for column in items for i, item in enumerate(column)}
    behind: list[list[Lane]] = [[] for _ in items]
    for wire in scene.wires:
        path = paths[wire.id]
        for i, (source, target) in enumerate(itertools.pairwise(path)):
            behind[rank[wire.source] + i].append(Lane(wire, source, target, i == 0))
    for found in behind:
        found.sort(key=lambda lane: (place[lane.source], place[lane.target], lane.wire.operand))
        yield tuple(found)
