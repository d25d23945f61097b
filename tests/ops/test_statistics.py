"""Variances, norms and logsumexp where they are special: flat, at zero, at infinity."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError, UsageError


def gradient(f, x):
    t = cr.tensor(x)
    f(t).sum().backward()
    return t.grad


def test_std_of_equal_entries_has_gradient_zero():
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(gradient(cr.std, [2.0, 2.0, 2.0]), [0, 0, 0])


def test_std_where_only_one_row_is_flat():
    found = gradient(lambda t: t.std(axis=1), [[1.0, 1.0], [0.0, 2.0]])
    np.testing.assert_allclose(found, [[0, 0], [-0.5, 0.5]])


def test_ddof_divides_by_one_less():
    x = [1.0, 2.0, 4.0]
    assert cr.var(cr.tensor(x), ddof=1).item() == pytest.approx(np.var(x, ddof=1))
    assert cr.std(np.array(x), ddof=1) == pytest.approx(np.std(x, ddof=1))


def test_logsumexp_does_not_overflow():
    assert cr.logsumexp(np.array([1000.0, 1000.0])) == pytest.approx(1000 + np.log(2))
    np.testing.assert_allclose(gradient(cr.logsumexp, [1000.0, 1000.0]), [0.5, 0.5])
    assert cr.logsumexp(np.array([-1e4, -1e4])) == pytest.approx(-1e4 + np.log(2))


def test_logsumexp_at_infinity():
    low, high = -np.inf, np.inf
    assert cr.logsumexp(np.array([low, low])) == low
    np.testing.assert_array_equal(gradient(cr.logsumexp, [low, low]), [0, 0])
    np.testing.assert_array_equal(gradient(cr.logsumexp, [low, 1.0]), [0, 1])
    assert cr.logsumexp(np.array([high, 1e4])) == high
    assert cr.logsumexp(np.zeros(0)) == low


def test_norm_at_zero_takes_zero():
    with np.errstate(all="raise"):
        for order in (None, 1, np.inf):
            found = gradient(lambda t, order=order: cr.linalg.norm(t, order), [0.0, 0.0])
            np.testing.assert_array_equal(found, [0, 0])


def test_norm_inf_gives_its_gradient_to_the_first_largest():
    found = gradient(lambda t: cr.norm(t, np.inf), [1.0, -3.0, 3.0])
    np.testing.assert_array_equal(found, [0, -1, 0])


def test_norm_is_numpys():
    x = np.array([[3.0, -4.0], [1.0, 2.0]])
    for attrs in ({}, {"ord": "fro"}, {"ord": 1, "axis": 0}, {"ord": np.inf, "axis": (1,)},
                  {"axis": 1, "keepdims": True}):  # fmt: skip
        np.testing.assert_allclose(cr.linalg.norm(x, **attrs), np.linalg.norm(x, **attrs))
    assert np.linalg.norm(cr.tensor(x)).op.name == "norm"


def test_norms_of_matrices_are_refused():
    with pytest.raises(ShapeError, match=r"norm of \(2, 2\): ord=2 is a norm of vectors"):
        cr.norm(cr.tensor(np.eye(2)), 2)
    with pytest.raises(UsageError, match="norm has no ord='nuc'"):
        cr.norm(np.eye(2), "nuc")
