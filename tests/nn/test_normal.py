"""Normalising layers against the same mathematics in plain NumPy."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4))


def test_layer_norm() -> None:
    layer = nn.LayerNorm(4, dtype=np.float64).replace(
        weight=cr.tensor([1.0, 2.0, 3.0, 4.0]), bias=cr.tensor([0.0, 1.0, 0.0, 1.0])
    )
    z = (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + 1e-5)
    want = z * [1, 2, 3, 4] + [0, 1, 0, 1]
    np.testing.assert_allclose(layer(X).value, want, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(nn.apply(layer, X)[0].value, want, rtol=1e-12, atol=1e-14)


def test_batch_norm_trains_on_the_batch() -> None:
    layer = nn.BatchNorm(4, dtype=np.float64)
    y, trained = nn.apply(layer, X)
    np.testing.assert_allclose(y.value, (X - X.mean(0)) / np.sqrt(X.var(0) + 1e-5), atol=1e-13)
    np.testing.assert_allclose(trained.running_mean, 0.1 * X.mean(0), rtol=1e-13)
    np.testing.assert_allclose(trained.running_var, 0.9 + 0.1 * X.var(0, ddof=1), rtol=1e-13)
    want = (X - trained.running_mean) / np.sqrt(trained.running_var + 1e-5)
    np.testing.assert_allclose(trained(X).value, want, rtol=1e-12, atol=1e-14)


def test_batch_norm_over_more_axes_and_dtypes() -> None:
    images = RNG.normal(size=(2, 3, 3, 4)).astype(np.float32)
    y, trained = nn.apply(nn.BatchNorm(4), images)
    np.testing.assert_allclose(y.value.reshape(-1, 4).mean(0), 0, atol=1e-6)
    assert trained.running_var.dtype == np.float32
    with pytest.raises(ShapeError) as caught:
        nn.apply(nn.BatchNorm(4), X[:1])
    assert str(caught.value) == (
        "BatchNorm trains on two examples at least, got (1, 4)\n"
        "hint: use a larger batch, or LayerNorm"
    )


def test_batch_norm_keeps_its_dtype_under_other_inputs() -> None:
    _, trained = nn.apply(nn.BatchNorm(4), X)
    assert X.dtype == np.float64
    assert trained.running_mean.dtype == trained.running_var.dtype == np.float32
