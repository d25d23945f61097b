"""Fewer columns hold the largest of those they were made of."""

import numpy as np

from chainrule.explain.flow.narrow import narrowed
from tests.explain.flow.made import diverging, flow_of, made


def test_the_largest_stays() -> None:
    row = np.full(100, 1e-3)
    row[37] = 5.0
    found = narrowed(flow_of([row, row], range(1, 101)), 10)
    assert found.sizes.shape == found.known.shape == (2, 10)
    assert found.sizes[0].argmax() == 3
    assert found.steps.tolist() == list(range(1, 101, 10))
    assert (found.first, found.last) == (1, 100)


def test_as_if_there_had_been_so_few_from_the_beginning() -> None:
    rng = np.random.default_rng(0)
    sizes = 10 ** rng.uniform(-9, 3, (4, 120))
    sizes[rng.random(sizes.shape) < 0.01] = np.nan
    wide, few = flow_of(sizes, range(1, 121)), flow_of(sizes, range(1, 121), columns=7)
    found = narrowed(wide, 7)
    np.testing.assert_array_equal(found.sizes, few.sizes)
    np.testing.assert_array_equal(found.curves[0].values, few.curves[0].values)
    assert found.steps.tolist() == few.steps.tolist()


def test_what_was_not_measured_stays_so() -> None:
    late = flow_of([[1e-3]], range(31, 41), loss=made(range(1, 41), 1.0))
    assert narrowed(late, 4).known.tolist() == [[False, False, False, True]]
    later = flow_of([[1e-3]], range(34, 41), loss=made(range(1, 41), 1.0))
    assert narrowed(later, 4).sizes[0, 3] == 1e-3


def test_what_is_narrow_enough_stays() -> None:
    known = diverging()
    assert narrowed(known, 40) is known
