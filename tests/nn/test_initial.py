"""Initial weights: their variances, their ranges, and that they repeat."""

import math
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError, UsageError
from chainrule.nn import initial

SHAPE = (300, 200)
VARIANCES = {
    "lecun_normal": 1 / 200,
    "lecun_uniform": 1 / 200,
    "glorot_normal": 2 / 500,
    "glorot_uniform": 2 / 500,
    "he_normal": 2 / 200,
    "he_uniform": 2 / 200,
    "orthogonal": 1 / 300,
}


@pytest.mark.parametrize("name", VARIANCES)
def test_variance(name: Any) -> None:
    w = initial.initializer(name)(0, SHAPE, np.float64)
    n = w.size
    assert abs(w.mean()) < 5 * math.sqrt(VARIANCES[name] / n)
    spread = math.sqrt(2 / n)  # of the variance of n normal draws, relative
    assert w.var() == pytest.approx(VARIANCES[name], rel=5 * spread)


@pytest.mark.parametrize("name", [n for n in VARIANCES if n.endswith("uniform")])
def test_uniform_stays_within_its_ends(name: Any) -> None:
    w = initial.initializer(name)(0, SHAPE, np.float64)
    end = math.sqrt(3 * VARIANCES[name])
    assert 0.99 * end < np.abs(w).max() <= end


@pytest.mark.parametrize("name", VARIANCES)
def test_repeatable(name: Any) -> None:
    draw = initial.initializer(name)
    np.testing.assert_array_equal(draw(7, (3, 4)), draw(cr.random.key(7), (3, 4)))
    assert (draw(7, (3, 4)) != draw(8, (3, 4))).any()
    assert draw(7, (3, 4)).dtype == np.float32


def test_normal_is_normal() -> None:
    w = initial.lecun_normal(1, SHAPE, np.float64) * math.sqrt(200)
    assert np.mean(np.abs(w) < 1) == pytest.approx(0.6827, abs=0.01)
    assert np.mean(np.abs(w) < 2) == pytest.approx(0.9545, abs=0.005)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (4, 2, 3)])
def test_orthogonal(shape: Any) -> None:
    w = initial.orthogonal(0, shape, np.float64).reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-14)


def test_orthogonal_favours_no_sign() -> None:
    corners = [initial.orthogonal(key, (2, 2))[0, 0] for key in range(40)]
    assert 8 < sum(c > 0 for c in corners) < 32


def test_fans_count_the_taps_of_a_kernel() -> None:
    assert initial.fans((8, 3, 5, 5)) == (75, 200)


def test_fixed_values() -> None:
    assert not initial.zeros(None, (2, 3)).any()
    assert initial.ones(None, (2,)).tolist() == [1, 1]
    assert initial.constant(0.5)(None, (2,)).tolist() == [0.5, 0.5]


def test_messages() -> None:
    with pytest.raises(ShapeError, match=r"fan-in needs a weight of shape \(out, in\), got \(3,\)"):
        initial.he_normal(0, (3,))
    with pytest.raises(UsageError, match="did you mean 'he_normal'"):
        initial.initializer("he_normla")
    with pytest.raises(UsageError, match="random weights need a key"):
        initial.he_normal(None, (3, 3))
