"""Random circuits as scenes, every gate with a symbol of its own."""

import numpy as np

from chainrule.explain.scene.records import BRANCH, LEAF, OP, OUT, Scene, SceneNode, Wire


def circuit(seed: int, gates: int = 8, leaves: int = 4) -> Scene:
    """Return a circuit of `gates` with one to three operands each, all used in the end."""
    draw = np.random.default_rng(seed)
    names = [f"x{i}" for i in range(leaves)]
    operands: dict[str, list[str]] = {}
    unused = list(names)
    for i in range(gates):
        count = int(draw.integers(1, 4))
        taken = [
            unused.pop(0) for _ in range(min(count, len(unused)) if draw.random() < 0.7 else 0)
        ]
        taken += [str(draw.choice(names)) for _ in range(count - len(taken))]
        draw.shuffle(taken)
        operands[f"g{i}"] = taken
        names.append(f"g{i}")
        unused = [name for name in [*unused, f"g{i}"] if name not in taken]
    operands["last"] = unused
    return as_scene(operands)


def as_scene(operands: dict[str, list[str]]) -> Scene:
    """Return a scene from each gate's operands; what is no gate is a leaf. The last is the end."""
    uses: dict[str, int] = {}
    for taken in operands.values():
        for name in taken:
            uses[name] = uses.get(name, 0) + 1
    nodes: list[SceneNode] = []
    wires: list[Wire] = []

    def join(source: str, target: str, operand: int) -> None:
        number = float(len(wires) + 1)
        made = Wire(id=f"w{len(wires)}", source=source, target=target, operand=operand,
                    value=number, grad=-number)  # fmt: skip
        wires.append(made)

    def add(name: str, kind: str) -> None:
        nodes.append(
            SceneNode(id=name, kind=kind, label=name, name=name, symbol=name * (kind == OP))
        )
        if uses.get(name, 0) > 1:
            nodes.append(SceneNode(id=f"b{name}", kind=BRANCH, label=name, name=name))
            join(name, f"b{name}", 0)

    for name in dict.fromkeys(x for taken in operands.values() for x in taken):
        if name not in operands:
            add(name, LEAF)
    for name, taken in operands.items():
        add(name, OP)
        for operand, x in enumerate(taken):
            join(f"b{x}" if uses[x] > 1 else x, name, operand)
    last = [*operands][-1]
    nodes.append(SceneNode(id="out", kind=OUT, label="f", name="f"))
    join(last, "out", 0)
    return Scene(title="", formula=None, output="f", gates=len(operands), nodes=tuple(nodes),
                 wires=tuple(wires), locals=(), steps=(), check=None)  # fmt: skip
