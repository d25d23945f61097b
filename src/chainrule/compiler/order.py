"""Writes kernels that sort: the places of the entries of each line in rising order.

A line is sorted by merging ever longer runs, two by two, between two lists of places. Equal entries
keep their order; NaN comes last.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.compiler.code import Function
from chainrule.compiler.entry import Typed, stored
from chainrule.compiler.kernel import Kernel, over
from chainrule.compiler.memory import Slot, padded
from chainrule.compiler.values import Value, constant, size_of
from chainrule.graph.builder import Order
from chainrule.graph.place import Index, Place, indices, place


@dataclass
class Line:
    """One line while it is sorted: its entries, and places in `source` that go to `target`."""

    f: Function
    dtype: np.dtype[Any]
    size: int
    keys: Value
    source: Value
    target: Value


def write_order(k: Kernel) -> None:
    """Write a kernel that sorts along an axis."""
    (node,) = k.group.nodes
    space = indices(node.shape)
    found = k.definitions.of(node, [place(i) for i in space])
    assert isinstance(found, Order)
    run = space[found.axis]
    dtype = key_dtype(found, k)
    scratch = k.slot_pointer(Slot("scratch", 0, 64))
    bytes_of_keys = padded(run.size * size_of(stored(dtype)))
    places = padded(8 * run.size)
    lists = [k.f.at(scratch, "i8", bytes_of_keys + n * places) for n in (0, 1)]
    with ExitStack() as stack:
        outer = over(k.f, [i for i in space if i is not run], stack)
        with k.f.loop(run.size) as loop:
            writer = k.writer({**outer, run: loop.index})
            key = writer.write(found.value, dtype)
            k.f.store(writer.in_memory(key), k.f.at(scratch, stored(dtype), loop.index))
            k.f.store(loop.index, k.f.at(lists[0], "i64", loop.index))
        line = Line(k.f, dtype, run.size, scratch, *lists)
        sort(line)
        with k.f.loop(run.size) as loop:
            here = k.f.load("i64", k.f.at(line.source, "i64", loop.index))
            writer = k.writer({**outer, run: loop.index})
            at = flat_of(space, node.shape)
            writer.store(node, at, Typed(here, np.dtype(np.int64)))


def flat_of(space: tuple[Index, ...], shape: tuple[int, ...]) -> Place:
    total = Place(0)
    for index, size in zip(space, shape, strict=True):
        total = total * size + index
    return total


def sort(line: Line) -> None:
    """Merge runs of 1, 2, 4 ... places; the sorted list ends up in `line.source`."""
    width = 1
    while width < line.size:
        with line.f.loop(line.size, step=2 * width) as loop:
            merge(line, loop.index, width)
        line.source, line.target = line.target, line.source
        width *= 2


def merge(line: Line, start: Value, width: int) -> None:
    """Merge the runs [start, middle) and [middle, end)."""
    f = line.f
    size = constant("i64", line.size)
    middle = f.intrinsic("smin", "i64", f.add(start, constant("i64", width)), size)
    end = f.intrinsic("smin", "i64", f.add(start, constant("i64", 2 * width)), size)
    last = constant("i64", line.size - 1)
    with f.loop(end, start, carried=[start, middle]) as loop:
        i, j = loop.carried
        left = f.load("i64", f.at(line.source, "i64", f.intrinsic("smin", "i64", i, last)))
        right = f.load("i64", f.at(line.source, "i64", f.intrinsic("smin", "i64", j, last)))
        first_is_left = f.bit_or(f.compare("ge", j, end), f.bit_not(less(line, right, left)))
        takes = f.bit_and(f.compare("lt", i, middle), first_is_left)
        chosen = f.select(takes, left, right)
        f.store(chosen, f.at(line.target, "i64", loop.index))
        step = f.convert(takes, "i64")
        loop.next = [f.add(i, step), f.add(j, f.sub(constant("i64", 1), step))]


def less(line: Line, a: Value, b: Value) -> Value:
    """Return whether the entry at place `a` comes before that at `b`."""
    f = line.f
    kind = stored(line.dtype)
    x, y = (f.load(kind, f.at(line.keys, kind, p)) for p in (a, b))
    if line.dtype.kind != "f":
        return f.compare("lt" if line.dtype.kind == "i" else "ult", x, y)
    number_first = f.bit_and(f.compare("eq", x, x), f.compare("ne", y, y))
    return f.bit_or(f.compare("lt", x, y), number_first)


def key_dtype(found: Order, k: Kernel) -> np.dtype[Any]:
    return k.dtype_of(found.value)


def order_bytes(k: Kernel) -> int:
    """Return how much scratch memory sorting takes."""
    (node,) = k.group.nodes
    longest = max(node.shape, default=1)
    return 3 * padded(8 * longest)
