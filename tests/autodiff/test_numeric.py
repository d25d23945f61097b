"""Differences: as exact as float64 allows, honest about their error, aware of kinks."""

import math
from typing import Any

import numpy as np
import pytest

from chainrule.autodiff.numeric import (
    Sample,
    bends,
    curvature,
    directional_derivative,
    numeric_gradient,
    slope,
)
from chainrule.errors import ShapeError

SMOOTH = [  # function, point, derivative
    (math.sin, 1.0, math.cos(1)),
    (math.sin, 1e6, math.cos(1e6)),
    (math.exp, 20.0, math.exp(20)),
    (math.log, 1e-6, 1e6),
    (math.sqrt, 1e-8, 0.5e4),
    (lambda x: 1 / x, 3.0, -1 / 9),
    (lambda x: x**9, 0.5, 9 * 0.5**8),
    (lambda x: math.tanh(50 * x), 0.01, 50 * (1 - math.tanh(0.5) ** 2)),
    (lambda x: 1e8 + x * x, 3.0, 6.0),
    (lambda x: 7.0, 2.0, 0.0),
]


def at(f: Any, x: float) -> Any:
    def sample(t: float) -> Sample:
        try:
            return Sample(f(x + t))
        except (ValueError, ZeroDivisionError, OverflowError):
            return Sample(math.nan)

    return sample


@pytest.mark.parametrize(("f", "x", "wanted"), SMOOTH)
def test_slopes(f: Any, x: float, wanted: float) -> None:
    found = slope(at(f, x), max(1.0, abs(x)))
    assert found.value == pytest.approx(wanted, rel=1e-7, abs=1e-12)
    assert abs(found.value - wanted) <= 10 * found.error + 1e-9 * abs(wanted)


def test_most_slopes_have_ten_digits() -> None:
    for f, x, wanted in SMOOTH[:1] + SMOOTH[5:8]:
        assert slope(at(f, x)).value == pytest.approx(wanted, rel=1e-10)


def test_a_winner_that_changes_at_every_step_is_a_kink() -> None:
    found = slope(lambda t: Sample(max(t, 0.0), t > 0))
    assert found.kink
    assert math.isnan(found.value)


def test_a_kink_nearby_only_makes_the_steps_smaller() -> None:
    found = slope(lambda t: Sample(max(t + 1e-4, 0.0), t > -1e-4))
    assert not found.kink
    assert found.step < 1e-4
    assert found.value == pytest.approx(1.0, rel=1e-9)


def test_no_values_on_one_side() -> None:
    found = slope(at(math.sqrt, 0.0))
    assert math.isnan(found.value)
    assert not found.kink


def test_a_pole_has_no_slope() -> None:
    pole = {0.0: math.inf}
    assert math.isnan(slope(lambda t: Sample(pole.get(t) or 1 / t)).value)
    found = curvature(lambda s, t: Sample(pole.get(s + t) or 1 / (s + t)))
    assert math.isnan(found.value)


def test_undeclared_kinks_are_seen_by_their_sides() -> None:
    assert bends(at(abs, 0.0))
    assert bends(at(lambda x: max(x, 0.0) + 5, 0.0))
    assert not bends(at(math.exp, 0.0))
    assert not bends(at(lambda x: x * abs(x), 0.0))
    assert not bends(at(lambda x: 1e6 + x, 0.0))


def test_curvatures() -> None:
    found = curvature(lambda s, t: Sample(math.exp((1 + s) * (2 + t))))
    assert found.value == pytest.approx(3 * math.exp(2), rel=1e-9)
    found = curvature(lambda s, t: Sample((1 + s + t) ** 3))
    assert found.value == pytest.approx(6.0, rel=1e-9)


def test_gradients_of_arrays() -> None:
    def f(w: Any, x: Any) -> Any:
        return np.sum((w @ x) ** 2)

    w, x = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])
    dw, dx = numeric_gradient(f, [w, x])
    assert dw == pytest.approx(np.array([[0.088, 0.176], [0.104, 0.208]]), rel=1e-9)
    assert dx == pytest.approx(np.array([-0.112, 0.636]), rel=1e-9)
    (dw,) = numeric_gradient(lambda w: f(w, x), [w], h=1e-5)
    assert dw == pytest.approx(np.array([[0.088, 0.176], [0.104, 0.208]]), rel=1e-6)
    assert w[0, 0] == 0.1


def test_the_lectures_forward_difference_is_less_exact() -> None:
    """(f(x + h) - f(x)) / h is wrong by about h, the centred one by h squared."""
    h = 1e-3
    forward = (math.exp(1 + h) - math.exp(1)) / h
    (centred,) = numeric_gradient(lambda x: np.exp(x), [1.0], h=h)
    assert 1e-4 < abs(forward - math.e) < 1e-2
    assert abs(float(centred) - math.e) < 1e-5


def test_directional_derivatives() -> None:
    found = directional_derivative(lambda x, y: np.sum(x * y), [[1.0, 2.0], 3.0], [[1, 1], 2.0])
    assert found.value == pytest.approx(12.0, rel=1e-10)


def test_differences_need_one_number() -> None:
    with pytest.raises(ShapeError, match="one number as its value, got shape"):
        numeric_gradient(lambda x: x, [np.ones(2)])
