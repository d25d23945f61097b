"""A kernel while it is written: one function of arrays, and the expressions it computes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from math import prod
from typing import Any

import numpy as np

from chainrule.compiler.code import Function, Value, constant, lanes_of, size_of
from chainrule.compiler.define import Definitions, loads
from chainrule.compiler.elementary import apply
from chainrule.compiler.entry import Typed, Writer
from chainrule.compiler.group import Group
from chainrule.compiler.llvm import Host
from chainrule.compiler.memory import Slot
from chainrule.graph.formula import Expression
from chainrule.graph.node import Node
from chainrule.graph.place import Digit, Index, Place, digits, flat, place

Statement = tuple[Node, Any]


@dataclass(frozen=True)
class Body:
    """What is computed at each turn of the loops over `space`.

    Attributes:
        space: the loops' indices.
        at: the place of the entry along each axis of the arrays.
        statements: gates and their definitions, in order.
    """

    space: tuple[Index, ...]
    at: tuple[Place, ...]
    statements: tuple[Statement, ...]


class Kernel:
    """One group of gates as a function; arrays come in as pointers.

    Attributes:
        number: of the kernel, in order of execution.
        f: the function.
        arrays: the slots of its parameters, in order.
    """

    def __init__(
        self,
        number: int,
        group: Group,
        definitions: Definitions,
        slots: Mapping[Node, Slot],
        host: Host,
    ) -> None:
        self.number = number
        self.f = Function(f"chainrule_{number}")
        self.group = group
        self.definitions = definitions
        self.slots = slots
        self.host = host
        self.arrays: list[Slot] = []
        self._pointers: dict[Slot, Value] = {}
        self._totals: dict[Node, list[tuple[Value, str]]] = defaultdict(list)

    def pointer(self, node: Node) -> Value:
        """Return where an array lies; it becomes a parameter at first use."""
        return self.slot_pointer(self.slots[node])

    def slot_pointer(self, slot: Slot) -> Value:
        if slot not in self._pointers:
            kind = f"ptr noalias align {slot.align}"
            self._pointers[slot] = self.f.parameter(f"a{len(self.arrays)}", kind)
            self.arrays.append(slot)
        return self._pointers[slot]

    def status(self) -> Value:
        return self.slot_pointer(Slot("status"))

    def body(self) -> Body:
        """Return the group's statements, over as few loops as their places allow."""
        return body_of(self.group, self.definitions)

    def writer(self, index: Mapping[Index, Value], **options: Any) -> Writer:
        return Writer(self.f, index, self.pointer, self.status, **options)

    def dtype_of(self, expr: Expression) -> np.dtype[Any]:
        """Return the dtype that an expression has by itself: it is written for trial."""
        nowhere = Value("%a", "ptr")
        trial = Writer(Function("trial"), Anything(), lambda _: nowhere, lambda: nowhere)
        found = trial.typed(expr)
        return np.result_type(found.number) if found.dtype is None else found.dtype

    def lanes(self) -> int:
        """Return how many entries of the kernel's widest number a vector holds."""
        sizes = [n.dtype.itemsize for n in self.group.nodes if n.dtype.kind == "f"] or [8]
        return self.host.lanes(max(sizes))

    def compute(self, writer: Writer, body: Body) -> None:
        """Write all statements, then the stores: nothing is overwritten before it is read."""
        found: list[tuple[Node, Typed]] = []
        for node, definition in body.statements:
            value = writer.write(definition, node.dtype)
            if node in self.group.sides:
                self._add_up(node, writer.splat(value), writer.mask)
                continue
            writer.known[node] = value
            found.append((node, value))
        for node, value in found:
            if node in self.slots:
                writer.store(node, flat(body.at, node.shape), value)

    def _add_up(self, node: Node, value: Value, mask: Value | None) -> None:
        """Add what this place has to a sum over all entries; each place in the code has its own."""
        f = self.f
        if mask is not None:
            value = f.select(mask, value, constant(value.type, 0))
        total = f.local(size_of(value.type), zeroed=value.type)
        f.store(f.add(f.load(value.type, total), value), total)
        self._totals[node].append((total, value.type))

    def finish(self) -> None:
        """Write what comes after all loops."""
        f = self.f
        for node, totals in self._totals.items():
            sums = [across(f, "add", f.load(kind, total)) for total, kind in totals]
            f.store(reduce(f.add, sums), self.pointer(node))
        f.give()


