"""What `lower` of an op's declaration talks to: the entries of arrays as scalar expressions.

`lower(m, at, *inputs, **attributes)` says what one entry of the output is. `m` is a `Builder`, `at`
the place of the entry along each axis, and an input called at a place is its entry there:

    transpose of a matrix:  lambda m, at, x: x(at[1], at[0])
    matmul of matrices:     lambda m, at, x, y: m.sum((x.shape[1],),
                                lambda k: x(at[0], k) * y(k, at[1]))

A gate whose entries cannot be said one by one returns `Writes` (parts of the output, or sums into
it), a `Running` total or an `Order`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import numpy as np

from chainrule.graph.formula import Expression, Maths, Number, apply, expression
from chainrule.graph.place import (
    Atom,
    Index,
    Lookup,
    Place,
    broadcast,
    digits,
    flat,
    indices,
    place,
)

Spot: TypeAlias = Place | Atom | int
INTEGER = (  # functions of two numbers that formulas do without
    "bit_and", "bit_or", "bit_xor", "shift_left", "shift_right", "floor_divide", "remainder",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Load(Expression):
    """The entry of an array number `at`, counted row by row."""

    array: Any
    at: Place

    def __repr__(self) -> str:
        return f"{self.array}[{self.at}]"


@dataclass(frozen=True, slots=True, eq=False)
class Position(Expression):
    """A place as a number, int64."""

    at: Place


@dataclass(frozen=True, slots=True, eq=False)
class Cast(Expression):
    """A number in another dtype, as `astype` converts it."""

    value: Expression
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Reduce(Expression):
    """All values of `body` while the indices run, combined.

    Attributes:
        how: "add", "multiply", "maximum", "minimum", "logical_or", "logical_and", or "argmax" and
            "argmin", which give the number of the first winner, a NaN being one.
    """

    how: str
    over: tuple[Index, ...]
    body: Expression


@dataclass(frozen=True, slots=True)
class Entries:
    """An array as `lower` sees it: call it at a place to have the entry.

    Attributes:
        shape, dtype: of the array.
        entry: what the call looks up.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    entry: Callable[[tuple[Place, ...]], Expression]

    def __call__(self, *at: Spot) -> Expression:
        return self.entry(tuple(place(p) for p in at))

    def along(self, at: Sequence[Spot]) -> Expression:
        """Return the entry that broadcasting brings to the place `at`."""
        return self(*broadcast([place(p) for p in at], self.shape))

    def astype(self, dtype: Any) -> "Entries":
        """Return the array with its entries in another dtype."""
        kind = np.dtype(dtype)
        if kind == self.dtype:
            return self
        return Entries(self.shape, kind, lambda at: Cast(self.entry(at), kind))


@dataclass(frozen=True)
class Write:
    """For every turn of the loops `space`, the entry at `at` becomes `value`.

    Attributes:
        adds: whether `value` is added to what is there instead.
    """

    space: tuple[Index, ...]
    at: tuple[Place, ...]
    value: Expression
    adds: bool = False


@dataclass(frozen=True)
class Writes:
    """An output that is written in several parts, one after the other."""

    parts: tuple[Write, ...]


@dataclass(frozen=True)
class Running:
    """Sums along an axis of all entries so far: `value` is the entry at the place `at`."""

    axis: int
    value: Expression


@dataclass(frozen=True)
class Order:
    """Along an axis, the places of the entries in rising order, equal ones in their old order.

    NaN comes last, as NumPy has it.
    """

    axis: int
    value: Expression


class Builder(Maths):
    """The functions of scalar mathematics and of integers, and what goes over several entries."""

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        if name in INTEGER:
            return lambda x, y: apply(name, x, y)
        return super().__getattr__(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *INTEGER]

    def number(self, x: float) -> Expression:
        """Return a constant."""
        return expression(x)

    def position(self, at: Spot) -> Expression:
        """Return a place as a number."""
        return Position(place(at))

    def cast(self, x: Expression | float, dtype: Any) -> Expression:
        """Return the number in another dtype."""
        return Cast(expression(x), np.dtype(dtype))

    def lookup(self, x: Expression, size: int) -> Place:
        """Return the place that a whole number gives along an axis; negative ones count back.

        A number outside [-size, size) makes the run fail with the error NumPy has for it.
        """
        return place(Lookup(x, size))

    def at_flat(self, whole: Spot, shape: Sequence[int]) -> tuple[Place, ...]:
        """Return the place along each axis of entry number `whole`, counted row by row."""
        return digits(place(whole), shape)

    def flat(self, at: Sequence[Spot], shape: Sequence[int]) -> Place:
        """Return the number of the entry at a place, counted row by row."""
        return flat([place(p) for p in at], shape)

    def reduce(self, how: str, sizes: Sequence[int], body: Callable[..., Expression]) -> Expression:
        """Combine `body(*places)` over all places in a box of these sizes."""
        over = indices(sizes, "klmnopqr")
        value = expression(body(*(place(i) for i in over)))
        if not over:
            return Number(0) if how in ("argmax", "argmin") else value
        return Reduce(how, over, value)

    def sum(self, sizes: Sequence[int], body: Callable[..., Expression]) -> Expression:
        return self.reduce("add", sizes, body)

    def part(
        self,
        sizes: Sequence[int],
        at: Callable[..., Sequence[Spot]],
        value: Callable[..., Any],
        adds: bool = False,
    ) -> Write:
        """Return a part of the output: `value(*places)` goes to `at(*places)` over a box."""
        space = indices(sizes)
        spots = [place(i) for i in space]
        where = tuple(place(p) for p in at(*spots))
        return Write(space, where, expression(value(*spots)), adds)

    def box(self, starts: Sequence[int], sizes: Sequence[int], value: Callable[..., Any]) -> Write:
        """Return the part of the output that begins at `starts`; `value` counts from there."""
        return self.part(sizes, lambda *at: [p + s for p, s in zip(at, starts, strict=True)], value)

    def writes(self, *parts: Write) -> Writes:
        """Return an output made of parts, written in this order."""
        return Writes(tuple(p for p in parts if prod(i.size for i in p.space)))

    def running(self, axis: int, value: Expression) -> Running:
        return Running(axis, value)

    def order(self, axis: int, value: Expression) -> Order:
        return Order(axis, value)


builder = Builder()
