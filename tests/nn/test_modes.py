"""Training mode: keys for random layers, and buffers brought up to date in a new model."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import UsageError

X = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)


def net() -> Any:
    return nn.Sequential(nn.Dropout(p=0.5), nn.Linear(4, 4, key=0), nn.BatchNorm(4), nn.Dropout())


def test_evaluation_is_the_default() -> None:
    model = net()
    np.testing.assert_array_equal(model(X).value, model(X).value)
    assert nn.training() is None


def test_the_same_key_gives_the_same_bits() -> None:
    one, _ = nn.apply(net(), X, key=3)
    two, _ = nn.apply(net(), X, key=cr.random.key(3))
    other, _ = nn.apply(net(), X, key=4)
    np.testing.assert_array_equal(one.value, two.value)
    assert (one.value != other.value).any()


def test_each_layer_has_a_key_of_its_own() -> None:
    ones = np.ones((1, 1000))
    drop = nn.Dropout(p=0.5)
    y, _ = nn.apply(nn.Sequential(drop, drop), ones, key=0)
    assert set(np.unique(y)) == {0.0, 4.0}
    assert 0.15 < np.mean(y != 0) < 0.35


def test_the_model_is_not_changed() -> None:
    model = net()
    before = model.state_dict()
    y, trained = nn.apply(model, X, key=0)
    for path, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[path])
    assert trained is not model
    assert type(trained[2].running_mean) is np.ndarray
    assert (trained[2].running_mean != model[2].running_mean).any()
    assert trained[1].weight is model[1].weight
    assert nn.training() is None
    assert y.shape == X.shape


def test_a_model_without_buffers_comes_back_itself() -> None:
    model = nn.Linear(4, 2, key=0)
    assert nn.apply(model, X)[1] is model


def test_a_shared_layer_is_updated_twice() -> None:
    norm = nn.BatchNorm(1, dtype=np.float64, momentum=0.5)
    x = np.array([[1.0], [3.0]])
    _, trained = nn.apply(nn.Sequential(norm, norm), x)
    assert trained[0] is trained[1]
    np.testing.assert_allclose(trained[0].running_mean, [0.5 * 1.0 + 0.5 * 0.0])


def test_a_random_layer_asks_for_a_key() -> None:
    with pytest.raises(UsageError) as caught:
        nn.apply(net(), X)
    assert str(caught.value) == (
        "layers.0 draws random numbers in training and there is no key\n"
        "hint: nn.apply(model, x, key=0), with another key at each step"
    )


def test_backward_reaches_the_model_and_the_update_keeps_the_buffers() -> None:
    model = net()
    y, trained = nn.apply(model, X, key=0)
    cr.sum(y * y).backward()
    rule = cr.optim.SGD(rate=0.1)
    new, _ = rule.update(trained, None, rule.init(model))
    assert (new[1].weight.value != model[1].weight.value).any()
    np.testing.assert_array_equal(new[2].running_mean, trained[2].running_mean)
    assert [p for p, _ in new.named_buffers()] == [p for p, _ in model.named_buffers()]


def test_training_under_grad() -> None:
    model = net()

    def loss(m: Any) -> Any:
        y, new = nn.apply(m, X, key=0)
        return cr.sum(y * y), dict(new.named_buffers())

    (value, buffers), grads = cr.value_and_grad(loss, has_aux=True)(model)
    y, trained = nn.apply(model, X, key=0)
    np.testing.assert_allclose(value, np.sum(y.value**2), rtol=1e-6)
    for path, array in trained.named_buffers():
        np.testing.assert_array_equal(buffers[path], array)
    assert grads[1].weight.any()
