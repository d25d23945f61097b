"""Writes kernels that combine many entries into one: sums, extremes, and where those are.

The vector runs along the entries that are combined where these are neighbours in memory (its lanes
are combined at the end), or along the results where those are.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.compiler.code import Function
from chainrule.compiler.define import loads, reduction
from chainrule.compiler.elementary import apply
from chainrule.compiler.entry import Typed, Writer, register
from chainrule.compiler.kernel import Body, Kernel, across, along, fitting, over, tail
from chainrule.compiler.loops import carry
from chainrule.compiler.values import Value, constant, lanes_of, vector
from chainrule.graph.builder import Reduce
from chainrule.graph.place import Index, flat, place

CHAINS = 4  # vectors of results that are under way at once
SHORT = 4  # entries: fewer are combined one by one
ARG = {"argmax": "gt", "argmin": "lt"}
BOOL = np.dtype(bool)


@dataclass
class Combine:
    """How the entries of a reduction are combined, and in which dtype.

    Attributes:
        f: the function that is written.
        how: the name of a function of two numbers, or "argmax" and "argmin".
        dtype: of the entries.
    """

    f: Function
    how: str
    dtype: np.dtype[Any]

    @property
    def result(self) -> np.dtype[Any]:
        return np.dtype(np.int64) if self.how in ARG else self.dtype

    def first(self, lanes: int) -> list[Value]:
        """Return what is held before the first entry."""
        kind = register(self.dtype)
        held = [constant(vector(kind, lanes), identity(self.how, self.dtype))]
        if self.how in ARG:
            held.append(constant(vector("i64", lanes), 0))
        return held

    def add(
        self, held: list[Value], entry: Value, number: Value, mask: Value | None
    ) -> list[Value]:
        """Return what is held after another entry, the one with this number."""
        if mask is not None:
            entry = self.f.select(mask, entry, constant(entry.type, identity(self.how, self.dtype)))
        if self.how not in ARG:
            return [apply(self.f, self.how, held[0], entry, signed=self.dtype.kind != "u")]
        best, where = held
        wins = self._wins(entry, best)
        number = self.f.splat(number, lanes_of(entry.type))
        return [self.f.select(wins, entry, best), self.f.select(wins, number, where)]

    def _wins(self, entry: Value, best: Value) -> Value:
        word = ARG[self.how]
        signed = self.dtype.kind not in "ub"
        wins = self.f.compare(word if signed else f"u{word}", entry, best)
        if self.dtype.kind != "f":
            return wins
        fresh = self.f.bit_and(self.f.compare("ne", entry, entry), self.f.compare("eq", best, best))
        return self.f.bit_or(wins, fresh)


def identity(how: str, dtype: np.dtype[Any]) -> float:
    """Return the number that changes nothing when it is combined with others."""
    if how in ("add", "logical_or"):
        return 0
    if how in ("multiply", "logical_and"):
        return 1
    largest = how in ("minimum", "argmin")
    if dtype.kind == "f":
        return np.inf if largest else -np.inf
    if dtype == BOOL:
        return int(largest)
    limits = np.iinfo(dtype)
    return int(limits.max if largest else limits.min)


def write_reduce(k: Kernel) -> None:
    """Write a kernel that begins with a reduction."""
    body = k.body()
    reduce = reduction(body.statements[0][1])
    assert reduce is not None
    combine = Combine(k.f, reduce.how, k.dtype_of(reduce.body))
    if runs_along_entries(body, reduce):
        write_along_entries(k, body, reduce, combine)
    else:
        write_along_results(k, body, reduce, combine)


def runs_along_entries(body: Body, reduce: Reduce) -> bool:
    """Return whether the vector runs along what is combined."""
    last = reduce.over[-1] if reduce.over else None
    if last is None or last.size < SHORT or reduce.how in ARG:
        return False
    found = loads(reduce.body)
    along_entries = sum(x.at.coefficient(last) == 1 for x in found)
    return along_entries >= sum(x.at.coefficient(body.space[-1]) == 1 for x in found)


def write_along_entries(k: Kernel, body: Body, reduce: Reduce, combine: Combine) -> None:
    *outer, last = reduce.over
    lanes = k.host.lanes(combine.dtype.itemsize)
    lanes = lanes * CHAINS if last.size >= lanes * CHAINS else fitting(lanes, last.size)
    with ExitStack() as stack:
        index = over(k.f, body.space, stack, k.deal(body.space[0].size))

        def line(inner: dict[Index, Value], held: list[Value]) -> list[Value]:
            def step(first: Value, mask: Value | None, held: list[Value]) -> list[Value]:
                at = {**index, **inner, last: first}
                writer = k.writer(at, lane=last, lanes=lanes, mask=mask)
                entry = writer.splat(writer.write(reduce.body, combine.dtype))
                return combine.add(held, entry, first, mask)

            return carry_along(k.f, last.size, lanes, held, step)

        held = carry(k.f, outer, combine.first(lanes), line)
        total = across(k.f, combine.how, held[0], signed=combine.dtype.kind != "u")
        finish(k, body, reduce, Typed(total, combine.result), k.writer(index))


def write_along_results(k: Kernel, body: Body, reduce: Reduce, combine: Combine) -> None:
    *outer, lane = body.space
    near = any(x.at.coefficient(lane) == 1 for x in loads(reduce.body))
    lanes = k.host.lanes(max(combine.dtype.itemsize, 4)) if near else 1
    lanes = lanes * CHAINS if lane.size >= lanes * CHAINS and near else fitting(lanes, lane.size)
    rows, vectors = k.deal_either(outer, -(-lane.size // lanes))
    with ExitStack() as stack:
        index = over(k.f, outer, stack, rows)

        def step(first: Value, lanes: int, mask: Value | None) -> None:
            def turn(inner: dict[Index, Value], held: list[Value]) -> list[Value]:
                at = {**index, lane: first, **inner}
                writer = k.writer(at, lane=lane, lanes=lanes, mask=mask)
                entry = writer.splat(writer.write(reduce.body, combine.dtype))
                sizes = [i.size for i in reduce.over]
                number = writer.place(flat([place(i) for i in reduce.over], sizes)).base
                return combine.add(held, entry, number, None)

            held = carry(k.f, reduce.over, combine.first(lanes), turn)
            writer = k.writer({**index, lane: first}, lane=lane, lanes=lanes, mask=mask)
            finish(k, body, reduce, Typed(held[-1], combine.result), writer)

        along(k.f, lane.size, lanes, step, vectors)


def finish(k: Kernel, body: Body, reduce: Reduce, value: Typed, writer: Writer) -> None:
    """Write what happens with a result."""
    writer.reduced[id(reduce)] = value
    k.compute(writer, body)


def carry_along(f: Function, size: int, lanes: int, held: list[Value], step: Any) -> list[Value]:
    """Go along an axis by vectors, handing values on from turn to turn."""
    whole = size - size % lanes
    if whole:
        with f.loop(whole, step=lanes, carried=held) as loop:
            loop.next = step(loop.index, None, loop.carried)
        held = loop.carried
    if size - whole:
        held = step(constant("i64", whole), tail(size - whole, lanes), held)
    return held
