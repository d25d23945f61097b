"""Dropout: shares, expectation and gradients."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4))


def test_dropout_keeps_the_expectation() -> None:
    y, _ = nn.apply(nn.Dropout(p=0.2), np.ones((200, 200), np.float32), key=0)
    assert y.dtype == np.float32
    assert y.mean() == pytest.approx(1, abs=0.02)
    assert np.mean(y == 0) == pytest.approx(0.2, abs=0.01)
    np.testing.assert_array_equal(nn.apply(nn.Dropout(p=0.0), X)[0], X)


def test_dropout_lets_gradients_through_what_it_keeps() -> None:
    x = cr.tensor(np.ones(100))
    y, _ = nn.apply(nn.Dropout(p=0.5), x, key=0)
    cr.sum(y).backward()
    np.testing.assert_array_equal(x.grad, y.value)
