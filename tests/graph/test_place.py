"""Places: linear expressions of loop indices, and the digits that reshapes make of them."""

from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.graph.place import (
    Digit,
    Index,
    Lookup,
    Place,
    broadcast,
    digit,
    digits,
    flat,
    indices,
    place,
    strides_of,
)
from tests.contract.entries import number, turns

SIZES = st.lists(st.integers(1, 4), max_size=4).map(tuple)


def values(at: Place, loops: Any) -> list[int]:
    """Return the place at every turn of the loops."""
    return [number(at, turn) for turn in turns(loops)]


@st.composite
def linear(draw: Any) -> tuple[Place, tuple[Index, ...]]:
    """Return a place that is never negative, and the loops it runs in."""
    loops = indices(draw(SIZES))
    found = Place(draw(st.integers(0, 5)))
    for i in loops:
        found = found + place(i) * draw(st.integers(0, 12))
    return found, loops


@st.composite
def factored(draw: Any, n: int) -> tuple[int, ...]:
    """Return a shape with n entries."""
    shape = []
    while n > 1:
        side = draw(st.sampled_from([d for d in range(1, n + 1) if n % d == 0]))
        shape.append(side if len(shape) < 4 else n)
        n //= shape[-1]
    return tuple(shape)


def test_arithmetic() -> None:
    i, j = Index(3, "i"), Index(4, "j")
    at = place(i) * 4 + j + 1
    assert values(at, (i, j)) == [4 * a + b + 1 for a in range(3) for b in range(4)]
    assert values(5 - at, (i, j)) == [4 - 4 * a - b for a in range(3) for b in range(4)]
    assert at - at == Place(0)
    assert (at.coefficient(i), at.coefficient(j), at.coefficient(Index(3, "i"))) == (4, 1, 0)
    assert repr(at) == "4 i:3 + j:4 + 1"


def test_the_order_of_terms_does_not_matter() -> None:
    i, j = indices((3, 4))
    assert place(i) + j == place(j) + i
    assert hash(place(i) + j) == hash(place(j) + i)
    assert place(i) + j != place(i) - j


@given(linear())
def test_the_span_holds_all_values(found: tuple[Place, tuple[Index, ...]]) -> None:
    at, loops = found
    seen = values(at, loops)
    assert at.span() == (min(seen), max(seen))


@given(linear(), st.integers(1, 12), st.integers(1, 6))
def test_a_digit_is_a_quotient_and_a_remainder(
    found: tuple[Place, tuple[Index, ...]], stride: int, size: int
) -> None:
    at, loops = found
    made = values(digit(at, stride, size), loops)
    assert made == [n // stride % size for n in values(at, loops)]


@given(linear(), SIZES, SIZES)
def test_digits_of_digits(
    found: tuple[Place, tuple[Index, ...]], first: tuple[int, ...], second: tuple[int, ...]
) -> None:
    """However places go through arrays, they count as plain numbers do."""
    at, loops = found
    plain = values(at, loops)
    there = digits(at, first)
    assert values(flat(there, first), loops) == [n % prod(first) for n in plain]
    assert values(flat(there[1:], first[1:]), loops) == [n % prod(first[1:]) for n in plain]
    again = flat(digits(flat(there, first), second), second)
    assert values(again, loops) == [n % prod(first) % prod(second) for n in plain]


@given(st.data())
def test_reshaping_keeps_the_number(data: Any) -> None:
    shape = data.draw(SIZES)
    other = data.draw(factored(prod(shape)))
    at = [place(i) for i in indices(shape)]
    back = digits(flat(digits(flat(at, shape), other), other), shape)
    assert list(back) == [Place(0) if n == 1 else p for p, n in zip(at, shape, strict=True)]


def test_joined_and_split_axes_stay_linear() -> None:
    i, j = indices((6, 4))
    assert digits(flat([place(i), place(j)], (6, 4)), (6, 2, 2))[0] == place(i)
    assert digits(place(i) * 4 + j, (24,)) == (place(i) * 4 + j,)


def test_a_repeated_part_counts_from_its_own_beginning() -> None:
    """Copies side by side: the digits of a place in all of them are places in each."""
    q = Index(24, "q")
    at = digits(place(q), (2, 2, 6))[1:]
    assert values(flat(at, (2, 6)), (q,)) == [n % 12 for n in range(24)]


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3), (3, 0, 2)])
def test_an_empty_array_has_no_digits_to_speak_of(shape: tuple[int, ...]) -> None:
    assert digits(place(Index(0)), shape) == tuple(Place(0) for _ in shape)


def test_broadcasting_ignores_leading_axes_and_those_of_size_1() -> None:
    at = [place(i) for i in indices((2, 3, 4))]
    assert broadcast(at, (3, 1)) == (at[1], Place(0))
    assert broadcast(at, ()) == ()


def test_indices_behind_a_digit_are_found() -> None:
    i, j, k = indices((5, 7, 3))
    at = place(k) + place(Digit(place(i) * 7 + j, 3, 4)) * 2
    assert at.indices == {i, j, k}
    assert place(Lookup("a number", 4)).span() == (0, 3)


def test_an_index_that_is_always_0_is_no_term() -> None:
    i, one = Index(3, "i"), Index(1, "j")
    assert flat([place(i), place(one)], (3, 1)) == place(i)


@pytest.mark.parametrize("shape", list(product((1, 2, 3), repeat=2)))
def test_strides(shape: tuple[int, ...]) -> None:
    assert strides_of(shape) == tuple(s // 8 for s in np.zeros((2, *shape)).strides[1:])
