"""Which entries of a gate's operands reach which of its entries.

Only the structure counts, not the numbers: an entry reaches another also where a slope is 0.
"""

from typing import Any

import numpy as np

from chainrule.autodiff.reverse import gather_to, one_for_each
from chainrule.graph import shapes
from chainrule.graph.registry import Op

Array = Any


def reaching(gate: Any, position: int, entries: Array, operands: list[Array]) -> Array:
    """Return which entries of an operand reach some of these entries of the gate, as a mask.

    Args:
        gate: the gate.
        position: number of the operand.
        entries: mask of the gate's shape.
        operands: values of all operands; of floats only the shapes matter.
    """
    shape = np.shape(operands[position])
    if not entries.any():
        return np.zeros(shape, bool)
    if gate.op.shape is shapes.broadcast:
        return folded(entries, shape)
    if gate.op.arity == 1 and {"axis", "keepdims"} <= set(gate.attrs):
        return unfolded(entries, shape, gate.attrs["axis"])
    found = pulled(gate, position, entries, operands)
    if found is None:
        found = by_rows(entries, shape)
    return found


def folded(entries: Array, shape: tuple[int, ...]) -> Array:
    """Return the mask before it was broadcast from this shape."""
    extra = entries.ndim - len(shape)
    found = entries.any(axis=tuple(range(extra)))
    repeated = tuple(i for i, n in enumerate(shape) if n == 1)
    return found.any(axis=repeated, keepdims=True) if repeated else found


def unfolded(entries: Array, shape: tuple[int, ...], axis: Any) -> Array:
    """Return the mask before axes were reduced."""
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {a % len(shape) for a in axes}
    kept = tuple(1 if i in gone else n for i, n in enumerate(shape))
    return np.broadcast_to(entries.reshape(kept), shape)


def pulled(gate: Any, position: int, entries: Array, operands: list[Array]) -> Array | None:
    """Return the mask by pulling a gradient back, at numbers drawn at random.

    None where the gate hands no gradient to this operand, or refuses the numbers.
    """
    rng = np.random.default_rng(0)
    drawn = [anywhere(gate.op, i, x, rng) for i, x in enumerate(operands)]
    try:
        with np.errstate(all="ignore"):
            z = np.asarray(gate.op.compute(drawn, gate.attrs))
            if z.dtype.kind != "f":
                return None
            g = np.where(entries, rng.uniform(1, 2, entries.shape), 0.0).astype(z.dtype)
            share = one_for_each(gate, gate.op.rule(g, z, *drawn, **gate.attrs))[position]
            if share is None:
                return None
            found = np.asarray(gather_to(np.asarray(share), np.shape(operands[position])))
            return ~np.equal(found, 0)  # NaN reaches as well
    except Exception:  # a gate of the user's own may refuse in any way: then less is known
        return None


def anywhere(op: Op, position: int, x: Array, rng: np.random.Generator) -> Array:
    """Return numbers of the operand's shape from the op's domain; what is no float stays."""
    if np.asarray(x).dtype.kind != "f":
        return x
    low, high = domain(op, position)
    return rng.uniform(low, high, np.shape(x))


def domain(op: Op, position: int) -> tuple[float, float]:
    """Return an interval on which the op is finite."""
    found = op.domain
    if found is bool:
        return (0.0, 1.0)
    if not isinstance(found[0], (int, float)):
        found = found[min(position, len(found) - 1)]
    return (0.0, 1.0) if found is bool else found


def by_rows(entries: Array, shape: tuple[int, ...]) -> Array:
    """Return the rows of the entries where both have as many rows, else everything."""
    if not shape or not entries.ndim or shape[0] != entries.shape[0]:
        return np.ones(shape, bool)
    rows = entries.any(axis=tuple(range(1, entries.ndim)))
    return np.broadcast_to(rows.reshape(-1, *(1 for _ in shape[1:])), shape)
