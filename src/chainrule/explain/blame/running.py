"""A step's circuit run gate by gate, with every value kept.

Denormal numbers count as 0, as in training. Where NumPy does not come to what native code did, the
gates are compiled one at a time.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit, like
from chainrule.compiler.executable import Code, compiled
from chainrule.compiler.steps import Steps
from chainrule.graph.node import ConstantNode, Node, ancestors, leaf

Array = Any
Compute = Callable[[Node, Sequence[Array]], Array]


def run(outputs: Sequence[Node], given: Mapping[Node, Array], compute: Compute) -> dict[Node, Any]:
    """Return the value of each node that the outputs depend on; `given` are those of the leaves."""
    values: dict[Node, Any] = {}
    with np.errstate(all="ignore"):
        for node in ancestors(outputs):
            if isinstance(node, ConstantNode):
                values[node] = node.value
            elif node.op is None:
                values[node] = flushed(given[node])
            else:
                values[node] = compute(node, [values[x] for x in node.inputs])
    return values


def by_numpy(gate: Node, operands: Sequence[Array]) -> Array:
    """Compute a gate as its declaration says it."""
    assert gate.op is not None
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of empty slices: training says nothing
        return flushed(gate.op.compute(list(operands), gate.attrs))


def flushed(value: Any) -> Any:
    """Return an array with denormal numbers replaced by 0."""
    if getattr(value, "dtype", np.dtype(int)).kind != "f":
        return value
    tiny = np.abs(value) < np.finfo(value.dtype).tiny
    return np.where(tiny, value.dtype.type(0), value) if np.any(tiny) else value


class ByNative:
    """Computes gates by native code of their own."""

    def __init__(self) -> None:
        self._codes: dict[Node, Code] = {}

    def __call__(self, gate: Node, operands: Sequence[Array]) -> Array:
        """Return a gate's value."""
        if gate not in self._codes:
            self._codes[gate] = alone(gate)
        taken = [x for x in gate.inputs if not isinstance(x, ConstantNode)]
        at = dict(zip(gate.inputs, operands, strict=True))
        arrays = [
            np.ascontiguousarray(at[x], x.dtype).reshape(x.shape) for x in dict.fromkeys(taken)
        ]
        return self._codes[gate](arrays)[0]


def alone(gate: Node) -> Code:
    """Return native code for a single gate; constants stay what they are."""
    taken = dict.fromkeys(x for x in gate.inputs if not isinstance(x, ConstantNode))
    fresh = {x: leaf(x.shape, x.dtype) for x in taken}
    made = like(gate, [fresh.get(x, x) for x in gate.inputs])
    return compiled(Circuit(tuple(fresh.values()), (made,)), Steps(flushes=True))
