"""A kernel while it is written: one function of arrays, and the expressions it computes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from math import prod
from typing import Any

import numpy as np

from chainrule.compiler.code import Function
from chainrule.compiler.define import Definitions, loads
from chainrule.compiler.elementary import apply
from chainrule.compiler.entry import Typed, Writer
from chainrule.compiler.group import Group
from chainrule.compiler.llvm import Host
from chainrule.compiler.memory import Slot
from chainrule.compiler.parts import ALL, MOST, Range, in_steps, part_of, parts_of
from chainrule.compiler.values import Value, constant, lanes_of, scalar_of, size_of
from chainrule.compiler.work import Work, work_of
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
        parts: how many there are, to be done in any order by any thread; 1 for what is not cut.
        after: what sums up the parts' totals, where that is needed.
    """

    def __init__(
        self,
        number: int,
        group: Group,
        definitions: Definitions,
        slots: Mapping[Node, Slot],
        host: Host,
        name: str = "",
    ) -> None:
        self.number = number
        self.f = Function(f"chainrule_{number}{name}")
        self.group = group
        self.definitions = definitions
        self.slots = slots
        self.host = host
        self.arrays: list[Slot] = []
        self.parts = 1
        self.after: Kernel | None = None
        self._body: Body | None = None
        self._pointers: dict[Slot, Value] = {}
        self._totals: dict[Node, list[tuple[Value, str]]] = defaultdict(list)

    def pointer(self, node: Node) -> Value:
        """Return where an array lies; it becomes a parameter at first use."""
        return self.slot_pointer(self.slots[node])

    def slot_pointer(self, slot: Slot) -> Value:
        if slot not in self._pointers:
            kind = "i64" if slot.is_number else f"ptr noalias align {slot.align}"
            self._pointers[slot] = self.f.parameter(f"a{len(self.arrays)}", kind)
            self.arrays.append(slot)
        return self._pointers[slot]

    def status(self) -> Value:
        return self.slot_pointer(Slot("status"))

    def body(self) -> Body:
        """Return the group's statements, over as few loops as their places allow."""
        if self._body is None:
            self._body = body_of(self.group, self.definitions)
        return self._body

    @property
    def work(self) -> Work:
        """How much the kernel has to do."""
        written = [n for n in self.group.nodes if n in self.slots]
        return work_of(self.body().statements, self.group.shape, written)

    def deal(self, units: int) -> Range:
        """Return which of so many units of work to do: all, or those of the part asked for."""
        self.parts = parts_of(self.work.total, units)
        if self.parts == 1:
            return ALL
        return part_of(self.f, self.slot_pointer(Slot("part")), self.parts, units)

    def deal_either(self, loops: Sequence[Index], units: int) -> tuple[Range, Range]:
        """Return which turns of the first loop to do, and which units inside: one is cut."""
        turns = loops[0].size if loops else 1
        return (self.deal(turns), ALL) if turns >= min(units, MOST) else (ALL, self.deal(units))

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
        value = lengthened(f, value)
        total = f.local(size_of(value.type), zeroed=value.type)
        f.store(f.add(f.load(value.type, total), value), total)
        self._totals[node].append((total, value.type))

    def finish(self) -> None:
        """Write what comes after all loops."""
        f = self.f
        for number, (node, totals) in enumerate(self._totals.items()):
            sums = [across(f, "add", f.load(kind, total)) for total, kind in totals]
            total = reduce(f.add, sums)
            f.store(total, self.pointer(node) if self.parts == 1 else self._share(number))
        f.give()
        if self._totals and self.parts > 1:
            self.after = self._summing_up()

    @property
    def bytes_of_shares(self) -> int:
        """How much memory the parts' shares of totals take."""
        return 8 * MOST * len(self._totals) if self.after else 0

    def _share(self, number: int) -> Value:
        """Return where a part leaves its share of a total."""
        shares = self.f.at(self.slot_pointer(Slot("shares")), "i64", number * MOST)
        return self.f.at(shares, "i64", self.slot_pointer(Slot("part")))

    def _summing_up(self) -> "Kernel":
        """Return the kernel that adds up what the parts have left, in their order."""
        k = Kernel(self.number, self.group, self.definitions, self.slots, self.host, "_total")
        for number, (node, totals) in enumerate(self._totals.items()):
            kind = scalar_of(totals[0][1])
            shares = k.f.at(k.slot_pointer(Slot("shares")), "i64", number * MOST)
            every = [k.f.load(kind, k.f.at(shares, "i64", part)) for part in range(self.parts)]
            k.f.store(reduce(k.f.add, every), k.pointer(node))
        k.f.give()
        return k


def across(f: Function, how: str, value: Value, *, signed: bool = True) -> Value:
    """Return the lanes of a vector combined into one number, half by half."""
    lanes = lanes_of(value.type)
    while lanes > 1:
        lanes //= 2
        low, high = halves(f, value, lanes)
        value = apply(f, how, low, high, signed=signed)
    return value


def lengthened(f: Function, value: Value) -> Value:
    """Return a vector with zeros at its end, so many that its length is a power of two."""
    lanes = lanes_of(value.type)
    wanted = 1 << (lanes - 1).bit_length()
    if wanted == lanes:
        return value
    return f.shuffle(value, constant(value.type, 0), [min(n, lanes) for n in range(wanted)])


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


def over(
    f: Function, space: Sequence[Index], stack: ExitStack, part: Range = ALL
) -> dict[Index, Value]:
    """Open a loop for each index, to be closed by the stack; `part` limits the first one."""
    found: dict[Index, Value] = {}
    for i in space:
        first, last = ALL if found else part
        loop = f.loop(i.size if last is None else last, first)
        found[i] = stack.enter_context(loop).index
    return found


Step = Callable[[Value, int, Value | None], None]


def along(f: Function, size: int, lanes: int, step: Step, part: Range = ALL) -> None:
    """Go along an axis by vectors: `step(first, lanes, mask)`; a mask covers what is left over.

    `part` says which vectors to do.
    """

    def some(first: Value, count: int) -> None:
        step(first, lanes, None if count == lanes else tail(count, lanes))

    in_steps(f, size, lanes, part, some)


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
