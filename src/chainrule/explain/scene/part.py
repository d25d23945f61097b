"""A part of a circuit, seen by itself: what comes in is a leaf, what goes out is an end."""

import re
from collections.abc import Iterator
from typing import Any

from chainrule.errors import UsageError, nearest
from chainrule.explain.scene.boxes import Box, boxes_of
from chainrule.explain.scene.symbols import is_number
from chainrule.explain.view import Contribution, GateView
from chainrule.graph.node import ConstantNode, Node

RANGE = re.compile(r"gates (\d+) ?[–-] ?(\d+)")


class Edge(GateView):
    """A value that crosses the border of a part; its gradient is what this side contributes."""

    __slots__ = ("_counted",)

    def __init__(self, view: GateView, counted: set[Node]) -> None:
        super().__init__(view._graph, view.node, view.name, view.label)
        self._counted = counted

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        return tuple(c for c in super().contributions if c.gate.node in self._counted)

    @property
    def grad(self) -> Any:
        shares = [c.value for c in self.contributions]
        return sum(shares[1:], shares[0]) if shares else None


class Part:
    """The gates of a `Graph` from number `first` up to `stop`; scenes are made of it alike."""

    def __init__(self, graph: Any, first: int, stop: int, path: str = "") -> None:
        self.first = first
        self.path = path
        self.title = f"{graph.title}: {path or f'gates {first + 1}–{stop}'}"
        self.classes = graph.classes
        self.arrays = graph.arrays
        self.gates: list[GateView] = graph.gates[first:stop]
        inside = {view.node for view in self.gates}
        crossing = {x: x for view in self.gates for x in view.node.inputs if x not in inside}
        self.constants = [view for view in graph.constants if view.node in crossing]
        self.leaves = [
            Edge(graph._views[x], inside)
            for x in crossing
            if not is_number(x) and not isinstance(x, ConstantNode)
        ]
        self.output = graph.output
        self.exits = list(exits_of(graph, inside))
        self.forward_order = [view for view in graph.forward_order if view.node in inside]
        self.backward_order = [view for view in graph.backward_order if view.node in inside]


def exits_of(graph: Any, inside: set[Node]) -> Iterator[GateView]:
    """Yield the values that are used outside; the output of the whole circuit as it is."""
    outside = {view.node for view in graph.gates} - inside
    used = {x for view in graph.gates if view.node in outside for x in view.node.inputs}
    for view in graph.gates:
        if view.node in inside and view.node is graph.output.node:
            yield view
        elif view.node in inside and view.node in used:
            yield Edge(view, outside)


def part_named(graph: Any, name: str) -> Part:
    """Return the part that a box of a scene stands for: `layers.3`, or `gates 1–2500`.

    Raises:
        UsageError: there is no such box.
    """
    count = len(graph.gates)
    found = RANGE.fullmatch(name)
    if found is not None:
        first, last = int(found[1]), int(found[2])
        if not 1 <= first <= last <= count:
            raise UsageError(f"there are no {name}", hint=f"the circuit has gates 1–{count}")
        return Part(graph, first - 1, last)
    boxes = [boxes_of([view.node.scope for view in graph.gates], graph.classes)]
    known: dict[str, Box] = {}
    for box in boxes:  # which grows
        known.update({} if box.is_block or box.path in known else {box.path: box})
        boxes += box.inside
    if name not in known:
        raise UsageError(
            f"the circuit has no part {name!r}", hint=nearest(name, known) or "gates 1–10 shows ten"
        )
    box = known[name]
    return Part(graph, box.start, box.stop, box.path)
