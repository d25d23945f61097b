"""Linear algebra: singular matrices, conventions, and the public face."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError, UsageError
from tests.ops.slopes import derivatives_agree

A = np.array([[2.0, 0.5], [-0.3, 1.5]])


def test_singular_matrices_are_refused():
    for call in (cr.linalg.inv, lambda x: cr.linalg.solve(x, np.ones(2))):
        with pytest.raises(UsageError, match=r"on inputs of shape \(2, 2\).*: Singular matrix"):
            call(cr.tensor(np.ones((2, 2))))
    with pytest.raises(UsageError, match=r"cholesky failed on .* not positive definite"):
        cr.linalg.cholesky(cr.tensor(-np.eye(2)))


def test_determinant_of_a_singular_matrix_has_a_value_but_no_gradient_here():
    d = cr.linalg.det(cr.tensor(np.ones((2, 2))))
    assert d.item() == 0
    with pytest.raises(UsageError, match=r"inv failed .* Singular matrix"):
        d.backward()


def test_cholesky_shares_the_gradient_between_mirrored_entries():
    x = cr.tensor(A @ A.T)
    cr.linalg.cholesky(x)[1, 0].backward()
    np.testing.assert_allclose(x.grad, x.grad.T)
    skewed = A @ A.T + np.array([[0, 0.1], [-0.1, 0]])
    np.testing.assert_allclose(cr.linalg.cholesky(skewed), np.linalg.cholesky(A @ A.T))


def test_slogdet_is_a_pair():
    sign, size = cr.linalg.slogdet(-A[::-1])
    wanted = np.linalg.slogdet(-A[::-1])
    assert (sign, size) == (wanted.sign, pytest.approx(wanted.logabsdet))
    found = np.linalg.slogdet(cr.tensor(A))
    assert found.sign.value == 1
    found.logabsdet.backward()
    derivatives_agree(lambda x: cr.linalg.slogdet(x).logabsdet, A)


def test_log_density_of_a_normal_distribution_differentiates_twice():
    def minus_log_density(cov, x):
        factor = cr.linalg.cholesky(cov)
        z = cr.linalg.solve(factor, x)
        return (z @ z) / 2 + cr.sum(cr.log(cr.diagonal(factor)))

    derivatives_agree(minus_log_density, A @ A.T, np.array([0.3, -1.0]))


def test_numpy_leads_here():
    assert np.linalg.inv(cr.tensor(A)).op.name == "inv"
    assert np.linalg.solve(cr.tensor(A), np.ones(2)).op.name == "solve"


def test_shapes_are_named():
    with pytest.raises(ShapeError, match=r"inv of \(2, 3\): a square matrix is needed"):
        cr.linalg.inv(np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"solve of \(2, 2\) and \(3,\): 2 equations need"):
        cr.linalg.solve(A, cr.tensor(np.ones(3)))
