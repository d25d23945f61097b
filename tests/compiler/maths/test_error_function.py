"""erf and erfc against the C library's, from denormal arguments to denormal results."""

import math

import numpy as np
import pytest

from tests.compiler.maths.native import native, spread, ulps


def arguments(dtype: type) -> np.ndarray:
    x = np.concatenate([spread(dtype, 10), np.linspace(-7, 7, 20_000), np.linspace(0, 30, 5000)])
    return x.astype(dtype)


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 1.8), (np.float64, 2.1)])
def test_erf(dtype: type, limit: float) -> None:
    x = arguments(dtype)
    assert ulps(native("erf", x), np.array([math.erf(v) for v in x])).max() <= limit


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 0.6), (np.float64, 5.1)])
def test_erfc(dtype: type, limit: float) -> None:
    """The C library is itself about one unit away from the truth in double precision."""
    x = arguments(dtype)
    assert ulps(native("erfc", x), np.array([math.erfc(v) for v in x])).max() <= limit


def test_ends() -> None:
    x = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0])
    np.testing.assert_array_equal(native("erf", x), [1, -1, np.nan, 0, 0])
    np.testing.assert_array_equal(native("erfc", x), [0, 2, np.nan, 1, 1])
    assert np.signbit(native("erf", x)).tolist()[3:] == [False, True]
