"""Scenes from a few words: what the layout is tried on."""

from collections.abc import Mapping, Sequence

import numpy as np

from chainrule.explain.scene.records import BRANCH, LEAF, MODULE, OP, OUT, Scene, SceneNode, Wire

Gates = Mapping[str, Sequence[str]]


class Builder:
    """A scene on its way: nodes in order of execution, and their wires."""

    def __init__(self, gates: Gates, boxes: Mapping[str, str]) -> None:
        self.gates = gates
        self.boxes = boxes
        self.nodes: dict[str, SceneNode] = {}
        self.wires: list[Wire] = []
        self.uses: dict[str, int] = {}
        for operands in gates.values():
            for x in operands:
                self.uses[x] = self.uses.get(x, 0) + 1

    def scene(self) -> Scene:
        for name in self.uses:
            if name not in self.gates:
                self.value(name, LEAF)
        for name, operands in self.gates.items():
            self.value(name, OP, "+" if len(operands) > 1 else "exp")
            for i, x in enumerate(operands):
                self.join(self.port(x), name, i)
        last = [*self.gates][-1]
        self.add("out", OUT)
        self.join(last, "out", 0)
        return Scene(
            title="a test",
            formula=None,
            output=last,
            gates=len(self.gates),
            nodes=tuple(self.nodes.values()),
            wires=tuple(self.wires),
            locals=(),
            steps=(),
            check=None,
        )

    def port(self, name: str) -> str:
        """Return where wires to the consumers of a value begin."""
        return f"b:{name}" if self.uses.get(name, 0) > 1 else name

    def value(self, name: str, kind: str, symbol: str = "") -> None:
        self.add(name, kind, symbol)
        if self.port(name) != name:
            self.add(self.port(name), BRANCH)
            self.join(name, self.port(name), 0)

    def add(self, name: str, kind: str, symbol: str = "") -> None:
        parent = self.boxes.get(name.removeprefix("b:"), "")
        if parent and parent not in self.nodes:
            self.add(parent, MODULE)
        self.nodes[name] = SceneNode(
            id=name, kind=kind, label=name, name=name, symbol=symbol, parent=parent
        )

    def join(self, source: str, target: str, operand: int) -> None:
        n = len(self.wires)
        self.wires.append(
            Wire(id=f"w:{n}", source=source, target=target, operand=operand, value=n / 7, grad=-1.0)
        )


def scene_of(gates: Gates, boxes: Mapping[str, str] | None = None) -> Scene:
    """Return the scene of gates with their operands; names that are no gates are leaves.

    The last gate is the output. `boxes` says in which box a gate, a leaf or a box stands; the
    branch `b:x` behind a value x stands beside it.
    """
    return Builder(gates, boxes or {}).scene()


def random_scene(seed: int, gates: int, boxes: int = 0) -> Scene:
    """Return a scene with branches, long wires, leaves used twice by one gate, and nested boxes."""
    rng = np.random.default_rng(seed)
    made: dict[str, list[str]] = {}
    unused: list[str] = []
    for i in range(gates):
        operands = []
        for _ in range(rng.choice([1, 2, 2, 2, 3])):
            kind = rng.random()
            if kind < 0.35 or not made:
                operands.append(f"x{rng.integers(0, gates)}")
            elif kind < 0.8 and unused:
                operands.append(unused.pop(rng.integers(0, len(unused))))
            else:
                operands.append(str(rng.choice([*made])))
        if rng.random() < 0.1:
            operands[-1] = operands[0]
        made[f"g{i}"] = operands
        unused.append(f"g{i}")
    made["sum"] = [*dict.fromkeys(unused)]
    return scene_of(made, nested(rng, [*made], boxes))


def nested(rng: np.random.Generator, gates: list[str], boxes: int) -> dict[str, str]:
    """Return boxes around runs of gates, some inside of others."""
    runs = [("", 0, len(gates))]
    found: dict[str, str] = {}
    for number in range(boxes):
        around, start, stop = runs[rng.integers(0, len(runs))]
        free = [i for i in range(start, stop) if found.get(gates[i], "") == around]
        if len(free) < 3:
            continue
        first = int(rng.integers(0, len(free) - 1))
        last = first + 1
        while last < len(free) and free[last] == free[last - 1] + 1 and rng.random() < 0.8:
            last += 1
        name = f"m:{number}"
        found[name] = around
        found.update((gates[i], name) for i in free[first:last])
        runs.append((name, free[first], free[last - 1] + 1))
    return {name: box for name, box in found.items() if box}


def dense(sizes: Sequence[int]) -> Scene:
    """Return a dense net written out in scalar gates: products, sums one by one, activations."""
    gates: dict[str, list[str]] = {}
    h = [f"x{i}" for i in range(sizes[0])]
    for layer, units in enumerate(sizes[1:]):
        above = h
        h = []
        for j in range(units):
            total = f"b{layer}_{j}"
            for i, x in enumerate(above):
                gates[f"p{layer}_{j}_{i}"] = [f"w{layer}_{j}_{i}", x]
                gates[f"s{layer}_{j}_{i}"] = [total, f"p{layer}_{j}_{i}"]
                total = f"s{layer}_{j}_{i}"
            gates[f"h{layer}_{j}"] = [total]
            h.append(f"h{layer}_{j}")
    gates["sum"] = h
    return scene_of(gates)
