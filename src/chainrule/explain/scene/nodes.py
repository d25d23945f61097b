"""The nodes of a scene, each from what a graph knows of it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chainrule.explain.algebra.local import gate_expression
from chainrule.explain.scene.boxes import Box, name_of
from chainrule.explain.scene.records import LEAF, MODULE, OP, Origin, SceneNode
from chainrule.explain.scene.symbols import symbol
from chainrule.explain.scene.values import shown_value
from chainrule.explain.verdicts import near
from chainrule.explain.view import GateView
from chainrule.graph.node import Node
from chainrule.graph.source import Source

PARAMETER = re.compile(r"(w|b|θ|theta|β|beta|weight|bias)_?\d*", re.IGNORECASE)
ONE_INPUT = "Beside a constant there is one input, which receives local gradient times upstream."


def value_node(view: GateView, identity: str, kind: str, parent: str) -> SceneNode:
    """Return a node without a gate: a leaf, a branch or the output."""
    return SceneNode(
        id=identity,
        kind=kind,
        label=view.label,
        name=view.name,
        parent=parent,
        shape=view.shape,
        dtype=view.node.dtype.name,
        value=shown_value(view.value),
        grad=shown_value(view.grad),
    )


def leaf_node(view: GateView, identity: str, parent: str, use: str) -> SceneNode:
    return replace(value_node(view, identity, LEAF, parent), use=use)


def gate_node(view: GateView, identity: str, parent: str, arrays: Mapping[Node, str]) -> SceneNode:
    return SceneNode(
        id=identity,
        kind=OP,
        label=view.label,
        name=view.name,
        op=view.op,
        symbol=symbol(view),
        role=view.role_here,
        parent=parent,
        shape=view.shape,
        dtype=view.node.dtype.name,
        source=origin(view.source),
        formula=gate_expression(view, arrays),
        says=sentence_of(view),
        value=shown_value(view.value),
        grad=shown_value(view.grad),
    )


def box_node(box: Box, identity: str, parent: str, graph: Any) -> SceneNode:
    label, kind = name_of(box, graph.classes, graph.first)
    return SceneNode(
        id=identity,
        kind=MODULE,
        label=label,
        name=label,
        op=kind,
        parent=parent,
        gates=box.gates,
    )


def use_of(graph: Any, view: GateView) -> str:
    """Return whether a leaf is a parameter: what modules hold and train, or what is called so."""
    if view.op == "constant":
        return "data"
    if view.name in graph.arrays:
        return str(graph.arrays[view.name])
    return "parameter" if PARAMETER.fullmatch(view.label) else "data"


def origin(source: Source | None) -> Origin | None:
    if source is None or not source.text:
        return None
    file = near(source.file)
    file = Path(file).name if Path(file).is_absolute() else file  # a drawing may be handed on
    return Origin(file=file, line=source.line, text=source.text, variable=source.variable)


def sentence_of(view: GateView) -> str:
    """Return what a gate does to gradients at its place: some have one input left to hand one."""
    assert view.node.op is not None
    live = sum(x.differentiable for x in view.node.inputs)
    if live == 1 < len(view.node.inputs) and not view.node.op.variadic:
        return ONE_INPUT
    return sentence(view.node.op.__doc__ or "")


def sentence(doc: str) -> str:
    """Return the first sentence of what an op says of itself, without marks of emphasis.

    >>> sentence("Scale by the *other* input. More.")
    'Scale by the other input.'
    """
    paragraph = " ".join(doc.split("\n\n")[0].split())
    first = re.split(r"(?<=[.!?]) (?=[A-Z])", paragraph)[0]
    return re.sub(r"[*`]", "", first)