def across(f: Function, how: str, value: Value, *, signed: bool = True) -> Value:
    """Return the lanes of a vector combined into one number, half by half."""
    lanes = lanes_of(value.type)
    while lanes > 1:
        lanes //= 2
        low, high = halves(f, value, lanes)
        value = apply(f, how, low, high, signed=signed)
    return value


def halves(f: Function, value: Value, lanes: int) -> tuple[Value, Value]:
    """Return the first and the last `lanes` entries of a vector of twice as many."""
    if lanes == 1:
        return f.extract(value, 0), f.extract(value, 1)
    low, high = range(lanes), range(lanes, 2 * lanes)
    return f.shuffle(value, value, low), f.shuffle(value, value, high)


def body_of(group: Group, definitions: Definitions) -> Body:
    """Return a group's statements, over as few loops as their places allow."""
    for parts in splits(group.shape):
        space = tuple(Index(prod(part), "ijklmnop"[k % 8]) for k, part in enumerate(parts))
        at = tuple(p for i, part in zip(space, parts, strict=True) for p in digits(place(i), part))
        statements = tuple(
            (node, (definitions.share if node in group.sides else definitions.of)(node, at))
            for node in group.nodes
        )
        if all(not has_digits(x.at) for _, found in statements for x in loads(found)):
            break
    return Body(space, at, statements)


def splits(shape: tuple[int, ...]) -> Iterator[list[tuple[int, ...]]]:
    """Return ways to walk over an array, fewest loops first: as one axis, as two, as it is.

    >>> list(splits((2, 3, 4)))
    [[(2, 3, 4)], [(2, 3), (4,)], [(2,), (3,), (4,)]]
    """
    yield [shape]
    if len(shape) > 2:
        yield [shape[:-1], shape[-1:]]
    if len(shape) > 1:
        yield [(n,) for n in shape]


def has_digits(at: Place) -> bool:
    return any(isinstance(atom, Digit) for atom, _ in at.terms)


def over(f: Function, space: Sequence[Index], stack: ExitStack) -> dict[Index, Value]:
    """Open a loop for each index, to be closed by the stack."""
    return {i: stack.enter_context(f.loop(i.size)).index for i in space}


Step = Callable[[Value, int, Value | None], None]


def along(f: Function, size: int, lanes: int, step: Step) -> None:
    """Go along an axis by vectors: `step(first, lanes, mask)`; a mask covers what is left over."""
    whole = size - size % lanes
    if whole:
        with f.loop(whole, step=lanes) as loop:
            step(loop.index, lanes, None)
    if size - whole:
        step(constant("i64", whole), lanes, tail(size - whole, lanes))


def tail(count: int, lanes: int) -> Value | None:
    """Return the mask of the first `count` lanes; none where a single lane is all there is."""
    if lanes == 1:
        return None
    bits = ", ".join(f"i1 {'true' if k < count else 'false'}" for k in range(lanes))
    return Value(f"<{bits}>", f"<{lanes} x i1>")


def fitting(lanes: int, size: int) -> int:
    """Return the number of lanes for an axis: a power of two no larger than needed."""
    while lanes > 1 and lanes // 2 >= size:
        lanes //= 2
    return lanes


class Anything(dict[Index, Value]):
    """Stands for indices whose values do not matter."""

    def __missing__(self, index: Index) -> Value:
        return constant("i64", 0)
