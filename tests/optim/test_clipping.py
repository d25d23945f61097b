"""Clipping: limits, order, precision, and what is not a number."""

import numpy as np
import pytest

from chainrule import optim


def test_clipping_by_value_comes_before_norm() -> None:
    rule = optim.SGD(rate=1.0, clip_value=3.0, clip_norm=2.5)
    model = {"a": np.zeros(1), "b": np.zeros(1)}
    new, _ = rule.update(model, {"a": np.array([30.0]), "b": np.array([-4.0])}, rule.init(model))
    length = 2.5 / np.sqrt(18)
    assert new["a"].item() == pytest.approx(-3 * length)
    assert new["b"].item() == pytest.approx(3 * length)


def test_clipping_by_value_alone() -> None:
    rule, model = optim.SGD(rate=1.0, clip_value=3.0), {"a": np.zeros(2)}
    new, _ = rule.update(model, {"a": np.array([30.0, -2.0])}, rule.init(model))
    assert new["a"].tolist() == [-3.0, 2.0]


def test_short_gradients_pass_unchanged() -> None:
    g = {"a": np.array([0.3], np.float32)}
    assert optim.clip_by_norm(g, 1.0)["a"].item() == np.float32(0.3)
    assert optim.clip_by_norm({}, 1.0) == {}


def test_the_norm_does_not_overflow_in_float32() -> None:
    g = {"a": np.full(4, 1e30, np.float32)}
    clipped = optim.clip_by_norm(g, 1.0)["a"]
    assert clipped.dtype == np.float32
    np.testing.assert_allclose(clipped, 0.5, rtol=1e-6)


def test_nan_is_not_hidden_by_clipping() -> None:
    g = {"a": np.array([np.nan, 1.0])}
    assert np.isnan(optim.clip_by_value(g, 1.0)["a"][0])
    assert np.isnan(optim.clip_by_norm(g, 1.0)["a"]).all()
