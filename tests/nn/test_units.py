"""Maxout and radial units against the same mathematics in plain NumPy."""

import math

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4))


def test_maxout() -> None:
    layer = nn.Maxout(4, 3, pieces=2, key=0, dtype=np.float64)
    layer = layer.replace(bias=cr.tensor(RNG.normal(size=(2, 3))))
    w, b = layer.weight.value, layer.bias.value
    want = np.maximum(X @ w[0].T + b[0], X @ w[1].T + b[1])
    np.testing.assert_allclose(layer(X).value, want, rtol=1e-13)
    assert layer(X[0]).shape == (3,)
    assert nn.Maxout(400, 40, pieces=10, key=0).weight.value.var() == pytest.approx(
        1 / 400, rel=0.03
    )


def test_rbf() -> None:
    layer = nn.RBF(4, 3, key=0, width=1.5, dtype=np.float64)
    c = layer.centres.value
    want = [[math.exp(-sum((x - m) ** 2) / (2 * 1.5**2)) for m in c] for x in X]
    np.testing.assert_allclose(layer(X).value, want, rtol=1e-12)
    assert layer(X[0]).shape == (3,)
    assert nn.RBF(9, 3, key=0).widths.value.tolist() == [3, 3, 3]
