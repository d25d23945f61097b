"""Mean, spread and standardising, at the ends of float64 too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule.data import Column
from chainrule.data.scaling import as_numbers, is_flat, spread, standardise
from chainrule.errors import DataError


def row(i):
    return f"row {i}"


@pytest.mark.parametrize(
    ("values", "mean", "scale"),
    [
        ([1.0, 3.0], 2.0, 1.0),
        ([5.0, 5.0], 5.0, 1.0),
        ([0.0], 0.0, 1.0),
        ([0.1 + 0.2, 0.3], 0.1 + 0.2, 1.0),
        ([1.5e308, -1.5e308], 0.0, 1.5e308),
        ([1.7e308, 1.5e308], 1.6e308, 0.1e308),
        ([0.0, 5e-324], 0.0, 1.0),
    ],
)
def test_spread(values, mean, scale):
    assert spread(np.array(values)) == pytest.approx((mean, scale), rel=1e-12)


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(hnp.arrays(np.float64, st.integers(1, 20), elements=finite))
def test_standardised_values_have_mean_0_and_deviation_1(values):
    mean, scale = spread(values)
    result = standardise("c", values, mean, scale, row)
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    if not is_flat(values) and np.abs(values).max() > 1e-290:
        assert result.mean() == pytest.approx(0, abs=1e-3)
        assert result.std() == pytest.approx(1, abs=1e-3)


def test_standardise_at_the_ends_of_float64():
    values = np.array([1.7e308, -1.7e308, -1.7e308])
    result = standardise("c", values, *spread(values), row)
    np.testing.assert_allclose(result, np.array([2, -1, -1]) / np.sqrt(2), rtol=1e-6)


def test_standardise_keeps_nan_and_names_what_is_too_far():
    assert np.isnan(standardise("c", np.array([np.nan]), 0.0, 1.0, row)).all()
    with pytest.raises(DataError) as caught:
        standardise("c", np.array([1.0, 1e300]), 0.0, 2.0, row)
    assert str(caught.value) == (
        "row 1, column 'c': 1e+300 is too far off\n"
        "hint: in training the mean is 0 and the standard deviation 2"
    )


def test_as_numbers():
    np.testing.assert_array_equal(as_numbers(Column.of("c", [1.0, np.nan]), row), [1, np.nan])
    assert as_numbers(Column.of("c", [True, False]), row).tolist() == [1, 0]
    empty = Column.of("c", np.array([None, None]))
    assert np.isnan(as_numbers(empty, row)).all()


def test_as_numbers_refuses():
    with pytest.raises(DataError) as caught:
        as_numbers(Column.of("c", [1.0, -np.inf]), row)
    assert str(caught.value) == (
        "row 1, column 'c': the entry is infinite\nhint: give it a finite value, or leave it empty"
    )
    with pytest.raises(DataError) as caught:
        as_numbers(Column.of("c", np.array([None, "x"])), row)
    expected = "row 1, column 'c': 'x' is text, but the column held numbers in training"
    assert str(caught.value) == expected
