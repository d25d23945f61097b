"""The two passes as steps, and what is known after each of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chainrule.explain.scene.records import (
    BACKWARD,
    BRANCH,
    FORWARD,
    LEAF,
    OUT,
    Scene,
    SceneNode,
    Step,
    Wire,
)


def steps_of(
    nodes: Sequence[SceneNode], wires: Sequence[Wire], forward: Iterable[str], backward: list[str]
) -> Iterator[Step]:
    """Yield the steps of both passes.

    Args:
        nodes, wires: the whole circuit.
        forward: the ids of the gates in the order in which they were computed.
        backward: the ids of the gates in the order in which the gradient passed through them.
    """
    kinds = {node.id: node.kind for node in nodes}
    into: dict[str, list[Wire]] = {}
    out_of: dict[str, list[Wire]] = {}
    for wire in wires:
        into.setdefault(wire.target, []).append(wire)
        out_of.setdefault(wire.source, []).append(wire)
    for node in forward:
        yield Step(direction=FORWARD, node=node, wires=tuple(wires_of_value(node, kinds, out_of)))
    if not backward:
        return
    ends = tuple(wire.id for wire in wires if kinds[wire.target] == OUT)
    yield Step(direction=BACKWARD, node=OUT, wires=ends)
    awaited = {
        node: sum(wire.grad is not None for wire in found)
        for node, found in out_of.items()
        if kinds[node] == BRANCH
    }
    for node in backward:
        handed = [wire for wire in into.get(node, ()) if wire.grad is not None]
        yield Step(direction=BACKWARD, node=node, wires=tuple(wire.id for wire in handed))
        for wire in handed:
            if wire.source in awaited:
                awaited[wire.source] -= 1
                if not awaited[wire.source]:
                    summed = tuple(w.id for w in into[wire.source])
                    yield Step(direction=BACKWARD, node=wire.source, wires=summed)


def wires_of_value(
    node: str, kinds: dict[str, str], out_of: dict[str, list[Wire]]
) -> Iterator[str]:
    """Yield the wires that carry what a node has computed, those behind its branch included."""
    for wire in out_of.get(node, ()):
        yield wire.id
        if kinds[wire.target] == BRANCH:
            yield from (w.id for w in out_of.get(wire.target, ()))


def known_after(scene: Scene, step: int) -> tuple[set[str], set[str]]:
    """Return the wires that have a value, and those that have a gradient, after `step` steps.

    What leaves bring is known from the start.
    """
    out_of: dict[str, list[Wire]] = {node: list(w) for node, w in scene.out_of.items()}
    kinds = {node.id: node.kind for node in scene.nodes}
    values: set[str] = set()
    for node in scene.nodes:
        if node.kind == LEAF:
            values.update(wires_of_value(node.id, kinds, out_of))
    grads: set[str] = set()
    for done in scene.steps[:step]:
        (values if done.direction == FORWARD else grads).update(done.wires)
    return values, grads


def position(scene: Scene, step: int) -> tuple[str, int, int]:
    """Return the pass that a step belongs to, its number in the pass from 1, and how many it has.

    `step` counts from 1. "Backward 4 of 9" is ("backward", 4, 9).
    """
    directions: list[Any] = [found.direction for found in scene.steps]
    direction = directions[step - 1]
    number = directions[:step].count(direction)
    return direction, number, directions.count(direction)
