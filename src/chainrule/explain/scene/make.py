"""From a `Graph` to its scene: everything in it, gate by gate."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chainrule.explain.algebra.circuit import expression_of
from chainrule.explain.scene.boxes import Box, boxes_of, unwrapped
from chainrule.explain.scene.far import far_scene
from chainrule.explain.scene.local import locals_of
from chainrule.explain.scene.nodes import box_node, gate_node, leaf_node, use_of, value_node
from chainrule.explain.scene.records import (
    BRANCH,
    OUT,
    CheckRow,
    Local,
    Scene,
    SceneNode,
    Wire,
)
from chainrule.explain.scene.steps import steps_of
from chainrule.explain.scene.symbols import is_number
from chainrule.explain.scene.values import shown_value
from chainrule.explain.view import GateView
from chainrule.graph.node import Node

MOST = 3000  # gates of a scene that holds everything
LONGEST = 40  # gates of a circuit that is written as one formula


def scene_of(graph: Any, check: Iterable[Any] | None = None, most: int = MOST) -> Scene:
    """Return what there is to see of a `Graph` in the state in which it is.

    Args:
        graph: a `Graph` before, between or after its passes.
        check: the rows of a gradient check, where one was made.
        most: how many gates are shown one by one; of a larger circuit only the outermost boxes.
    """
    rows = None if check is None else tuple(map(check_row, check))
    return far_scene(graph, rows) if len(graph.gates) > most else Maker(graph).scene(rows)


class Maker:
    """What is found on the way to the scene of one graph."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.uses = uses_of(graph)
        self.ids = {view.node: f"n{i}" for i, view in enumerate(shown_views(graph, self.uses))}
        self.boxes = Boxes(graph)
        self.arrays = {view.node: view.label for view in graph.constants}
        self.nodes: list[SceneNode] = []
        self.wires: list[Wire] = []
        self.locals: list[Local] = []
        self.waiting: dict[str, list[SceneNode]] = {}  # nodes of boxes that have not begun

    def scene(self, check: tuple[CheckRow, ...] | None) -> Scene:
        """Return the scene; `check` are the rows of a gradient check."""
        graph = self.graph
        for view in [*graph.leaves, *graph.constants]:
            if view.node in self.ids:
                self.leaf(view)
        for i, view in enumerate(graph.gates):
            self.begin_boxes(i)
            self.gate(view, self.boxes.around[i])
        for number, view in enumerate(graph.exits):
            self.output(view, f"{OUT}{number or ''}")
        forward = [self.ids[view.node] for view in graph.forward_order]
        backward = [self.ids[view.node] for view in graph.backward_order]
        return Scene(
            title=graph.title,
            formula=whole_formula(graph),
            output=graph.output.label,
            gates=len(graph.gates),
            nodes=tuple(self.nodes),
            wires=tuple(self.wires),
            locals=tuple(self.locals),
            steps=tuple(steps_of(self.nodes, self.wires, forward, backward)),
            check=check,
        )

    def leaf(self, view: GateView) -> None:
        """Add a leaf: parameters and constants stand beside their consumers, data outside."""
        use = use_of(self.graph, view)
        outside = use == "data" and view.op != "constant"
        parent = "" if outside else self.boxes.common(self.consumers(view))
        self.add(leaf_node(view, self.ids[view.node], parent, use))
        self.branch(view, parent)

    def gate(self, view: GateView, parent: str) -> None:
        identity = self.ids[view.node]
        self.add(gate_node(view, identity, parent, self.arrays))
        self.branch(view, parent)
        wires = {}
        for operand, x in enumerate(view.node.inputs):
            if x in self.ids:
                wires[operand] = self.wire(view.inputs[operand], identity, operand, view)
        self.locals += locals_of(view, identity, wires, self.arrays)

    def branch(self, view: GateView, parent: str) -> None:
        """Add the branch of a value with several uses, and the wire that leads to it."""
        if len(self.uses.get(view.node, ())) < 2:
            return
        source = self.ids[view.node]
        common = self.boxes.for_branch(parent, self.consumers(view))
        made = value_node(view, f"b{source[1:]}", BRANCH, common)
        self.add(made)
        self.add_wire(source, made.id, 0, view, view.grad)

    def wire(self, x: GateView, target: str, operand: int, view: GateView) -> str:
        """Add the wire of one operand; its gradient is what this gate contributes."""
        source = self.ids[x.node]
        several = len(self.uses[x.node]) > 1
        return self.add_wire(
            f"b{source[1:]}" if several else source, target, operand, x, view.downstream[operand]
        )

    def output(self, view: GateView, identity: str) -> None:
        """Add an end of the circuit; a value that has consumers beside goes there by its branch."""
        self.add(value_node(view, identity, OUT, ""))
        source = self.ids[view.node]
        several = len(self.uses[view.node]) > 1
        self.add_wire(f"b{source[1:]}" if several else source, identity, 0, view, view.grad)

    def add(self, node: SceneNode) -> None:
        """Add a node, or keep it until the box around it has begun."""
        if node.parent in self.boxes.begun:
            self.nodes.append(node)
        else:
            self.waiting.setdefault(node.parent, []).append(node)

    def add_wire(self, source: str, target: str, operand: int, x: GateView, grad: Any) -> str:
        made = Wire(
            id=f"w{len(self.wires)}",
            source=source,
            target=target,
            operand=operand,
            value=shown_value(x.value),
            grad=shown_value(grad),
        )
        self.wires.append(made)
        return made.id

    def begin_boxes(self, number: int) -> None:
        """Add the boxes whose first gate is this one, and what waited for them."""
        for identity, parent, box in self.boxes.beginning(number):
            self.nodes.append(box_node(box, identity, parent, self.graph))
            self.nodes += self.waiting.pop(identity, [])

    def consumers(self, view: GateView) -> list[str]:
        """Return the boxes around the gates that use a value."""
        numbers = self.boxes.numbers
        ends = {end.node for end in self.graph.exits}
        return [
            "" if gate is view.node in ends else self.boxes.around[numbers[gate]]
            for gate in self.uses[view.node]
        ]


