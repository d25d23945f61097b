"""Kernels that differ in their arrays alone are written once: fifty layers are one function."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.compiler.circuit import is_scalar_constant, settings
from chainrule.compiler.define import Definitions
from chainrule.compiler.group import Group
from chainrule.compiler.memory import Slot
from chainrule.graph.node import ConstantNode, Node


@dataclass
class Form:
    """A group of gates with numbers in the place of its arrays.

    Attributes:
        key: equal for groups whose kernels are the same but for their arrays.
        arrays: the slots of the arrays, by number.
    """

    definitions: Definitions
    slots: Mapping[Node, Slot]
    own: dict[Node, int]
    key: Any = None
    arrays: list[Slot] = field(default_factory=list)

    def gate(self, node: Node) -> Any:
        """Return what a gate computes, by numbers."""
        stored = self.number(node) if node in self.slots else None
        inputs = tuple(self.reference(x) for x in node.inputs)
        return node.op, settings(node), node.shape, node.dtype.str, stored, inputs

    def reference(self, node: Node) -> Any:
        """Return how a gate refers to an input."""
        if node in self.own:
            return "own", self.own[node]
        if node in self.definitions.virtual:
            return "virtual", self.gate(node)
        if isinstance(node, ConstantNode) and is_scalar_constant(node):
            weak = type(node.value) in (int, float)
            return "number", weak, node.dtype.str, np.asarray(node.value).tobytes()
        return "array", self.number(node), node.shape, node.dtype.str

    def number(self, node: Node) -> int:
        slot = self.slots[node]
        if slot not in self.arrays:
            self.arrays.append(slot)
        return self.arrays.index(slot)


def form(group: Group, definitions: Definitions, slots: Mapping[Node, Slot]) -> Form:
    """Return the form of a group."""
    made = Form(definitions, slots, {node: n for n, node in enumerate(group.nodes)})
    gates = tuple(made.gate(node) for node in group.nodes)
    made.key = (group.kind, gates, tuple(slot.align for slot in made.arrays))
    return made
