"""Columns join neighbours, and every number of a series lies between its column's borders."""

from math import inf, nan

import numpy as np
import pytest

from chainrule.runs.store.columns import exact, in_order, joined, nothing, width

STEPS = np.array([1, 2, 3, 7, 8, 20])
VALUES = np.array([[5.0, 1.0, 3.0, 2.0, nan, 4.0], [1.0, 2.0, inf, -inf, 0.0, 9.0]])


def test_wide() -> None:
    found = exact(STEPS, VALUES).wide(4)
    assert found.first.tolist() == [1, 7, 8, 20]
    assert found.until.tolist() == [3, 7, 8, 20]
    np.testing.assert_array_equal(found.low, [[1, 2, nan, 4], [1, -inf, 0, 9]])
    np.testing.assert_array_equal(found.high, [[5, 2, nan, 4], [inf, -inf, 0, 9]])
    np.testing.assert_array_equal(found.last, [[3, 2, nan, 4], [inf, -inf, 0, 9]])
    assert not found.exact


def test_wide_in_two_steps_is_wide_at_once() -> None:
    rng = np.random.default_rng(0)
    columns = exact(np.cumsum(rng.integers(1, 5, 500)), rng.normal(size=(2, 500)))
    once, twice = columns.wide(32), columns.wide(8).wide(32)
    for part in ("first", "until", "low", "high", "last"):
        np.testing.assert_array_equal(getattr(once, part), getattr(twice, part))


def test_columns_of_one_step_stay_exact() -> None:
    columns = exact(STEPS, VALUES)
    assert columns.wide(1) is columns
    assert columns.between(0, 99) is columns
    assert joined([columns.between(0, 3), columns.between(4, 99)]).exact
    assert columns.of([1]).exact


def test_between_and_before() -> None:
    columns = exact(STEPS, VALUES)
    assert columns.between(2, 7).first.tolist() == [2, 3, 7]
    assert columns.wide(4).between(2, 2).first.tolist() == [1]  # it holds step 2 too
    assert columns.wide(4).before(2).first.tolist() == []
    assert columns.before(8).first.tolist() == [1, 2, 3, 7, 8]


def test_order() -> None:
    late, early = exact(STEPS, VALUES), exact(STEPS - 1, VALUES)
    found = in_order(joined([late, early]))
    assert found.first.tolist() == sorted([*STEPS, *(STEPS - 1)])
    assert in_order(late) is late


@pytest.mark.parametrize("first", [0, 1, 17])
@pytest.mark.parametrize("most", [1, 2, 10, 100])
def test_as_many_columns_as_asked_for_at_most(first: int, most: int) -> None:
    steps = np.arange(first, first + 1000)
    wide = width(first, int(steps[-1]), most)
    assert most / 2 <= len(exact(steps, steps[None] * 1.0).wide(wide)) <= most


def test_nothing() -> None:
    assert len(nothing().steps) == len(nothing().min) == 0
