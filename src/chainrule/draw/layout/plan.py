"""From a scene to its plan: sizes, and for each container its columns in order."""

import itertools
from collections.abc import Callable, Mapping

from chainrule.draw.layout.layers import layers
from chainrule.draw.layout.order import Columns, Slot, ordered
from chainrule.draw.layout.parts import Part, Piece, parts
from chainrule.draw.layout.records import Container, Item, Plan, Strand
from chainrule.draw.layout.sizes import item, strand
from chainrule.explain.scene.records import MODULE, Scene

Ranks = dict[str, dict[str, int]]  # of each box: the positions of the wires at its border


def plan(scene: Scene) -> Plan:
    """Return what does not depend on which boxes are open.

    The innermost boxes come first: the order in which wires enter and leave a box is the order of
    its ports outside.
    """
    items = {node.id: item(node) for node in scene.nodes}
    strands = {wire.id: strand(wire, scene.by_id[wire.source]) for wire in scene.wires}
    found: dict[str, Container] = {}
    entries: Ranks = {}
    exits: Ranks = {}
    taken = parts(items, strands)
    for name in reversed(taken):
        made = Planner(taken[name], items, strands, entries, exits).container()
        found[name] = made
        entries[name] = {wire: i for i, wire in enumerate(made.layers[0])}
        exits[name] = {wire: i for i, wire in enumerate(made.layers[-1])}
    return Plan(items=items, strands=strands, containers={name: found[name] for name in taken})


class Planner:
    """One container on the way to its columns."""

    def __init__(
        self,
        part: Part,
        items: Mapping[str, Item],
        strands: Mapping[str, Strand],
        entries: Ranks,
        exits: Ranks,
    ) -> None:
        self.part = part
        self.items = items
        self.strands = strands
        self.entries = entries
        self.exits = exits
        self.column, self.count = layers(part)

    def container(self) -> Container:
        """Return the columns in order; wires between the same two parts pass side by side."""
        slots = {name: Slot(name, self.column[name]) for name in self.part.members}
        columns: Columns = [[] for _ in range(self.count)]
        for slot in slots.values():
            columns[slot.column].append(slot)
        bundles = self.bundled()
        arrive = ports(bundles, [b[0].target for b in bundles], self.arrival)
        leave = ports(bundles, [b[0].source for b in bundles], self.departure)
        for number, bundle in enumerate(bundles):
            thread = self.thread(bundle[0], slots, columns)
            for before, after in itertools.pairwise(thread):
                last, first = after is thread[-1], before is thread[0]
                before.after.append((after, arrive[number] if last else 0.0))
                after.before.append((before, leave[number] if first else 0.0))
        names = {bundle[0].wire: [piece.wire for piece in bundle] for bundle in bundles}
        return Container(
            layers=tuple(
                tuple(name for slot in column for name in names.get(slot.name, [slot.name]))
                for column in ordered(columns)
            )
        )

    def bundled(self) -> list[list[Piece]]:
        """Return the pieces, those that join a box with the same part together; by operands."""
        found: dict[tuple[str, ...], list[Piece]] = {}
        for piece in self.part.pieces:
            ends = (piece.source or "", piece.target or "")
            box = piece.target or piece.source or ""  # a gate's operands are on their own
            boxed = self.items[box].kind == MODULE
            found.setdefault(ends if boxed else (*ends, piece.wire), []).append(piece)
        bundles = [
            sorted(bundle, key=lambda piece: (self.arrival(piece), self.departure(piece)))
            for bundle in found.values()
        ]
        return sorted(bundles, key=lambda bundle: self.arrival(bundle[0]))

    def arrival(self, piece: Piece) -> int:
        """Return the position of a piece among all that arrive at its target."""
        ranks = self.entries.get(piece.target or "", {})
        return ranks.get(piece.wire, self.strands[piece.wire].operand)

    def departure(self, piece: Piece) -> int:
        """Return the position of a piece among all that leave a box; 0 for what has one port."""
        return self.exits.get(piece.source or "", {}).get(piece.wire, 0)

    def thread(self, piece: Piece, slots: Mapping[str, Slot], columns: Columns) -> list[Slot]:
        """Return the slots of a piece from end to end, those between its ends new."""
        start = 0 if piece.source is None else self.column[piece.source] + 1
        stop = self.count if piece.target is None else self.column[piece.target]
        passing = [Slot(piece.wire, column) for column in range(start, stop)]
        for slot in passing:
            columns[slot.column].append(slot)
        source = [] if piece.source is None else [slots[piece.source]]
        target = [] if piece.target is None else [slots[piece.target]]
        return [*source, *passing, *target]


def ports(
    bundles: list[list[Piece]], ends: list[str | None], rank: Callable[[Piece], int]
) -> list[float]:
    """Return the height of the port of each bundle at its end, from -0.5 (top) to 0.5."""
    at: dict[str, list[int]] = {}
    for number, end in enumerate(ends):
        if end is not None:
            at.setdefault(end, []).append(number)
    found = [0.0] * len(bundles)
    for numbers in at.values():
        numbers.sort(key=lambda number: rank(bundles[number][0]))
        several = len({rank(bundles[number][0]) for number in numbers}) > 1
        for i, number in enumerate(numbers):
            found[number] = (i + 0.5) / len(numbers) - 0.5 if several else 0.0
    return found
