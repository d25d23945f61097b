"""Why no gradient arrives, and what is remarkable where one does: in words."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from chainrule.explain.derivation.ways import between
from chainrule.explain.scene.records import CheckRow
from chainrule.explain.view import GateView


def reason_of(graph: Any, view: GateView) -> str:
    """Say why no gradient flows from the output to a value."""
    root = graph.output
    if not view.node.differentiable and view.is_leaf:
        return f"{view.label} holds {view.node.dtype.name}: only real numbers carry gradients"
    behind = between(view.node, (gate.node for gate in graph.gates))
    if root.node not in behind:
        return f"{root.label} does not depend on {view.label}"
    walls = [gate for gate in graph.gates if gate.node in behind and stops(gate, view, behind)]
    if not walls:
        return f"no gradient flows from {root.label} to {view.label}"
    names = ", ".join(f"{gate.op} ({gate.label})" for gate in walls)
    verb = "lets" if len(walls) == 1 else "let"
    return f"every path from {view.label} to {root.label} is blocked: {names} {verb} none through"


def stops(gate: GateView, view: GateView, behind: Any) -> bool:
    """Tell whether a gate takes what depends on the value and hands nothing back to it."""
    if gate.node is view.node:
        return False
    taken = [i for i, x in enumerate(gate.node.inputs) if x in behind]
    carries = any(gate.node.inputs[i].differentiable for i in taken)
    handed = any(gate.downstream[i] is not None for i in taken)
    reached = gate.upstream is not None or not gate.node.differentiable
    return carries and reached and not handed


def notes_of(graph: Any, view: GateView, rows: Iterable[CheckRow]) -> tuple[str, ...]:
    """Say what a reader should know: sums of arrays, kinks, values that are not finite."""
    root = graph.output
    notes = []
    if root.shape and root.grad is not None:
        ones = bool(np.all(np.asarray(root.grad) == 1))
        how = "are added up" if ones else "are weighed by the gradient that entered"
        notes.append(f"{root.label} is an array: its entries {how}")
    bad = graph.first_not_finite
    if bad is not None:
        notes.append(f"{bad.label} is the first value that is not finite")
    elif view.grad is not None and not np.all(np.isfinite(view.grad)):
        notes.append("all values are finite, the gradient is not")
    kinks = [row.input for row in rows if row.verdict == "kink"]
    if kinks:
        notes.append(f"at {', '.join(kinks)} lies a kink: backprop takes one of the two slopes")
    return tuple(notes)
