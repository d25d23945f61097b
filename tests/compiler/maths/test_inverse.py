"""Angles in units of the last place, and in all four quadrants."""

import numpy as np
import pytest

from tests.compiler.maths.native import exact, identical, native, pairs, spread, ulps

LIMITS = {"arcsin": 2.3, "arccos": 1.5, "arctan": 1.7}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_accuracy(name: str, dtype: type) -> None:
    grid = np.linspace(-1.1, 1.1, 20_000)
    near = 1 - 10.0 ** np.linspace(-17, -1, 3000)
    x = np.concatenate([spread(dtype, 100), grid, near, -near, 0.5 + 1e-3 * grid]).astype(dtype)
    assert ulps(native(name, x), exact(getattr(np, name), x)).max() <= LIMITS[name]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arctan2(dtype: type) -> None:
    y = spread(dtype, 100)
    x = np.random.default_rng(1).permutation(y)
    assert ulps(native("arctan2", y, x), exact(np.arctan2, y, x)).max() <= 2.2


def test_quadrants() -> None:
    ends = np.array([0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan])
    y, x = pairs(ends)
    assert identical(native("arctan2", y, x), np.arctan2(y, x))
