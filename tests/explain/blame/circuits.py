"""Small circuits that have been run, to ask who is to blame."""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.explain.blame.culprit import Culprit, Ran, culprit
from chainrule.explain.blame.running import by_numpy, run
from chainrule.graph.node import Node
from chainrule.graph.trace import trace


def ran(f: Callable[..., Any], *given: Any, meant: tuple[int, ...] = ()) -> Ran:
    """Return a run of `f` on arrays; the infinities of the arguments numbered `meant` are meant."""
    arrays = [np.asarray(x) for x in given]
    found = trace(f, *arrays)
    values = run(found.outputs, dict(zip(found.inputs, arrays, strict=True)), by_numpy)
    return Ran(found.outputs, values, by_numpy, frozenset(found.inputs[i] for i in meant))


def named(found: Culprit | None) -> str:
    """Return the op of the culprit, or the name of the leaf."""
    if found is None:
        return ""
    node: Node = found.node
    return node.op.name if node.op else node.name or "constant"


def to_blame(f: Callable[..., Any], *given: Any, meant: tuple[int, ...] = ()) -> str:
    return named(culprit(ran(f, *given, meant=meant)))
