import math

import numpy as np
import pytest

from chainrule.explain.scene.values import BINS, MOST, shown_value, summary


def test_blank_stays_blank_and_numbers_stay_what_they_are():
    assert shown_value(None) is None
    assert shown_value(np.float64(0.1)) == 0.1
    assert shown_value(True) == 1.0
    assert math.isnan(shown_value(np.nan))


def test_a_summary_tells_shape_spread_and_signs():
    found = summary(np.array([[-2.0, 0.0, 1.0], [np.nan, np.inf, -np.inf]]))
    assert (found.shape, found.dtype) == ((2, 3), "float64")
    assert (found.min, found.max, found.mean) == (-2.0, 1.0, pytest.approx(-1 / 3))
    assert found.norm == pytest.approx(math.sqrt(5), rel=1e-15)
    assert found.counts == {
        "nan": 1, "-inf": 1, "negative": 1, "zero": 1, "positive": 1, "+inf": 1,
    }  # fmt: skip
    assert found.data[:3] == (-2.0, 0.0, 1.0)


def test_what_cannot_be_computed_is_blank():
    found = summary(np.array([np.nan, np.nan]))
    assert (found.min, found.max, found.mean, found.norm, found.histogram) == (None,) * 5
    assert summary(np.zeros((0, 3))).max is None


def test_norms_of_huge_entries_do_not_overflow():
    assert summary(np.array([3e200, 4e200])).norm == pytest.approx(5e200)
    assert summary(np.zeros(3)).norm == 0.0


def test_a_histogram_counts_sizes_by_decades():
    found = summary(np.array([0.0, 1e-3, -1e-3, 10.0, np.inf])).histogram
    assert (found.low, found.high, len(found.counts)) == (-3, 1, BINS)
    assert (found.counts[0], found.counts[-1], sum(found.counts)) == (2, 1, 3)
    assert summary(np.ones(4)).histogram.high == 1


def test_large_arrays_keep_no_entries():
    assert len(summary(np.ones(MOST)).data) == MOST
    assert summary(np.ones(MOST + 1)).data is None


def test_whole_numbers_and_float32_are_summed_up_in_double_precision():
    assert summary(np.array([1, 2])).mean == 1.5
    assert summary(np.full(3, 1e30, np.float32)).norm == pytest.approx(3**0.5 * 1e30, rel=1e-6)
