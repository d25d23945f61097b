"""A large circuit from far away: its outermost boxes, each as one gate, and the wires between."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chainrule.explain.scene.boxes import CROWDED, Box, boxes_of, name_of, parts_of, unwrapped
from chainrule.explain.scene.nodes import gate_node, leaf_node, use_of, value_node
from chainrule.explain.scene.records import (
    BACKWARD,
    FORWARD,
    MODULE,
    OUT,
    CheckRow,
    Scene,
    SceneNode,
    Step,
    Wire,
)
from chainrule.explain.scene.values import shown_value
from chainrule.explain.view import GateView
from chainrule.graph.node import Node

Ends = tuple[str, str]  # the ids of two nodes
Crossing = tuple[Any, Any, int]  # a value, the gate that uses it, the number of the operand


def far_scene(graph: Any, check: tuple[CheckRow, ...] | None) -> Scene:
    """Return the scene whose gates are the outermost boxes of a graph."""
    gates = graph.gates
    outermost = boxes_of([view.node.scope for view in gates], graph.classes)
    whole = unwrapped(outermost, graph.path)
    parts = list(parts_of(whole))
    ids = ids_of_parts(parts, len(graph.leaves))
    home = {
        gates[i].node: identity
        for part, identity in zip(parts, ids, strict=True)
        for i in range(part.start, part.stop)
    }
    leaves = dict(leaves_in_view(graph, home))
    crossings = wires_between(gates, home | leaves)
    wires = [*made_wires(graph, crossings), *out_wires(graph, home, len(crossings))]
    nodes = [
        *leaf_nodes(graph, leaves),
        *(part_node(graph, p, i) for p, i in zip(parts, ids, strict=True)),
        *(value_node(view, f"{OUT}{i or ''}", OUT, "") for i, view in enumerate(graph.exits)),
    ]
    return Scene(
        title=graph.title,
        formula=None,
        output=graph.output.label,
        gates=len(gates),
        nodes=tuple(nodes),
        wires=tuple(wires),
        locals=(),
        steps=tuple(steps_of_parts(graph, ids, wires)),
        check=check,
    )


def ids_of_parts(parts: Sequence[Box], leaves: int) -> list[str]:
    """Return `m0`, `m1` for boxes, and for single gates the number in the order of execution."""
    boxes = (f"m{i}" for i in range(len(parts)))
    return [f"n{leaves + part.start}" if part.gates == 1 else next(boxes) for part in parts]


def leaves_in_view(graph: Any, home: dict[Node, str]) -> Iterator[tuple[Node, str]]:
    """Yield leaf and id: those that one box alone uses stay in the box, unless they are data.

    Where many would be left, they are one node.
    """
    outer = [*graph.leaves, *graph.constants]
    users: dict[Node, set[str]] = {view.node: set() for view in outer}
    for view in graph.gates:
        for x in view.node.inputs:
            if x in users:
                users[x].add(home[view.node])
    seen = [
        view
        for view in outer
        if users[view.node] and (len(users[view.node]) > 1 or use_of(graph, view) == "data")
    ]
    for i, view in enumerate(seen):
        yield view.node, f"n{i}" if len(seen) <= CROWDED else "leaves"


def leaf_nodes(graph: Any, leaves: dict[Node, str]) -> Iterator[SceneNode]:
    """Yield the leaves, or the one node that stands for all of them."""
    if "leaves" in leaves.values():
        words = f"{len(leaves):,} leaves"
        yield SceneNode(id="leaves", kind=MODULE, label=words, name=words, op="leaves", whole=False)
        return
    for view in [*graph.leaves, *graph.constants]:
        if view.node in leaves:
            yield leaf_node(view, leaves[view.node], "", use_of(graph, view))


def wires_between(gates: Iterable[GateView], home: dict[Node, str]) -> dict[Ends, list[Crossing]]:
    """Return the values that go from one part to another."""
    found: dict[Ends, list[Crossing]] = {}
    for view in gates:
        target = home[view.node]
        for operand, x in enumerate(view.node.inputs):
            source = home.get(x)
            if source is not None and source != target:
                found.setdefault((source, target), []).append((x, view, operand))
    return found


def made_wires(graph: Any, crossings: dict[Ends, list[Crossing]]) -> Iterator[Wire]:
    """Yield one wire for each pair of parts; with numbers where one value crosses."""
    operands: Counter[str] = Counter()
    for number, ((source, target), values) in enumerate(crossings.items()):
        _, view, operand = values[0]
        single = len(values) == 1
        yield Wire(
            id=f"w{number}",
            source=source,
            target=target,
            operand=operands[target],
            value=shown_value(view.inputs[operand].value) if single else None,
            grad=shown_value(view.downstream[operand]) if single else None,
            count=len(values),
        )
        operands[target] += 1


def out_wires(graph: Any, home: dict[Node, str], number: int) -> Iterator[Wire]:
    for i, view in enumerate(graph.exits):
        yield Wire(
            id=f"w{number + i}",
            source=home[view.node],
            target=f"{OUT}{i or ''}",
            operand=0,
            value=shown_value(view.value),
            grad=shown_value(view.grad),
        )


def part_node(graph: Any, part: Box, identity: str) -> SceneNode:
    """Return a closed box, or the gate that stands by itself."""
    if part.gates == 1:
        return gate_node(graph.gates[part.start], identity, "", {})
    label, kind = name_of(part, graph.classes, graph.first)
    return SceneNode(
        id=identity, kind=MODULE, label=label, name=label, op=kind, gates=part.gates, whole=False
    )


def steps_of_parts(graph: Any, ids: Sequence[str], wires: Sequence[Wire]) -> Iterator[Step]:
    """Yield one step a part, as far as the passes have run."""
    if len(graph.forward_order) < len(graph.gates):
        return
    for identity in ids:
        carried = tuple(wire.id for wire in wires if wire.source == identity)
        yield Step(direction=FORWARD, node=identity, wires=carried)
    if not graph.backward_order:
        return
    ends = tuple(wire.id for wire in wires if wire.target.startswith(OUT))
    yield Step(direction=BACKWARD, node=OUT, wires=ends)
    for identity in reversed(ids):
        handed = tuple(wire.id for wire in wires if wire.target == identity)
        yield Step(direction=BACKWARD, node=identity, wires=handed)
