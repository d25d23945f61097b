"""Polygamma against SciPy, and gammaln to the fourth order."""

import numpy as np
import pytest
import scipy.special

import chainrule as cr
from chainrule.ops.reference.polygamma import polygamma


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_polygamma_right_of_zero(n: int) -> None:
    x = np.logspace(-4, 5, 200)
    np.testing.assert_allclose(polygamma(x, n), scipy.special.polygamma(n, x), rtol=2e-15)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("x", [-0.3, -1.5, -7.7, -100.25])
def test_polygamma_left_of_zero(n: int, x: float) -> None:
    steps = np.arange(200) + x  # the recurrence up to where SciPy works
    over = (-1) ** n * scipy.special.factorial(n) / steps ** (n + 1)
    wanted = scipy.special.polygamma(n, x + 200) - np.sum(over)
    assert polygamma(x, n) == pytest.approx(wanted, rel=1e-11)


def test_polygamma_at_poles_and_limits() -> None:
    assert np.all(np.isnan(polygamma(np.array([0.0, -1.0, -20.0, -np.inf, np.nan]), 1)))
    assert polygamma(np.inf, 1) == 0
    assert polygamma(np.float32(2), 1).dtype == np.float32
    assert polygamma(3, 1) == pytest.approx(np.pi**2 / 6 - 1.25)


def test_gammaln_has_derivatives_of_any_order() -> None:
    x = cr.tensor(1.5)
    y = cr.gammaln(x)
    for n in range(1, 5):
        y.backward(create_graph=True)
        y = x.grad
        wanted = scipy.special.polygamma(n - 1, 1.5)
        assert float(y) == pytest.approx(wanted, rel=1e-13)
