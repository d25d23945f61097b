"""Schedules against their formulas, on numbers and on gates."""

import math
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import optim
from chainrule.graph.node import leaf

FORMULAS = [
    (optim.Constant(rate=0.3), lambda t: 0.3),
    (optim.StepDecay(rate=0.3, every=7, factor=0.5), lambda t: 0.3 * 0.5 ** (t // 7)),
    (optim.ExponentialDecay(rate=0.3, factor=0.9), lambda t: 0.3 * math.exp(t * math.log(0.9))),
    (optim.InverseTime(rate=0.3, half=4), lambda t: 0.3 * 4 / (4 + t)),
    (
        optim.Cosine(rate=0.3, steps=20, floor=0.1),
        lambda t: 0.1 + 0.2 * math.cos(math.pi / 2 * min(t, 20) / 20) ** 2,
    ),
    (optim.WarmUp(steps=5, then=0.3), lambda t: 0.3 * min(t + 1, 5) / 5),
    (
        optim.WarmUp(steps=5, then=optim.InverseTime(rate=0.3, half=4)),
        lambda t: 0.3 * (t + 1) / 5 if t < 5 else 0.3 * 4 / (t - 1),
    ),
]
CASES = pytest.mark.parametrize(("schedule", "formula"), FORMULAS, ids=lambda x: type(x).__name__)


@CASES
def test_values(schedule: Any, formula: Any) -> None:
    for t in (0, 1, 4, 5, 6, 7, 13, 14, 19, 20, 21, 1000):
        rate = schedule(np.int64(t))
        assert np.asarray(rate).dtype == np.float64
        assert float(rate) == pytest.approx(formula(t), rel=1e-12, abs=1e-15)


@CASES
def test_gates_and_traced_steps(schedule: Any, formula: Any) -> None:
    assert float(schedule(cr.tensor(6))) == pytest.approx(formula(6), rel=1e-12)
    traced = schedule(leaf((), np.int64, "step"))
    assert traced.shape == ()
    assert traced.dtype == np.float64


def losses_to_rates(plateau: Any, losses: Any) -> Any:
    state = plateau.init()
    rates = []
    for loss in losses:
        state = plateau.observe(state, loss)
        rates.append(float(state["rate"]))
    return rates


def test_plateau_waits_and_lowers() -> None:
    plateau = optim.Plateau(rate=1.0, factor=0.5, patience=2)
    assert losses_to_rates(plateau, [5, 4, 4, 4, 4, 4, 4, 4, 3]) == [1] * 4 + [0.5] * 3 + [0.25] * 2


def test_plateau_takes_small_gains_for_none() -> None:
    plateau = optim.Plateau(rate=1.0, factor=0.5, patience=0, threshold=0.01)
    assert losses_to_rates(plateau, [1.0, 0.995, 0.98]) == [1.0, 0.5, 0.5]


def test_plateau_counts_nan_as_not_better_and_stops_at_the_floor() -> None:
    plateau = optim.Plateau(rate=1.0, factor=0.1, patience=0, floor=0.05)
    assert losses_to_rates(plateau, [math.nan, math.inf, 1, 1]) == [0.1, 0.05, 0.05, 0.05]


def test_plateau_inside_an_optimizer() -> None:
    rule = optim.SGD(rate=optim.Plateau(rate=1.0, factor=0.5, patience=0))
    model = {"w": np.zeros(1)}
    state = rule.init(model)
    g = {"w": np.ones(1)}
    model, state = rule.update(model, g, rule.observe(state, 1.0))
    assert model["w"].item() == -1.0
    model, state = rule.update(model, g, rule.observe(state, 1.0))
    assert model["w"].item() == -1.5
    assert float(rule.rate_of(state)) == 0.5


def test_observe_does_nothing_for_other_rates() -> None:
    rule = optim.SGD()
    state = rule.init({"w": np.zeros(1)})
    assert rule.observe(state, 1.0) is state


def test_schedules_and_overrides_reach_the_rule() -> None:
    rule = optim.SGD(rate=optim.InverseTime(rate=1.0, half=1))
    model, g = {"w": np.zeros(1)}, {"w": np.ones(1)}
    model, state = rule.update(model, g, rule.init(model))
    assert model["w"].item() == -1.0
    model, state = rule.update(model, g, state)
    assert model["w"].item() == -1.5
    model, state = rule.update(model, g, state, rate=2.0)
    assert model["w"].item() == -3.5
