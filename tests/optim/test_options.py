"""Settings out of range are named with their value and their range."""

import copy
import dataclasses
import math
import pickle
from typing import Any

import numpy as np
import pytest

from chainrule import optim
from chainrule.errors import UsageError
from chainrule.optim.options import Interval

BAD = [
    (optim.SGD, {"rate": 0}, "SGD: rate must be in (0, inf), got 0"),
    (optim.SGD, {"rate": float("nan")}, "SGD: rate must be in (0, inf), got nan"),
    (optim.SGD, {"rate": float("inf")}, "SGD: rate must be in (0, inf), got inf"),
    (optim.SGD, {"rate": "fast"}, "SGD: rate must be in (0, inf), got 'fast'"),
    (optim.SGD, {"rate": None}, "SGD: rate must be in (0, inf), got None"),
    (optim.SGD, {"clip_norm": -1.0}, "SGD: clip_norm must be in (0, inf), got -1.0"),
    (optim.SGD, {"clip_value": 0.0}, "SGD: clip_value must be in (0, inf), got 0.0"),
    (optim.Momentum, {"momentum": 1.0}, "Momentum: momentum must be in [0, 1), got 1.0"),
    (optim.Nesterov, {"momentum": -0.1}, "Nesterov: momentum must be in [0, 1), got -0.1"),
    (optim.Adagrad, {"epsilon": 0}, "Adagrad: epsilon must be in (0, inf), got 0"),
    (optim.RMSprop, {"decay": 1}, "RMSprop: decay must be in [0, 1), got 1"),
    (optim.Adam, {"beta1": 1.0}, "Adam: beta1 must be in [0, 1), got 1.0"),
    (optim.Adam, {"beta2": 1.5}, "Adam: beta2 must be in [0, 1), got 1.5"),
    (optim.AdamW, {"decay": -1}, "AdamW: decay must be in [0, inf), got -1"),
    (optim.Rprop, {"increase": 1.0}, "Rprop: increase must be in (1, inf), got 1.0"),
    (optim.Rprop, {"decrease": True}, "Rprop: decrease must be in (0, 1), got True"),
    (optim.Cosine, {"rate": 1.0, "steps": 0}, "Cosine: steps must be in [1, inf), got 0"),
    (optim.WarmUp, {"steps": 1, "then": -1}, "WarmUp: then must be in (0, inf), got -1"),
]


@pytest.mark.parametrize(("kind", "settings", "says"), BAD)
def test_settings_out_of_range(kind: Any, settings: Any, says: Any) -> None:
    with pytest.raises(UsageError) as caught:
        kind(**settings)
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: optim.Adam(lr=0.1), "Adam has no setting 'lr'\nhint: did you mean 'rate'?"),
        (lambda: optim.Adam(eps=0.1), "Adam has no setting 'eps'\nhint: did you mean 'epsilon'?"),
        (
            lambda: optim.AdamW(weight_decay=0.1),
            "AdamW has no setting 'weight_decay'\nhint: did you mean 'decay'?",
        ),
        (lambda: optim.Adam(bta1=0.1), "Adam has no setting 'bta1'\nhint: did you mean 'beta1'?"),
        (
            lambda: optim.SGD(weight_decay=0.1),
            "SGD has no setting 'weight_decay'\nhint: known names: clip_norm, clip_value, rate",
        ),
        (lambda: optim.SGD(0.1), "SGD takes settings by their names\nhint: SGD(rate=0.1)"),
        (lambda: optim.Cosine(rate=0.1), "Cosine: missing a required argument: 'steps'"),
        (
            lambda: optim.Cosine(rate=0.1, step=9),
            "Cosine has no setting 'step'\nhint: did you mean 'steps'?",
        ),
        (
            lambda: optim.Plateau(learning_rate=0.1),
            "Plateau has no setting 'learning_rate'\nhint: did you mean 'rate'?",
        ),
    ],
)
def test_settings_that_do_not_exist(make: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert str(caught.value) == says


def test_rules_can_be_copied() -> None:
    rule = optim.Adam(rate=0.1)
    assert copy.deepcopy(rule) == rule == pickle.loads(pickle.dumps(rule))
    assert dataclasses.replace(rule, beta1=0.5).beta1 == 0.5


def test_intervals_know_their_ends() -> None:
    half_open = Interval("[0, 1)")
    assert 0 in half_open
    assert np.float32(0.5) in half_open
    for outside in (1, -0.1, math.nan, True, "0.5", None):
        assert outside not in half_open
    assert math.inf not in Interval("(0, inf)")
    assert 1 in Interval("(0, 1]")
