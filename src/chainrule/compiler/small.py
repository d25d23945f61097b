"""Writes kernels of tiny nets without loops: a whole array is one vector in registers.

All indices are known while the code is written, so an entry is a lane, and any rearrangement of
entries is a shuffle. Nothing goes through memory between such kernels once LLVM has joined them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from chainrule.compiler.define import Definitions, loads, reduction
from chainrule.compiler.entry import BOOL, Stride, Typed, Writer, stored
from chainrule.compiler.group import Group
from chainrule.compiler.kernel import Kernel, body_of
from chainrule.compiler.reduce import Combine
from chainrule.compiler.values import Value, constant, lanes_of, size_of, vector
from chainrule.graph.builder import Load, Reduce
from chainrule.graph.formula import Expression
from chainrule.graph.place import Digit, Index, Lookup, Place, place

ENTRIES = 64  # of an array that is kept in registers
TURNS = 512  # entries times terms that are written out


def is_small(group: Group, definitions: Definitions) -> bool:
    """Return whether a kernel is best written without loops."""
    if group.kind not in ("map", "reduce", "product") or prod(group.shape) > ENTRIES:
        return False
    for node, found in body_of(group, definitions).statements:
        reduce = reduction(found)
        terms = prod(i.size for i in reduce.over) if reduce is not None else 1
        if prod(node.shape) * terms > TURNS or (reduce is not None and not terms):
            return False
        if any(prod(x.array.shape) > ENTRIES and not is_looked_up(x.at) for x in loads(found)):
            return False
    return True


def is_looked_up(at: Place) -> bool:
    """Return whether a place is known at run time only."""
    return any(
        is_looked_up(atom.place) if isinstance(atom, Digit) else isinstance(atom, Lookup)
        for atom, _ in at.terms
    )


def write_small(k: Kernel) -> None:
    """Write a kernel without loops."""
    body = k.body()
    lanes = list(product(*(range(i.size) for i in body.space)))
    values = {i: [turn[n] for turn in lanes] for n, i in enumerate(body.space)}
    writer = Small(k.f, {}, k.pointer, k.status, lanes=len(lanes), values=values)
    k.compute(writer, body)


@dataclass
class Small(Writer):
    """Writes entries at many places at once; where they are is known.

    Attributes:
        values: the number of each index in each lane.
    """

    values: Mapping[Index, list[int]] = field(default_factory=dict)
    arrays: dict[Any, Value] = field(default_factory=dict)

    def _write(self, expr: Expression) -> Typed:
        return self._reduced(expr) if isinstance(expr, Reduce) else super()._write(expr)

    def _reduced(self, expr: Reduce) -> Typed:
        """Write all turns of a reduction, one after the other."""
        held: list[Value] = []
        sizes = [i.size for i in expr.over]
        combine = None
        for number, turn in enumerate(product(*map(range, sizes))):
            fixed = {i: [n] * self.lanes for i, n in zip(expr.over, turn, strict=True)}
            inner = Small(
                self.f, {}, self.pointer, self.status, lanes=self.lanes,
                values={**self.values, **fixed}, arrays=self.arrays, known=self.known,
            )  # fmt: skip
            entry = inner.typed(expr.body)
            if combine is None:
                assert entry.dtype is not None
                combine = Combine(self.f, expr.how, entry.dtype)
                held = combine.first(self.lanes)
            value = inner.splat(inner.cast(entry, combine.dtype))
            held = combine.add(held, value, constant("i64", number), None)
        assert combine is not None
        return Typed(held[-1], combine.result)

    def _load(self, expr: Load) -> Typed:
        if expr.array in self.known:
            return self.known[expr.array]
        key = (expr.array, expr.at)
        if key not in self._loaded:
            found = self._entries(expr.array, expr.at)
            if expr.array.dtype == BOOL:
                found = self.f.compare("ne", found, constant(found.type, 0))
            self._loaded[key] = Typed(found, expr.array.dtype)
        return self._loaded[key]

    def _entries(self, array: Any, at: Place) -> Value:
        """Return an array's entries in each lane; a scalar where all lanes have the same."""
        kind = stored(array.dtype)
        if is_looked_up(at):
            where = self.place(at).base
            base = self.pointer(array)
            if lanes_of(where.type) == 1:
                return self.f.load(kind, self.f.at(base, kind, where))
            return self.f.gather(vector(kind, self.lanes), base, where)
        offsets = self.offsets(at)
        whole = self._whole(array, kind)
        if len(set(offsets)) == 1:
            return self.f.extract(whole, offsets[0]) if lanes_of(whole.type) > 1 else whole
        return self.f.shuffle(whole, whole, offsets)

    def _whole(self, array: Any, kind: str) -> Value:
        """Return all entries of an array as one vector."""
        if array not in self.arrays:
            wide = vector(kind, prod(array.shape))
            self.arrays[array] = self.f.load(wide, self.pointer(array), size_of(kind))
        return self.arrays[array]

    def store(self, array: Any, at: Place, x: Typed, *, adds: bool = False) -> None:
        """Write all entries of an array."""
        value = self.in_memory(self.cast(x, array.dtype))
        value = self.f.splat(value, self.lanes) if lanes_of(value.type) == 1 else value
        self.f.store(value, self.pointer(array), size_of(stored(array.dtype)))

    def offsets(self, at: Place) -> list[int]:
        """Return the place in each lane."""
        found = [at.constant] * self.lanes
        for atom, factor in at.terms:
            found = [n + factor * m for n, m in zip(found, self._numbers(atom), strict=True)]
        return found

    def _numbers(self, atom: Any) -> list[int]:
        if isinstance(atom, Index):
            return self.values[atom]
        return [n // atom.stride % atom.size for n in self.offsets(atom.place)]

    def _place(self, at: Place) -> Stride:
        """Return a place as a number, or as a vector of one number a lane."""
        known = Place(at.constant, tuple(t for t in at.terms if not is_looked_up(place(t[0]))))
        total = self._constants(self.offsets(known))
        for atom, factor in at.terms:
            if is_looked_up(place(atom)):
                total = self._sum(total, self._times(self._atom(atom), factor))
        return Stride(total)

    def _sum(self, a: Value, b: Value) -> Value:
        lanes = max(lanes_of(a.type), lanes_of(b.type))
        a, b = (self.f.splat(x, lanes) if lanes_of(x.type) < lanes else x for x in (a, b))
        return self.f.add(a, b)

    def _constants(self, numbers: Sequence[int]) -> Value:
        if len(set(numbers)) == 1:
            return constant("i64", numbers[0])
        listed = ", ".join(f"i64 {n}" for n in numbers)
        return Value(f"<{listed}>", vector("i64", len(numbers)))

    def _number(self, at: Stride) -> Value:
        return at.base
