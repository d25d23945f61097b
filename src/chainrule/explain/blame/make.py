"""From a run of a step's circuit to what is said about it."""

import os
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.explain.blame.culprit import Culprit, Ran, culprit
from chainrule.explain.blame.influence import reaching
from chainrule.explain.blame.records import Blame, Line, Operand
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.source import Place, resolve

Array = Any
SHOWN = 6  # entries of an operand that are told one by one


@dataclass(frozen=True)
class Label:
    """What a node of a step's circuit is called.

    Attributes:
        name, rule_of, phase: see `Blame`.
        kind: of a leaf, see `Blame.kind`; "gate" for gates.
        place: the user's line behind it.
    """

    name: str
    kind: str = "gate"
    phase: str = ""
    rule_of: str = ""
    place: Place = None


def blame(ran: Ran, labels: Mapping[Node, Label], step: int, loss: float) -> Blame | None:
    """Return who is to blame for outputs that are not finite; None if all are.

    `rows` of the result are those of the leaves of kind "x" and "y"; `batch` and `remedy` are left
    to whoever knows the data.
    """
    found = culprit(ran)
    if found is None:
        return None
    if isinstance(found.node, ConstantNode):
        return of_constant(ran, found, labels, step, loss)
    label = labels[found.node]
    said = Blame(label.kind, step, loss, label.name, rule_of=label.rule_of, phase=label.phase)
    said = replace(said, **what(ran, found, labels), source=line(label.place))
    return replace(said, rows=rows(ran, found, labels), reached=reached(ran, found, labels))


def of_constant(
    ran: Ran, found: Culprit, labels: Mapping[Node, Label], step: int, loss: float
) -> Blame:
    """Return the blame of a number in the code: the first gate that takes it is named."""
    gate = next(x for x in ran.order if found.node in x.inputs)
    label = labels[gate]
    at = Culprit(gate, ran.bad[gate] if gate in ran.bad else np.ones(gate.shape, bool))
    said = Blame("constant", step, loss, label.name, rule_of=label.rule_of, phase=label.phase)
    said = replace(said, **what(ran, at, labels), source=line(label.place))
    return replace(said, reached=reached(ran, at, labels))


def what(ran: Ran, found: Culprit, labels: Mapping[Node, Label]) -> dict[str, Any]:
    """Return the entry at fault, and the gate's operands as they reach it."""
    node = found.node
    element = tuple(int(i) for i in np.argwhere(found.entries)[0])
    here = np.zeros(found.entries.shape, bool)
    here[element] = True
    operands = [
        operand(name_of(x, labels), value, reaching(node, i, here, ran.operands(node)))
        for i, (x, value) in enumerate(zip(node.inputs, ran.operands(node), strict=True))
    ]
    return {
        "op": node.op.name if node.op else "",
        "element": element,
        "elements": int(found.entries.sum()),
        "result": operand(labels[node].name, ran.values[node], here),
        "operands": tuple(operands),
    }


def operand(name: str, value: Array, mask: Array) -> Operand:
    """Return the ranges of an array, and its entries in the mask."""
    array = np.asarray(value)
    numbers = array[np.isfinite(array)] if array.dtype.kind == "f" else array.ravel()
    there = array[mask].ravel()
    told = there if there.size <= SHOWN else largest(there)
    return Operand(
        name=name,
        shape=array.shape,
        dtype=array.dtype.name,
        least=float(numbers.min()) if numbers.size else None,
        greatest=float(numbers.max()) if numbers.size else None,
        nan=int(np.isnan(array).sum()) if array.dtype.kind == "f" else 0,
        inf=int(np.isinf(array).sum()) if array.dtype.kind == "f" else 0,
        at=tuple(float(v) for v in told),
        reaching=int(there.size),
    )


def largest(entries: Array) -> Array:
    """Return the entries of the largest size, NaN and infinities first."""
    sizes = np.nan_to_num(np.abs(entries.astype(np.float64)), nan=np.inf)
    return entries[np.argsort(-sizes, kind="stable")[:SHOWN]]


def name_of(node: Node, labels: Mapping[Node, Label]) -> str:
    """Return what a node is called; a constant is called by its value."""
    if isinstance(node, ConstantNode):
        return f"{float(node.value):g}" if not node.shape else "an array in the code"
    return labels[node].name


def rows(ran: Ran, found: Culprit, labels: Mapping[Node, Label]) -> tuple[int, ...]:
    """Return the rows of x, or else of y, that reach the entries at fault."""
    at = {node: mask for node, mask in upstream(ran, found).items() if node.op is None}
    for kind in ("x", "y"):
        for node, mask in at.items():
            if node in labels and labels[node].kind == kind and mask.any():
                hit = mask.reshape(len(mask), -1).any(axis=1)
                return tuple(int(i) for i in np.flatnonzero(hit))
    return ()


def upstream(ran: Ran, found: Culprit) -> dict[Node, Array]:
    """Return which entries of each node reach the entries at fault."""
    at = {found.node: found.entries}
    for node in reversed(ran.order):
        if node not in at or node.op is None:
            continue
        for i, x in enumerate(node.inputs):
            if isinstance(x, ConstantNode):
                continue
            mask = reaching(node, i, at[node], ran.operands(node))
            at[x] = at[x] | mask if x in at else mask
    return at


def reached(ran: Ran, found: Culprit, labels: Mapping[Node, Label]) -> tuple[str, ...]:
    """Return the names of what became bad by the culprit, in the order of execution."""
    hit = {found.node}
    names: dict[str, None] = {}
    for node in ran.order:
        if node in ran.bad and any(x in hit for x in node.inputs):
            hit.add(node)
            names[labels[node].name] = None
    names.pop(labels[found.node].name, None)
    return tuple(names)


def line(place: Place) -> Line | None:
    """Return the line of code, unless it is one of Python's own or of an installed package."""
    source = resolve(place)
    if source is None or not source.text or within(source.file, installed()):
        return None
    return Line(source.file, source.line, source.text)


def installed() -> Iterable[str]:
    """Return where Python and packages are installed."""
    return {sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}


def within(file: str, folders: Iterable[str]) -> bool:
    path = os.path.realpath(file)
    scripts = {str(Path(sys.executable).parent)}
    return any(path.startswith(os.path.realpath(f) + os.sep) for f in {*folders, *scripts})
