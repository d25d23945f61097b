"""Nets and rules as plain data and back."""

import json
from typing import Any

import numpy as np
import pytest

from chainrule import nn, optim
from chainrule.errors import FileError
from chainrule.train.described import RULES, model_data, model_from, rule_data, rule_from

WARM = optim.WarmUp(then=optim.Cosine(rate=0.1, steps=100), steps=10)


@pytest.mark.parametrize("rule", [
    optim.SGD(rate=0.1), optim.Adam(clip_norm=1.0), optim.Momentum(rate=optim.Constant(rate=0.3)),
    optim.AdamW(rate=WARM), optim.RMSprop(rate=optim.Plateau(rate=0.1)),
])  # fmt: skip
def test_rules(rule: Any) -> None:
    data = json.loads(json.dumps(rule_data(rule)))
    assert rule_from(data) == rule


def test_rules_of_the_user() -> None:
    class Mine(optim.SGD):
        pass

    assert rule_data(Mine()) is None
    assert rule_data(optim.SGD(rate=lambda step: 0.1)) is None
    assert {"SGD", "Adam", "Cosine"} <= set(RULES)
    with pytest.raises(FileError, match="no update rule 'Mine'"):
        rule_from({"class": "Mine"})


@pytest.mark.parametrize("net", [
    nn.MLP(2, 3, 1, key=0), nn.MLP(2, 3, 3, 1, key=0, activation=nn.LeakyReLU(slope=0.3)),
    nn.MLP(2, 5, 1, key=0, activation="tanh", dropout=0.25, output="sigmoid", dtype=np.float64),
    nn.Sequential(nn.Linear(2, 4, key=0, bias=False), "softmax"),
])  # fmt: skip
def test_nets(net: Any) -> None:
    data = json.loads(json.dumps(model_data(net)))
    made = model_from(data).load_state_dict(net.state_dict())
    x = np.array([[1.0, -2.0]], np.float32)
    assert np.asarray(made(x)).tolist() == np.asarray(net(x)).tolist()


def test_nets_of_the_user() -> None:
    assert model_data(nn.Sequential(nn.Linear(2, 2, key=0), lambda x: x)) is None
    assert model_data(nn.Linear(2, 2, key=0)) is None
    for data in ({"class": "Secret"}, {"class": "Activation", "function": "eval"}):
        with pytest.raises(FileError, match="there is no layer"):
            model_from([data])
