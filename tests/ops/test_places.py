"""Places and orders."""

import numpy as np

import chainrule as cr
from tests.ops.slopes import like_numpy

X = np.array([[3.0, 1.0, 2.0], [0.5, 5.0, 4.0]])


def test_sort_is_numpys_and_carries_gradients():
    like_numpy(cr.sort, np.sort, X)
    like_numpy(lambda t: cr.sort(t, axis=0), lambda t: np.sort(t, axis=0), X)
    like_numpy(lambda t: cr.sort(t, axis=None), lambda t: np.sort(t, axis=None), X)
    assert np.sort(cr.tensor(X)).op.name == "getitem"


def test_equal_entries_keep_their_order():
    np.testing.assert_array_equal(cr.argsort(np.array([1.0, 0.0, 1.0, 0.0])), [1, 3, 0, 2])


def test_places_are_constants():
    for name in ("argmax", "argmin", "argsort", "any", "all"):
        assert not getattr(cr.tensor(X), name)().differentiable
    assert cr.argmax(cr.tensor([1.0, 2.0, 2.0])).item() == 1
