"""Tests of one's own."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import Unhealthy, UsageError

X = np.random.default_rng(0).normal(size=(256, 6)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


def trained(init: str | None) -> cr.Fit:
    net = cr.nn.MLP(6, 16, 2, init=init, key=0)
    return cr.fit(net, (X, Y), optimizer=cr.optim.Adam(rate=0.01), progress=False)


def test_healthy() -> None:
    assert cr.testing.assert_healthy(trained(None), (X, Y)).ok


def test_sick() -> None:
    with pytest.raises(AssertionError, match="symmetric units  layers") as caught:
        cr.testing.assert_healthy(trained("zeros"), (X, Y))
    assert isinstance(caught.value, Unhealthy)


def test_a_rule_may_be_left_out() -> None:
    sick = ["symmetric units", "loss at chance", "loss not moving"]
    assert cr.testing.assert_healthy(trained("zeros"), (X, Y), ignore=sick).rules == sick
    with pytest.raises(UsageError, match="there is no rule 'symetric units'") as caught:
        cr.testing.assert_healthy(trained(None), ignore=["symetric units"])
    assert caught.value.hint == "did you mean 'symmetric units'?"
