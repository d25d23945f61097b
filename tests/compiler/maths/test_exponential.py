"""Exponentials in units of the last place, and where they end."""

import numpy as np
import pytest

from tests.compiler.maths.native import exact, native, spread, ulps

LIMITS = {"exp": 1.2, "expm1": 2.0, "tanh": 2.6, "sinh": 2.6, "cosh": 1.8}


def ends(dtype: type) -> np.ndarray:
    """Return numbers around those where results overflow, vanish or become denormal."""
    info = np.finfo(dtype)
    edges = np.log([info.max, info.tiny, info.smallest_subnormal], dtype=dtype)
    edges = np.concatenate([edges, edges + np.log(dtype(2)), [-17.3, -37.4, 9.01, 22.0]])
    steps = [edges]
    for _ in range(6):
        steps.append(np.nextafter(steps[-1], dtype(np.inf)))
        steps.insert(0, np.nextafter(steps[0], dtype(-np.inf)))
    return np.concatenate(steps).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_accuracy(name: str, dtype: type) -> None:
    x = np.concatenate([spread(dtype, 30, 300), ends(dtype), -ends(dtype)])
    reach = 110 if dtype is np.float32 else 750
    x = np.concatenate([x, np.linspace(-reach, reach, 20_000, dtype=dtype)])
    assert ulps(native(name, x), exact(getattr(np, name), x)).max() <= LIMITS[name]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_small_arguments_keep_their_sign_and_bits(dtype: type) -> None:
    small = np.finfo(dtype).smallest_subnormal * np.array([0, 1, 3, 1000], dtype)
    small = np.concatenate([small, -small])
    for name in ("expm1", "tanh", "sinh"):
        found = native(name, small)
        assert found.tobytes() == small.tobytes()


def test_exp_of_zero_is_one() -> None:
    assert native("exp", np.zeros(3, np.float32)).tolist() == [1, 1, 1]
