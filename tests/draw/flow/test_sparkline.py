"""Figures in a line."""

import numpy as np

from chainrule.draw.flow.sparkline import is_far, sparkline

ALL = np.ones(4, bool)


def test_from_the_least_to_the_largest() -> None:
    assert sparkline(np.array([1.0, 1.5, 2.0, 1.0]), ALL) == "▁▄▇▁"
    assert sparkline(np.array([3.0, 3.0, 3.0, 3.0]), ALL) == "▁▁▁▁"


def test_powers_of_ten_where_values_lie_far_apart() -> None:
    values = np.array([1.0, 1e3, 1e6, 1e6])
    assert is_far(values, ALL)
    assert sparkline(values, ALL) == "▁▄▇▇"
    assert not is_far(np.array([0.0, 1e6, 1.0, 1.0]), ALL)


def test_what_is_not_finite_or_not_there() -> None:
    values = np.array([1.0, np.nan, np.inf, 2.0])
    assert sparkline(values, np.array([True, True, True, False])) == "▁!! "
    assert sparkline(values, np.zeros(4, bool)) == "    "
