"""Activations at their limits: no overflow, no warning, and the stated slope at 0."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph.registry import OPS

LIMITS = {
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "leaky_relu": (-np.inf, np.inf),
    "elu": (-1.0, np.inf),
    "celu": (-1.0, np.inf),
    "selu": (-1.7580993408473766, np.inf),
    "gelu": (0.0, np.inf),
    "silu": (0.0, np.inf),
    "softplus": (0.0, np.inf),
    "hardtanh": (-1.0, 1.0),
    "relu6": (0.0, 6.0),
    "lecun_tanh": (-1.7159, 1.7159),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    left, right = LIMITS[name]
    assert OPS[name](-np.inf) == pytest.approx(left, rel=1e-15)
    assert OPS[name](np.inf) == pytest.approx(right, rel=1e-15)
    assert np.isnan(OPS[name](np.nan))


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_far_out_nothing_overflows(name: str, dtype: type) -> None:
    far = np.array([-1e4, -800.0, 800.0, 1e4], dtype)
    x = cr.tensor(far)
    y = OPS[name](x)
    y.sum().backward()
    assert np.all(np.isfinite(y.value))
    assert np.all(np.isfinite(x.grad))


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("relu", 0.0),
        ("leaky_relu", 0.01),
        ("elu", 1.0),
        ("celu", 1.0),
        ("selu", 1.7580993408473766),
        ("relu6", 0.0),
        ("abs", 0.0),
        ("softplus", 0.5),
        ("gelu", 0.5),
        ("silu", 0.5),
        ("sigmoid", 0.25),
        ("lecun_tanh", 1.7159 * 2 / 3),
    ],
)
def test_the_slope_at_zero(name: str, slope: float) -> None:
    x = cr.tensor(0.0)
    OPS[name](x).backward()
    assert float(x.grad) == pytest.approx(slope, rel=1e-14)


def test_lecun_tanh_goes_through_one() -> None:
    assert cr.lecun_tanh(np.array([-1.0, 1.0])) == pytest.approx([-1, 1], abs=1e-5)
    assert cr.lecun_tanh(2.0, linear=0.5) == cr.lecun_tanh(2.0) + 1.0


def test_softmax_of_large_numbers() -> None:
    x = np.array([[1e4, 1e4], [-1e4, 1e4], [-np.inf, 0.0]])
    assert cr.softmax(x).tolist() == [[0.5, 0.5], [0.0, 1.0], [0.0, 1.0]]
    assert cr.log_softmax(x)[1].tolist() == [-2e4, 0.0]
    assert cr.softmax(np.array([1, 1])).tolist() == [0.5, 0.5]
    assert cr.log_softmax(np.zeros((2, 0))).shape == (2, 0)
    assert cr.softmax(np.zeros((2, 2)), axis=None).sum() == 1.0


def test_maxout_takes_the_best_piece() -> None:
    pieces = cr.tensor([[[1.0, 3.0], [2.0, -1.0]]])
    y = cr.maxout(pieces)
    y.sum().backward()
    assert y.tolist() == [[3.0, 2.0]]
    assert pieces.grad.tolist() == [[[0.0, 1.0], [1.0, 0.0]]]
