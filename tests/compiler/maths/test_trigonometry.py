"""Sines, cosines and tangents, near the axes and far out."""

import math

import numpy as np
import pytest

from tests.compiler.maths.native import exact, native, spread, ulps

LIMITS = {"sin": 0.9, "cos": 0.9, "tan": 2.2}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_accuracy(name: str, dtype: type) -> None:
    axes = np.arange(-3000, 3000) * (np.pi / 2)
    x = np.concatenate([spread(dtype, 100, 1e5), axes, 21 * axes, np.linspace(-1e5, 1e5, 9999)])
    x = x.astype(dtype)
    x = x[~(np.abs(x) > 2**60)]  # NumPy's own reduction in the widest type ends somewhere
    assert ulps(native(name, x), exact(getattr(np, name), x)).max() <= LIMITS[name]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_arguments(dtype: type) -> None:
    """A few entries beyond the limit are computed on their own, their neighbours as before."""
    x = np.array([1e22, 0.5, -3.4e38, 2**30, 2**30 - 1, 1e9, 1e10, -0.0] * 4, dtype)
    for name in ("sin", "cos", "tan"):
        wanted = np.array([getattr(math, name)(v) for v in x])
        assert ulps(native(name, x), wanted).max() <= 2


def test_nothing_is_known_at_infinity() -> None:
    x = np.array([np.inf, -np.inf, np.nan], np.float32)
    for name in ("sin", "cos", "tan"):
        assert np.isnan(native(name, x)).all()
