"""Arrays from their entries: a slow, simple reading of what `lower` returns.

Every entry is computed by itself, with NumPy's scalars, which promote as its arrays do.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from chainrule.graph.builder import (
    INTEGER,
    Builder,
    Cast,
    Entries,
    Load,
    Order,
    Position,
    Reduce,
    Running,
    Write,
    Writes,
)
from chainrule.graph.formula import NUMPY, Apply, Expression, Number
from chainrule.graph.formula import fold as folded
from chainrule.graph.place import Digit, Index, Lookup, Place, flat, indices, place

Turn = Mapping[Index, int]
ON_BITS = {
    "bit_and": np.bitwise_and,
    "bit_or": np.bitwise_or,
    "bit_xor": np.bitwise_xor,
    "shift_left": np.left_shift,
    "shift_right": np.right_shift,
}
FUNCTIONS = {**NUMPY, **{name: ON_BITS.get(name) or getattr(np, name) for name in INTEGER}}
COMBINE = {
    "add": (np.add, 0),
    "multiply": (np.multiply, 1),
    "maximum": (np.maximum, None),
    "minimum": (np.minimum, None),
    "logical_or": (np.logical_or, False),
    "logical_and": (np.logical_and, True),
}


def entries_of(x: Any) -> Entries:
    """Return an input as `lower` sees it; Python numbers stay without a dtype of their own."""
    array = np.asarray(x)
    if type(x) in (int, float):
        return Entries((), array.dtype, lambda at: Number(x))
    return Entries(array.shape, array.dtype, lambda at: Load(array, flat(at, array.shape)))


def lowered(
    lower: Any, inputs: Sequence[Any], attrs: Any, shape: tuple[int, ...]
) -> tuple[Any, tuple[Index, ...]]:
    """Return what an op declares for an output of this shape, and the indices of its entries."""
    at = indices(shape)
    return lower(Builder(), tuple(map(place, at)), *map(entries_of, inputs), **attrs), at


def computed(found: Any, at: Sequence[Index], dtype: Any) -> Any:
    """Return the whole output."""
    shape = tuple(i.size for i in at)
    made = np.empty(shape, dtype)
    with np.errstate(all="ignore"):
        if isinstance(found, Writes):
            written = np.zeros(shape, bool)
            for part in found.parts:
                write(part, made, written)
            assert written.all(), "no part writes these entries"
        elif isinstance(found, Running):
            each = every(found.value, at, shape, dtype)
            np.cumsum(each, found.axis, out=made)
        elif isinstance(found, Order):
            each = np.array(every(found.value, at, shape, None))
            made[...] = np.argsort(each, found.axis, kind="stable")
        else:
            made[...] = every(found, at, shape, dtype)
    return made


def every(expr: Expression, at: Sequence[Index], shape: tuple[int, ...], dtype: Any) -> Any:
    """Return the values of an expression at all places of a box."""
    values = [np.asarray(value(expr, turn)) for turn in turns(at)]
    kind = dtype or (values[0].dtype if values else float)
    return np.array([v.astype(kind) for v in values], kind).reshape(shape)


def turns(loops: Sequence[Index]) -> Iterator[dict[Index, int]]:
    """Return every turn of nested loops."""
    for found in product(*(range(i.size) for i in loops)):
        yield dict(zip(loops, found, strict=True))


def write(part: Write, made: Any, written: Any) -> None:
    for turn in turns(part.space):
        at = tuple(number(p, turn) for p in part.at)
        assert all(0 <= p < n for p, n in zip(at, made.shape, strict=True)), f"{at} lies outside"
        assert written[at] or not part.adds, "what is added to has no value yet"
        found = np.asarray(value(part.value, turn)).astype(made.dtype)
        made[at] = np.add(made[at], found) if part.adds else found
        written[at] = True


def value(expr: Expression, turn: Turn) -> Any:
    """Return the value of an expression at one turn of the loops."""
    return folded(expr, lambda node, inputs: one(node, inputs, turn))


def one(node: Expression, inputs: Sequence[Any], turn: Turn) -> Any:
    if isinstance(node, Apply):
        return FUNCTIONS[node.op](*inputs)
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Load):
        at = number(node.at, turn)
        assert 0 <= at < node.array.size, f"entry {at} of {node.array.size}"
        return node.array.reshape(-1)[at]
    if isinstance(node, Position):
        return np.int64(number(node.at, turn))
    if isinstance(node, Cast):
        return np.asarray(value(node.value, turn)).astype(node.dtype)[()]
    assert isinstance(node, Reduce), f"nobody knows the value of {node}"
    return reduced(node, turn)


def reduced(node: Reduce, turn: Turn) -> Any:
    values = [value(node.body, {**turn, **inner}) for inner in turns(node.over)]
    if node.how in ("argmax", "argmin"):
        return getattr(np, node.how)(np.array(values))
    combine, start = COMBINE[node.how]
    total = values[0] if values else start
    for v in values[1:]:
        total = combine(total, v)
    return total


def number(at: Place, turn: Turn) -> int:
    """Return a place as a number."""
    return at.constant + sum(factor * step(atom, turn) for atom, factor in at.terms)


def step(atom: Any, turn: Turn) -> int:
    if isinstance(atom, Index):
        return turn[atom]
    if isinstance(atom, Digit):
        whole = number(atom.place, turn)
        assert whole >= 0, f"a negative number {whole} has no digits"
        return whole // atom.stride % atom.size
    assert isinstance(atom, Lookup)
    found = int(value(atom.value, turn))
    if not -atom.size <= found < atom.size:
        raise IndexError(f"index {found} is out of bounds for an axis of size {atom.size}")
    return found % atom.size
