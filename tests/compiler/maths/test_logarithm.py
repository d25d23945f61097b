"""Logarithms in units of the last place, and at powers of their bases."""

import numpy as np
import pytest

from tests.compiler.maths.native import exact, native, spread, ulps

LIMITS = {"log": 1.0, "log1p": 1.6, "log2": 0.8, "log10": 0.8}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_accuracy(name: str, dtype: type) -> None:
    near = np.linspace(-1, 3, 20_000)
    x = np.concatenate([spread(dtype, 100, 1e5), near, 1e-6 * near, 1 + 1e-6 * near]).astype(dtype)
    assert ulps(native(name, x), exact(getattr(np, name), x)).max() <= LIMITS[name]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_powers_of_the_base(dtype: type) -> None:
    info = np.finfo(dtype)
    n = np.arange(info.minexp - info.nmant, info.maxexp)
    np.testing.assert_array_equal(native("log2", np.ldexp(dtype(1), n)), n)
    n = np.arange(0, 11 if dtype is np.float32 else 23)
    np.testing.assert_array_equal(native("log10", (10.0**n).astype(dtype)), n)


def test_log1p_keeps_small_arguments() -> None:
    x = np.array([0.0, -0.0, 1e-45, -1e-45, 1e-30], np.float32)
    assert native("log1p", x).tobytes() == x.tobytes()
