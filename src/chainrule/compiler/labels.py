"""What gates and arrays are called when a plan is shown."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from chainrule.compiler.memory import Slot
from chainrule.compiler.plan import Plan
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.source import resolve

WORDS = {"positive": "copy"}


class Label(NamedTuple):
    """The module that a gate belongs to, its op, and the variable that it was stored in."""

    module: str
    op: str
    variable: str = ""


def gate_labels(gates: Iterable[Node]) -> dict[Node, Label]:
    """Return what is known about each gate by name.

    A line such as `loss = cr.losses.huber(y, t)` makes many gates: the last of them is `loss`.
    """
    listed = list(gates)
    last = {node.place: node for node in sorted(listed, key=lambda n: n.age) if node.place}
    found = {}
    for node in listed:
        assert node.op is not None
        source = None
        if not node.scope and node.place and last[node.place] is node:
            source = resolve(node.place)
        variable = source.variable if source else ""
        found[node] = Label(node.scope, WORDS.get(node.op.name, node.op.name), variable)
    return found


def array_names(
    plan: Plan, labels: Mapping[Node, Label], outputs: Sequence[str]
) -> dict[Node, str]:
    """Return a name of its own for each array; an update bears the name of what it replaces."""
    taken: Counter[str] = Counter()
    names = {node: unique(node.name or f"input {k}", taken)
             for k, node in enumerate(plan.circuit.inputs)}  # fmt: skip
    names |= {node: unique(f"constant {k}", taken) for k, node in enumerate(plan.constants)}
    by_slot = {plan.slots[node]: name for node, name in names.items()}
    for node, slot in plan.slots.items():
        if node not in names:
            found = by_slot.get(slot) if slot.kind == "input" else None
            names[node] = found or unique(named(node, slot, labels, outputs), taken)
    return names


def named(node: Node, slot: Slot, labels: Mapping[Node, Label], outputs: Sequence[str]) -> str:
    """Return what an array is called if nothing else is called so."""
    if slot.kind == "output":
        given = outputs[slot.number] if slot.number < len(outputs) else ""
        return given or f"output {slot.number}"
    module, op, variable = labels[node]
    return f"{module}.{op}" if module else variable or op


def unique(name: str, taken: Counter[str]) -> str:
    """Return the name, with a number if it is in use."""
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}#{taken[name]}"


def is_array(node: Node) -> bool:
    """Return whether a node lies in memory: single numbers that are known stand in the code."""
    return not (isinstance(node, ConstantNode) and not node.shape)