class Boxes:
    """The boxes of a graph by their ids, `m0` the first; the outermost is the empty text."""

    def __init__(self, graph: Any) -> None:
        gates = [view.node for view in graph.gates]
        self.numbers = {gate: i for i, gate in enumerate(gates)}
        self.around = [""] * len(gates)  # the innermost box around each gate
        self.parents: dict[str, str] = {}
        self.begun = {""}
        self.starts: dict[int, list[tuple[str, str, Box]]] = {}
        whole = boxes_of([gate.scope for gate in gates], graph.classes)
        waiting = [(unwrapped(whole, graph.path), "")]
        while waiting:
            box, identity = waiting.pop(0)
            for inner in box.inside:
                name = f"m{len(self.parents)}"
                self.parents[name] = identity
                self.around[inner.start : inner.stop] = [name] * inner.gates
                self.starts.setdefault(inner.start, []).append((name, identity, inner))
                waiting.append((inner, name))

    def beginning(self, number: int) -> Iterator[tuple[str, str, Box]]:
        """Yield id, parent and box for the boxes that begin with this gate, outermost first."""
        for identity, parent, box in self.starts.get(number, ()):
            self.begun.add(identity)
            yield identity, parent, box

    def chain(self, box: str) -> list[str]:
        """Return a box and what is around it, outermost first."""
        found = [box]
        while found[-1]:
            found.append(self.parents[found[-1]])
        return found[::-1]

    def common(self, boxes: Sequence[str]) -> str:
        """Return the innermost box around all of these."""
        chains = [self.chain(box) for box in dict.fromkeys(boxes)]
        shared = ""
        for level in zip(*chains, strict=False):
            if len({*level}) > 1:
                break
            shared = level[0]
        return shared

    def for_branch(self, source: str, consumers: Sequence[str]) -> str:
        """Return where a branch stands so that no wire leaves a box and comes back to it."""
        shared = self.common(consumers)
        chain = self.chain(source)
        if shared not in chain or shared == source:
            return shared
        inner = chain[chain.index(shared) + 1]
        returns = any(inner in self.chain(box) for box in consumers)
        return source if returns else shared


def uses_of(graph: Any) -> dict[Node, list[Node]]:
    """Return the gates that use each value, twice where they use it twice; numbers are left out."""
    found: dict[Node, list[Node]] = {}
    for view in graph.gates:
        for x in view.node.inputs:
            if not is_number(x):
                found.setdefault(x, []).append(view.node)
    for view in graph.exits:
        found.setdefault(view.node, []).append(view.node)
    return found


def shown_views(graph: Any, uses: dict[Node, list[Node]]) -> Iterator[GateView]:
    """Yield what has a place in the scene: leaves that are used, constant arrays, gates."""
    for view in [*graph.leaves, *graph.constants]:
        if view.node in uses:
            yield view
    yield from graph.gates


def whole_formula(graph: Any) -> Any:
    """Return the circuit as one expression in its leaves, unless it would be too long."""
    if len(graph.gates) > LONGEST:
        return None
    return expression_of(
        graph.output.node, {v.node: v.label for v in [*graph.leaves, *graph.constants]}
    )


def check_row(row: Any) -> CheckRow:
    """Return a row of a gradient check; `row` is (value at the entry, `judge.Row`)."""
    value, found = row
    return CheckRow(
        input=found.name,
        value=value,
        backprop=found.analytic,
        difference=found.numeric,
        error=found.error,
        step=found.step,
        verdict=found.verdict,
        ok=found.ok,
    )
