"""Indices as plain data: what stands between the brackets of `x[...]`, to be kept and written down.

A packed index is a tuple with, for each part, an int, None (a new axis), ("slice", start, stop,
step) or "array". Each "array" stands for an array of integers that is a further input of the
gate, so that it may be computed too. Ellipses and boolean masks are gone: an ellipsis becomes full
slices, a mask the integer arrays of its true positions, exactly as in NumPy.
"""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.errors import DtypeError, UsageError
from chainrule.graph.refusal import no_positions
from chainrule.graph.shapes import Mismatch, Shape, stand_in

ARRAY = "array"
FULL = ("slice", None, None, None)


def pack(index: Any, shape: Shape, given: Sequence[Any] = ()) -> tuple[list[Any], tuple[Any, ...]]:
    """Return the integer arrays in `index`, and the packed index.

    Args:
        index: as NumPy takes it, or packed already.
        shape: the shape of what is indexed.
        given: the arrays that the parts "array" of a packed index stand for.
    """
    if type(index) is int:  # by far the most frequent
        return [], (index,)
    several = isinstance(index, tuple) and not is_packed_slice(index)
    parts = [read_part(part) for part in (index if several else (index,))]
    waiting = list(given)
    arrays: list[Any] = []
    packed: list[Any] = []
    axis = 0
    for part in expand_ellipsis(parts, shape):
        taken = axes_taken(part)
        if is_mask(part):
            found = true_positions(part, shape, axis)
        elif is_array(part):
            found = [part]
        else:
            found = [waiting.pop(0)] if part == ARRAY else []
        arrays += found
        packed += [ARRAY] * len(found) if found else [part]
        axis += taken
    return arrays, tuple(packed)


def unpack(packed: Sequence[Any], arrays: Sequence[Any]) -> tuple[Any, ...]:
    """Return the index as NumPy takes it."""
    waiting = iter(arrays)
    return tuple(
        slice(*part[1:]) if isinstance(part, tuple) else next(waiting) if part == ARRAY else part
        for part in packed
    )


def indexed(shape: Shape, *others: Shape, index: Any = (), **attrs: Any) -> Shape:
    """Return the shape of `x[index]`; `others` are the shapes of the arrays in the index."""
    arrays = [np.zeros(s, np.intp) for s in others]
    try:
        return tuple(stand_in(shape)[unpack(index, arrays)].shape)
    except IndexError as error:
        raise Mismatch(str(error)) from None


def scattered(updates: Shape, *others: Shape, shape: Shape, index: Any = ()) -> Shape:
    """Return `shape`; the updates must have the shape of what the index finds there."""
    needed = indexed(shape, *others, index=index)
    if updates != needed:
        raise Mismatch(f"the index finds {needed} in {shape}, and the updates must have that shape")
    return shape


def read_part(part: Any) -> Any:
    """Return one part of an index as plain data, or as an array or a gate of integers."""
    if part is None or part is Ellipsis or is_packed_slice(part):
        return part
    if isinstance(part, str) and part == ARRAY:
        return part
    if isinstance(part, slice):
        ends = (part.start, part.stop, part.step)
        return ("slice", *(None if end is None else operator.index(end) for end in ends))
    if isinstance(part, (bool, np.bool_)):
        raise UsageError("a single True or False is no index", hint="index with an array or None")
    if isinstance(part, (int, np.integer)):
        return int(part)
    return read_array(part)


def read_array(part: Any) -> Any:
    """Return an array of integers or booleans; a single known integer becomes an int."""
    array = part if hasattr(part, "shape") else np.asarray(part)
    if array is not part and array.size == 0:
        array = array.astype(np.intp)
    if array.dtype.kind not in "iub":
        raise DtypeError(
            f"an index must be made of integers or booleans, got {array.dtype.name}",
            hint="convert it: index.astype(int)",
        )
    known = not getattr(array, "symbolic", False)
    return int(array) if known and array.shape == () and array.dtype.kind != "b" else array


def is_packed_slice(part: Any) -> bool:
    return isinstance(part, tuple) and len(part) == 4 and isinstance(part[0], str)


def is_array(part: Any) -> bool:
    return hasattr(part, "shape")


def is_mask(part: Any) -> bool:
    return is_array(part) and part.dtype.kind == "b"


def axes_taken(part: Any) -> int:
    """Return how many axes of the indexed array a part takes."""
    if part is None or part is Ellipsis:
        return 0
    return len(part.shape) if is_mask(part) else 1


def expand_ellipsis(parts: list[Any], shape: Shape) -> list[Any]:
    """Put full slices where the ellipsis stands."""
    places = [i for i, part in enumerate(parts) if part is Ellipsis]
    if len(places) > 1:
        raise UsageError("an index can have only one ellipsis (...)")
    taken = sum(axes_taken(part) for part in parts)
    if taken > len(shape):
        needed = f"too many indices, {taken} for {len(shape)} dimension{'s' * (len(shape) != 1)}"
        raise Mismatch(needed).named("getitem", [shape])
    if not places:
        return parts
    at = places[0]
    return [*parts[:at], *[FULL] * (len(shape) - taken), *parts[at + 1 :]]


def true_positions(mask: Any, shape: Shape, axis: int) -> list[Any]:
    """Return the integer arrays that pick what a boolean mask picks."""
    value = getattr(mask, "value", None if getattr(mask, "symbolic", False) else mask)
    if value is None:
        raise no_positions(mask)
    covered = shape[axis : axis + len(mask.shape)]
    if tuple(mask.shape) != covered:
        raise Mismatch(
            f"the boolean index has shape {tuple(mask.shape)}, but the axes it covers {covered}"
        ).named("getitem", [shape])
    return list(np.nonzero(np.asarray(value)))
