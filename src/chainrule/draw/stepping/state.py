"""Where a walk through both passes stands: a graph, a step, and values that are being tried."""

from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.draw.numbers import DECIMALS
from chainrule.draw.wires.view import view
from chainrule.errors import ChainruleError
from chainrule.explain.gates import Graph
from chainrule.explain.scene.records import Scene, SceneNode
from chainrule.explain.scene.steps import known_after
from chainrule.explain.values import read_value

CHECKED = 60  # gates of a circuit that is checked anew whenever a value changes


class Walk:
    """A graph between its blank circuit (step 0) and its last gradient.

    Attributes:
        graph: after both passes, with the values that are being tried.
        scene: what is drawn of it, and the steps that can be seen in it.
        number: how many steps have been made.
        decimals: of the numbers that are drawn.
    """

    def __init__(self, graph: Graph, decimals: int = DECIMALS) -> None:
        self.graph = graph
        self.decimals = decimals
        self.number = 0
        self.scene = seen(graph)
        self.number = len(self.scene.steps)

    # Steps.

    def go(self, number: int) -> None:
        """Go to a step; beyond the ends to the end."""
        self.number = min(max(number, 0), len(self.scene.steps))

    @property
    def at_end(self) -> bool:
        return self.number == len(self.scene.steps)

    @property
    def node(self) -> SceneNode | None:
        """The node of the current step."""
        return self.scene.by_id[self.scene.steps[self.number - 1].node] if self.number else None

    @property
    def known(self) -> tuple[set[str], set[str]]:
        """The wires that have a value by now, and those that have a gradient."""
        return known_after(self.scene, self.number)

    # Values.

    @property
    def leaves(self) -> list[str]:
        """The names of the leaves that can be given other values."""
        return [view.name for view in self.graph.leaves]

    def value(self, name: str) -> Any:
        return self.graph[name].value

    def try_text(self, name: str, text: str) -> str:
        """Give a leaf the value that is written; return what is wrong with it, or nothing."""
        try:
            value = read_value(text, 0)
            self.set(name, value)
        except ChainruleError as error:
            return error.message.split("\n")[0]
        return ""

    def set(self, name: str, value: Any) -> None:
        """Give a leaf a value, and compute both passes anew."""
        self.graph.set(**{name: value})
        self.graph.forward()
        self.graph.backward(np.ones(self.graph.output.shape))
        self.scene = seen(self.graph)


def seen(graph: Graph) -> Scene:
    """Return what is drawn of a graph, with the steps that can be seen in it.

    What a gate inside of a closed box does, the box does.
    """
    whole = graph.scene(check=len(graph.gates) <= CHECKED)
    scene = view(whole).scene
    wires = {wire.id for wire in scene.wires}
    steps = [
        replace(step, node=node)
        for step in whole.steps
        if {*step.wires} & wires and (node := in_view(step.node, whole, scene))
    ]
    return replace(scene, steps=tuple(steps))


def in_view(node: str, whole: Scene, scene: Scene) -> str:
    """Return the node, or the closed box around it; nothing where neither is drawn."""
    while node and node not in scene.by_id:
        node = whole.by_id[node].parent
    return node
