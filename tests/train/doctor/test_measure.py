"""Curvature and noise, against the matrices themselves."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.nn.losses import squared_error
from chainrule.train.doctor.measure import curvature, noise

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 3)) * [1, 2, 0.5]
Y = (X @ [1.0, -2.0, 0.5] + RNG.normal(size=400))[:, None]
LINE = cr.nn.Linear(3, 1, key=0, dtype=np.float64)
WITH_ONE = np.column_stack([X, np.ones(400)])


def test_largest_eigenvalue_of_a_line() -> None:
    exact = 2 * np.linalg.eigvalsh(WITH_ONE.T @ WITH_ONE / 400).max()
    assert curvature(LINE, (X, Y), squared_error) == pytest.approx(exact, rel=1e-3)


def test_noise_scale_of_a_line() -> None:
    error = np.asarray(LINE(X).value) - Y
    each = 2 * error * WITH_ONE
    mean = each.mean(axis=0)
    exact = np.square(each - mean).sum(axis=1).mean() / (mean @ mean)
    assert noise(LINE, (X, Y), squared_error) == pytest.approx(exact, rel=0.35)


def test_where_all_is_noise_the_gradient_is_as_often_too_small_as_too_large() -> None:
    true = LINE.load_state_dict({"weight": np.zeros((1, 3)), "bias": np.zeros(1)})
    found = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        rows = rng.normal(size=(64, 3)), rng.normal(size=(64, 1))
        found.append(noise(true, rows, squared_error))
    assert 3 <= sum(np.isinf(x) for x in found) <= 8


def test_no_noise() -> None:
    same = np.ones((64, 3)), np.zeros((64, 1))
    assert noise(LINE, same, squared_error) == pytest.approx(0, abs=1e-9)


def test_a_rate_above_two_by_it_diverges() -> None:
    largest = curvature(LINE, (X, Y), squared_error)
    ends = []
    for factor in (0.9, 1.1):
        rule = cr.optim.SGD(rate=2 * factor / largest)
        trainer = cr.Trainer(LINE, loss="squared_error", optimizer=rule)
        losses = trainer.run(X, Y, np.tile(np.arange(400), (200, 1)))
        ends.append(losses[-1] / losses[0])
    assert ends[0] < 1 < 1e3 < ends[1]
