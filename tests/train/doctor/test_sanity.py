"""The tests before training: sound nets pass, planted faults fail."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.train.doctor.sanity import sanity_check

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 12)).astype(np.float32)
Y = RNG.integers(0, 10, 300)


def wide(key: Any, shape: Any, dtype: Any) -> Any:
    return (3 * np.asarray(cr.random.normal(key, shape))).astype(dtype)


def names(found: Any) -> list[str]:
    return [trial.name for trial in found if not trial.ok]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_sound_classes(activation: str) -> None:
    found = sanity_check(cr.nn.MLP(12, 64, 10, key=0, activation=activation), (X, Y))
    assert names(found) == []
    assert "2.3, the loss of guessing" in found[0].expected


def test_sound_values() -> None:
    y = np.sin(X[:, :1])
    assert sanity_check(cr.nn.MLP(12, 64, 1, key=0), (X, y)).ok
    assert sanity_check(cr.nn.MLP(12, 64, 1, key=0), (X, Y % 2)).ok


def test_zero_logits_are_at_chance_exactly() -> None:
    found = sanity_check(cr.nn.Linear(12, 10, init="zeros", key=0), (X, np.arange(300) % 10))
    assert found[0].number == pytest.approx(np.log(10), rel=1e-6)


def test_weights_that_are_too_large() -> None:
    found = sanity_check(cr.nn.MLP(12, 64, 10, key=0, init=wide), (X, Y))
    assert "loss at chance" in names(found)


def test_a_net_that_cannot_learn_twenty_rows() -> None:
    found = sanity_check(cr.nn.MLP(12, 64, 10, key=0, init="zeros"), (X, Y))
    assert "20 rows overfitted" in names(found)
    blind = np.zeros_like(X)
    assert "20 rows overfitted" in names(sanity_check(cr.nn.MLP(12, 64, 10, key=0), (blind, Y)))
    slow = sanity_check(
        cr.nn.MLP(12, 64, 10, key=0), (X, Y), optimizer=cr.optim.SGD(rate=1e-6), steps=50
    )
    assert names(slow) == ["20 rows overfitted"]


def test_a_penalty_that_sees_no_weights() -> None:
    class Shift(cr.nn.Module):
        bias: cr.Tensor

        def __call__(self, x: Any) -> Any:
            return x + self.bias

    y = X[:, :2]
    found = sanity_check(Shift(bias=cr.tensor(np.zeros(2, np.float32))), (y, y))
    assert "more regularisation, more loss" in names(found)


def test_what_guessing_gives_may_not_be_known() -> None:
    def cubed(outputs: Any, y: Any) -> Any:
        return cr.mean(cr.abs(outputs - y) ** 3)

    found = sanity_check(cr.nn.MLP(12, 32, 1, key=0), (X, np.tanh(X[:, :1])), loss=cubed)
    assert found[0].ok
    assert "not known" in found[0].expected


def test_few_rows() -> None:
    assert sanity_check(cr.nn.MLP(12, 32, 10, key=0), (X[:7], Y[:7]))[2].name == "7 rows overfitted"


def test_the_model_stays_as_it_is() -> None:
    net = cr.nn.MLP(12, 32, 10, key=0)
    before = {path: x.copy() for path, x in net.state_dict().items()}
    sanity_check(net, (X, Y), steps=10)
    for path, x in net.state_dict().items():
        np.testing.assert_array_equal(x, before[path])


def test_options_out_of_range() -> None:
    net = cr.nn.MLP(12, 32, 10, key=0)
    with pytest.raises(UsageError, match="steps must be a whole number"):
        sanity_check(net, (X, Y), steps=0)
    with pytest.raises(UsageError, match="there is no loss"):
        sanity_check(net, (X, Y), loss="nothing")
