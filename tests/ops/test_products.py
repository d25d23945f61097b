"""Products that are made of others, and matrix products of odd shapes."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError
from tests.ops.slopes import like_numpy


def drawn(*shape):
    return np.random.default_rng(0).uniform(-2, 2, shape)


SHAPES = [
    ((), ()), ((), (3,)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)),
    ((2, 5, 3), (3,)), ((2, 3), (4, 3, 2)), ((2, 5, 3), (4, 3, 2)), ((3,), (4, 3, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_dot(left, right):
    like_numpy(cr.dot, np.dot, drawn(*left), drawn(*right))


@pytest.mark.parametrize(
    ("left", "right"), [((), (3,)), ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 5, 3))]
)
def test_inner(left, right):
    like_numpy(cr.inner, np.inner, drawn(*left), drawn(*right))


@pytest.mark.parametrize(("left", "right"), [((3,), (4,)), ((2, 3), (2,)), ((), (2,))])
def test_outer(left, right):
    like_numpy(cr.outer, np.outer, drawn(*left), drawn(*right))


@pytest.mark.parametrize("axes", [0, 1, 2, (-1, 0), ((1, 2), (0, 1)), ([2, 0], [1, 2])])
def test_tensordot(axes):
    x, y = drawn(2, 3, 4), drawn(3, 4, 2)
    if axes in (1, (-1, 0)):
        y = drawn(4, 3)
    like_numpy(lambda a, b: cr.tensordot(a, b, axes), lambda a, b: np.tensordot(a, b, axes), x, y)


def test_tensordot_says_what_does_not_fit():
    with pytest.raises(ShapeError, match=r"tensordot of \(2, 3\) and \(2, 3\): the sizes along"):
        cr.tensordot(drawn(2, 3), cr.tensor(drawn(2, 3)), axes=1)
    with pytest.raises(ShapeError, match="pairs 1 axes with 2"):
        cr.tensordot(drawn(2, 3), drawn(2, 3), axes=((0,), (0, 1)))


def test_matmul_of_a_batch_forms_no_product_for_each_member():
    x, w = cr.tensor(drawn(7, 3, 4)), cr.tensor(drawn(4, 2))
    (x @ w).sum().backward()
    np.testing.assert_allclose(w.grad, np.einsum("btn,btm->nm", x.value, np.ones((7, 3, 2))))


def test_operators_take_arrays_on_either_side():
    w = cr.tensor(drawn(3, 2))
    assert (drawn(4, 3) @ w).shape == (4, 2)
    assert (w @ drawn(2)).shape == (3,)
    with pytest.raises(ShapeError, match=r"matmul of \(3, 2\) and \(3, 2\): .*\n.*transpose"):
        w @ w
