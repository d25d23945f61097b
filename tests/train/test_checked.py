"""A Trainer that checks what it does: it stops before the damage is kept."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import Diverged

RNG = np.random.default_rng(4)
X = RNG.normal(size=(24, 3)).astype(np.float32)
X[13] = 1e30
Y = RNG.normal(size=(24, 1)).astype(np.float32)
ROWS = np.arange(24).reshape(6, 4)


def trainer(**options: Any) -> cr.Trainer:
    return cr.Trainer(nn.MLP(3, 4, 1, key=0), loss="squared_error", **options)


def test_the_update_at_fault_is_named_and_undone() -> None:
    checking = trainer(check=True, watch="layers.0.weight")
    with pytest.raises(Diverged) as error:
        checking.run(X, Y, ROWS)
    found = error.value.blame
    assert (found.step, found.rows) == (4, (13,))
    assert error.value.message.startswith("the loss is inf at step 4; ")
    assert error.value.hint == found.remedy
    assert error.value.probes.steps.tolist() == [1, 2, 3, 4]
    three = trainer()
    three.run(X, Y, ROWS[:3])
    for ours, theirs in zip(checking.model.parameters(), three.model.parameters(), strict=True):
        assert np.array_equal(np.asarray(ours), np.asarray(theirs))
    assert int(checking.state["step"]) == 3
    assert np.isfinite(checking.run(X, Y, ROWS[4:])).all()


def test_a_weight_that_is_no_longer_finite() -> None:
    leap = cr.optim.SGD(rate=lambda step: cr.where(cr.equal(step, 1), 3e38, 1e-3))
    net = nn.Sequential(nn.Linear(3, 1, key=0), "tanh")
    checking = cr.Trainer(net, loss="squared_error", optimizer=leap, check=True)
    with pytest.raises(Diverged) as error:
        checking.run(X[:12], 9 * np.ones((12, 1)), ROWS[:3])
    assert error.value.message.startswith("a weight is no longer finite after step 2; ")
    assert error.value.blame.phase == "update"


def test_the_same_bits_and_no_error_otherwise() -> None:
    one, two = trainer(check=True), trainer()
    assert np.array_equal(one.run(X, Y, ROWS[:3]), two.run(X, Y, ROWS[:3]))
    assert not np.isfinite(two.run(X, Y, ROWS)).all()


def test_several_calls() -> None:
    checking = trainer(check=True)
    checking.run(X, Y, ROWS[:2])
    with pytest.raises(Diverged) as error:
        checking.run(X, Y, ROWS[3])
    assert error.value.blame.step == 3
