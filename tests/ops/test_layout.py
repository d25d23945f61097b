"""Rearranging: what is made of `reshape` and `transpose`."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError
from tests.ops.slopes import like_numpy

X = np.arange(24.0).reshape(2, 3, 4)
ALIKE = [
    ("swapaxes", (0, 2)), ("matrix_transpose", ()), ("swapaxes", (-1, 1)), ("moveaxis", (0, -1)),
    ("moveaxis", ((0, 1), (2, 0))),
    ("moveaxis", ([2], [0])), ("expand_dims", (1,)), ("expand_dims", ((0, -1),)), ("ravel", ()),
    ("triu", ()), ("triu", (1,)), ("tril", ()), ("tril", (-1,)), ("atleast_1d", ()),
    ("atleast_2d", ()), ("squeeze", ()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), ALIKE)
def test_like_numpy(name, args):
    like_numpy(lambda x: getattr(cr, name)(x, *args), lambda x: getattr(np, name)(x, *args), X)
    assert getattr(np, name)(cr.tensor(X), *args).differentiable


@pytest.mark.parametrize("axis", [None, 0, (0, -1), -1])
def test_squeeze(axis):
    x = np.arange(3.0).reshape(1, 3, 1)
    like_numpy(lambda t: cr.squeeze(t, axis), lambda t: np.squeeze(t, axis), x)


def test_scalars_and_vectors_gain_axes():
    like_numpy(cr.atleast_1d, np.atleast_1d, np.array(2.0))
    like_numpy(cr.atleast_2d, np.atleast_2d, np.array(2.0))
    like_numpy(cr.atleast_2d, np.atleast_2d, np.arange(3.0))


def test_methods():
    x = cr.tensor(X)
    assert x.T.shape == (4, 3, 2)
    assert x.reshape(6, 4).shape == x.reshape((6, -1)).shape == (6, 4)
    assert x.transpose(1, 0, 2).shape == x.transpose((1, 0, 2)).shape == (3, 2, 4)
    assert x.flatten().shape == x.ravel().shape == (24,)
    assert x.swapaxes(0, 1).shape == (3, 2, 4)


def test_an_entry_that_is_dropped_may_be_infinite():
    x = cr.tensor([[1.0, np.inf], [2.0, 3.0]])
    y = cr.tril(x)
    y.sum().backward()
    np.testing.assert_array_equal(y.value, [[1, 0], [2, 3]])
    np.testing.assert_array_equal(x.grad, [[1, 0], [1, 1]])


BAD = [
    (lambda x: cr.squeeze(x, 1), r"squeeze of \(2, 3, 4\): axis 1 has size 3"),
    (lambda x: cr.expand_dims(x, 5), r"expand_dims of \(2, 3, 4\): axis 5 is out of range"),
    (lambda x: cr.expand_dims(x, (0, 0)), "names an axis twice"),
    (lambda x: cr.swapaxes(x, 0, 3), "swapaxes of .*: axis 3 is out of range for 3 dimensions"),
    (lambda x: cr.moveaxis(x, (0, 1), 2), "2 axes cannot move to 1 places"),
    (lambda x: cr.triu(x[0, 0]), r"triu of \(4,\): matrices are needed"),
]


@pytest.mark.parametrize(("call", "says"), BAD)
def test_bad_arguments(call, says):
    with pytest.raises(ShapeError, match=says):
        call(X)
    with pytest.raises(ShapeError, match=says):
        call(cr.tensor(X))
