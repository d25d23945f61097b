"""Places in arrays as linear expressions of loop indices: what addresses are made of.

A place is `constant + sum of coefficient * atom`. An atom is an `Index` of a loop, a `Digit` (what
a reshape makes of a place) or a `Lookup` (a number that is only known at run time).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import prod
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The index of a loop from 0 to `size` - 1. It equals itself alone."""

    size: int
    name: str = "i"

    def __repr__(self) -> str:
        return f"{self.name}:{self.size}"


@dataclass(frozen=True, slots=True)
class Digit:
    """``(place // stride) % size``: one axis of a place that counts through a whole array."""

    place: "Place"
    stride: int
    size: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """A whole number that an expression gives, which must lie in [0, size)."""

    value: Any
    size: int


Atom: TypeAlias = Index | Digit | Lookup


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A linear expression: `constant + sum of coefficient * atom`, in any order.

    >>> i, j = Index(3, "i"), Index(4, "j")
    >>> place(i) * 4 + j + 1
    4 i:3 + j:4 + 1
    """

    constant: int
    terms: tuple[tuple[Atom, int], ...] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Place):
            return NotImplemented
        return self.constant == other.constant and dict(self.terms) == dict(other.terms)

    def __hash__(self) -> int:
        return hash((self.constant, frozenset(self.terms)))

    def __add__(self, other: "Place | Atom | int") -> "Place":
        other = place(other)
        found = dict(self.terms)
        for atom, k in other.terms:
            found[atom] = found.get(atom, 0) + k
        kept = tuple((atom, k) for atom, k in found.items() if k)
        return Place(self.constant + other.constant, kept)

    __radd__ = __add__

    def __mul__(self, factor: int) -> "Place":
        if not factor:
            return Place(0)
        return Place(self.constant * factor, tuple((a, k * factor) for a, k in self.terms))

    __rmul__ = __mul__

    def __neg__(self) -> "Place":
        return self * -1

    def __sub__(self, other: "Place | Atom | int") -> "Place":
        return self + -place(other)

    def __rsub__(self, other: "Place | Atom | int") -> "Place":
        return place(other) - self

    def __repr__(self) -> str:
        parts = [f"{k} {a}" if k != 1 else f"{a}" for a, k in self.terms]
        if self.constant or not parts:
            parts.append(str(self.constant))
        return " + ".join(parts)

    def coefficient(self, atom: Atom) -> int:
        """Return the factor of an atom, 0 where it does not occur."""
        return dict(self.terms).get(atom, 0)

    def span(self) -> tuple[int, int]:
        """Return the smallest and the largest value."""
        ends = [sorted((0, k * (atom.size - 1))) for atom, k in self.terms]
        return self.constant + sum(a for a, _ in ends), self.constant + sum(b for _, b in ends)

    @property
    def indices(self) -> frozenset[Index]:
        """All loop indices that the place depends on linearly, or through digits."""
        found: set[Index] = set()
        for atom, _ in self.terms:
            if isinstance(atom, Index):
                found.add(atom)
            elif isinstance(atom, Digit):
                found |= atom.place.indices
        return frozenset(found)


def place(x: "Place | Atom | int") -> Place:
    """Return an index or a whole number as a place; an index that is always 0 is no term."""
    if isinstance(x, Place):
        return x
    if isinstance(x, Index) and x.size == 1:
        return Place(0)
    return Place(x) if isinstance(x, int) else Place(0, ((x, 1),))


def strides_of(shape: Sequence[int]) -> tuple[int, ...]:
    """Return how far apart neighbours along each axis lie, in entries, row by row.

    >>> strides_of((2, 3, 4))
    (12, 4, 1)
    """
    return tuple(prod(shape[k + 1 :]) for k in range(len(shape)))


def flat(at: Sequence[Place], shape: Sequence[int]) -> Place:
    """Return the number of an entry, counted row by row.

    >>> i = Index(6, "i")
    >>> flat(digits(place(i), (2, 3)), (2, 3))
    i:6
    """
    return _rejoined(sum((p * s for p, s in zip(at, strides_of(shape), strict=True)), Place(0)))


def _rejoined(at: Place) -> Place:
    """Return the place with digits that stand side by side in one number read as one."""
    split = [(atom, factor) for atom, factor in at.terms if isinstance(atom, Digit)]
    for (high, above), (low, factor) in permutations(split, 2):
        beside = (low.place, low.stride * low.size, factor * low.size)
        if (high.place, high.stride, above) == beside:
            both = digit(low.place, low.stride, low.size * high.size)
            return _rejoined(at - place(high) * above + (both - low) * factor)
    return at


def broadcast(at: Sequence[Place], shape: Sequence[int]) -> tuple[Place, ...]:
    """Return the place in an array of this shape that broadcasts to the place `at`."""
    lined_up = at[len(at) - len(shape) :]
    return tuple(Place(0) if n == 1 else p for p, n in zip(lined_up, shape, strict=True))


def digits(whole: Place, shape: Sequence[int]) -> tuple[Place, ...]:
    """Return the place of entry number `whole` along each axis of an array of this shape."""
    if 0 in shape:  # no entry has a place, and strides of 0 no digits
        return (Place(0),) * len(shape)
    return tuple(
        digit(whole, stride, size) for stride, size in zip(strides_of(shape), shape, strict=True)
    )


def digit(whole: Place, stride: int, size: int) -> Place:
    """Return ``(whole // stride) % size``, as a linear expression where it is one."""
    if size == 1:
        return Place(0)
    high = Place(
        whole.constant - whole.constant % stride,
        tuple((a, k) for a, k in whole.terms if k % stride == 0),
    )
    low = whole - high
    if _within(low, stride):
        high = Place(high.constant // stride, tuple((a, k // stride) for a, k in high.terms))
        kept = Place(high.constant % size, tuple((a, k) for a, k in high.terms if k % size))
        if _within(kept, size):
            return kept
    return place(Digit(whole, stride, size))


def _within(p: Place, size: int) -> bool:
    low, high = p.span()
    return low >= 0 and high < size


def indices(sizes: Iterable[int], names: str = "ijklmnop") -> tuple[Index, ...]:
    """Return a loop index for each size."""
    return tuple(Index(n, names[at % len(names)]) for at, n in enumerate(sizes))
