"""Sums, extremes and products where they are special: ties, zeros, nothing."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError
from tests.ops.slopes import derivatives_agree


def gradient(f, x):
    t = cr.tensor(x)
    f(t).sum().backward()
    return t.grad


def test_max_gives_a_tie_to_the_first_winner():
    np.testing.assert_array_equal(gradient(cr.max, [1.0, 3.0, 3.0, 2.0]), [0, 1, 0, 0])
    np.testing.assert_array_equal(gradient(cr.min, [1.0, 1.0, 1.0]), [1, 0, 0])
    found = gradient(lambda t: t.max(axis=0), [[1.0, 5.0], [1.0, 5.0]])
    np.testing.assert_array_equal(found, [[1, 1], [0, 0]])


def test_max_over_several_axes_has_one_winner():
    x = np.zeros((2, 3, 2))
    found = gradient(lambda t: t.max(axis=(2, 0)), x)
    assert found.sum() == 3
    np.testing.assert_array_equal(found[0, :, 0], [1, 1, 1])


def test_nan_wins():
    np.testing.assert_array_equal(gradient(cr.max, [1.0, np.nan, 3.0]), [0, 1, 0])
    assert np.isnan(cr.max(np.array([1.0, np.nan])))


@pytest.mark.parametrize("name", ["max", "min", "argmax", "argmin"])
def test_nothing_to_reduce(name):
    message = rf"{name} of \(0,\): nothing to reduce: an axis has size 0"
    with pytest.raises(ShapeError, match=message):
        getattr(cr, name)(cr.tensor(np.zeros(0)))
    assert getattr(cr, name)(np.zeros((0, 3)), axis=1).shape == (0,)


@pytest.mark.parametrize("zeros", [0, 1, 2, 3])
def test_prod_with_zeros_has_the_right_gradient_of_any_order(zeros):
    x = np.array([2.0, -3.0, 0.5, 4.0])
    x[:zeros] = 0
    others = [np.prod(np.delete(x, i)) for i in range(4)]
    np.testing.assert_allclose(gradient(cr.prod, x), others)
    derivatives_agree(cr.prod, x)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 9])
def test_prod_of_any_length(n):
    x = np.linspace(0.5, 1.5, n)
    np.testing.assert_allclose(gradient(cr.prod, x), np.prod(x) / x)


def test_third_derivative_of_prod_at_zero():
    x = cr.tensor([0.0, 0.0, 0.0])
    cr.prod(x).backward(create_graph=True)
    first = x.grad[0]
    first.backward(create_graph=True)
    second = x.grad[1]
    second.backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 1])


def test_sums_of_nothing():
    assert cr.sum(np.zeros((0, 3)), axis=0).shape == (3,)
    np.testing.assert_array_equal(gradient(cr.sum, np.zeros((0, 3))), np.zeros((0, 3)))


def test_cumsum_without_axis_flattens():
    x = cr.tensor([[1.0, 2.0], [3.0, 4.0]])
    y = cr.cumsum(x)
    np.testing.assert_array_equal(y.value, [1, 3, 6, 10])
    y.backward([1.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(x.grad, [[2, 1], [1, 1]])


def test_numpy_and_methods_lead_here():
    x = cr.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert np.sum(x, axis=0).op.name == "sum"
    assert x.mean(axis=1, keepdims=True).shape == (2, 1)
    assert np.max(x).op.name == "max"
