"""Indexing exactly as NumPy does, and what flows back."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import GradientError, ShapeError, UsageError
from chainrule.graph.node import leaf
from tests.ops.slopes import derivatives_agree, like_numpy

X = np.arange(24.0).reshape(2, 3, 4)
MASK = X % 5 < 2
INDICES = [
    0, -1, (1, 2), (0, 1, -1), slice(1, None), slice(None, None, -1), (slice(0, 2), 1), ..., (),
    (..., 0), (0, ..., slice(1, 3)), None, (None, 0, None), (slice(None), None, 1),
    [0, 1, 1], ([0, 1], [1, 2]), (0, [0, 2]), ([1, 0], slice(None), [3, 3]),
    (slice(None), [0, 2], [1, 1]), (slice(None), 0, [1, 3]), ([0, 1], slice(None), 2),
    (np.array([[0], [1]]), np.array([0, 2])), (..., [[0, 1], [2, 3]]), (None, [0, 1, 1], 0),
    MASK, MASK[:, :, 0], (0, MASK[0]), MASK[:, 0, 0],
    (slice(None), MASK[0, :, 0]), (MASK[:, :, 1], 0),
    (slice(None), slice(None), [True, False, True, True]), ([0], MASK[0, :, :1].ravel(), ...),
    [], (slice(5, 9),), np.int64(1), np.array(1), (np.uint8(1), 0), np.zeros((2, 3, 4), bool),
]  # fmt: skip


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_like_numpy(index):
    like_numpy(lambda x: cr.getitem(x, index), lambda x: x[index], X)
    x = cr.tensor(X)
    x[index].sum().backward()
    counts = np.zeros(X.shape)
    np.add.at(counts, index, 1)
    np.testing.assert_array_equal(x.grad, counts)


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_traced_like_numpy(index):
    made = leaf((2, 3, 4))[index]
    assert made.shape == X[index].shape
    hash(tuple(made.attrs.values()))


def test_computed_indices():
    x = cr.tensor([10.0, 20.0, 30.0])
    at = cr.argmax(x)
    assert x[at].item() == 30
    assert x[cr.argsort(x)[::-1]].tolist() == [30, 20, 10]
    assert x[x > 15].tolist() == [20, 30]
    traced = leaf((3,))
    assert traced[cr.argmax(traced)].shape == ()
    assert traced[cr.argsort(traced)].shape == (3,)


def test_a_mask_without_a_value_is_refused():
    x = leaf((3,))
    with pytest.raises(GradientError, match=r"the number of entries that it picks is not known\n"
                                            r".*\n.*cr\.where\(mask, x, 0\)"):  # fmt: skip
        x[x > 0]


def test_repeated_entries_add_up():
    table = cr.tensor(np.zeros((4, 2)))
    table[[1, 1, 3, 1]].sum().backward()
    np.testing.assert_array_equal(table.grad, [[0, 0], [3, 3], [0, 0], [1, 1]])


BAD = [
    (3, UsageError, r"getitem of \(2, 3, 4\): index 3 is out of bounds for axis 0 with size 2"),
    ([0, 5], UsageError, "index 5 is out of bounds for axis 0 with size 2"),
    ((0, 0, 0, 0), ShapeError, "too many indices, 4 for 3 dimensions"),
    (([0, 1], [0, 1, 2]), ShapeError, "could not be broadcast together"),
    (MASK[0], ShapeError, r"boolean index has shape \(3, 4\), but the axes it covers \(2, 3\)"),
    (True, UsageError, "a single True or False is no index"),
    ((..., ...), UsageError, "only one ellipsis"),
    (1.0, UsageError, "made of integers or booleans, got float64\nhint: convert it"),
    ("a", UsageError, "made of integers or booleans, got str"),
]


@pytest.mark.parametrize(("index", "kind", "says"), BAD)
def test_bad_indices(index, kind, says):
    with pytest.raises(kind, match=says):
        cr.tensor(X)[index]


def test_scatter_add_takes_an_index_as_numpy_does():
    x = cr.tensor([1.0, 2.0, 4.0])
    y = cr.scatter_add(x, shape=(2, 3), index=(0, np.array([2, 2, 0])))
    np.testing.assert_array_equal(y.value, [[4, 0, 3], [0, 0, 0]])
    assert y.dtype == np.float64
    assert cr.scatter_add(np.array([1, 2]), shape=3, index=[0, 0]).dtype == int


def test_scatter_add_of_float32_keeps_it():
    made = cr.scatter_add(np.ones(3, np.float32), shape=2, index=[0, 0, 1])
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made, [2, 1])


@pytest.mark.parametrize(
    ("indices", "axis"), [([0, 1, 1], 0), ([[3], [-1]], -1), (5, None), (1, 1)]
)
def test_take(indices, axis):
    like_numpy(lambda x: cr.take(x, indices, axis), lambda x: np.take(x, indices, axis), X)
    assert np.take(cr.tensor(X), indices, axis).differentiable


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((2, 3, 2), -1), ((1, 3, 5), 2), ((2, 1, 4), 1), ((4,), None), ((1, 3, 4), 0)],
)
def test_take_along_axis(shape, axis):
    n = X.size if axis is None else X.shape[axis]
    indices = np.random.default_rng(0).integers(-n, n, shape)
    like_numpy(
        lambda x: cr.take_along_axis(x, indices, axis),
        lambda x: np.take_along_axis(x, indices, axis),
        X,
    )


def test_take_along_axis_needs_the_rank():
    with pytest.raises(ShapeError, match=r"take_along_axis of .*: the indices must have as many"):
        cr.take_along_axis(cr.tensor(X), np.array([0]), 0)
    with pytest.raises(ShapeError, match=r"take of .*: axis 3 is out of range"):
        cr.take(X, 0, axis=3)


@pytest.mark.parametrize("args", [(), (1,), (-2,), (0, 1, 2), (1, -1, 0), (9,)])
def test_diagonal(args):
    like_numpy(lambda x: cr.diagonal(x, *args), lambda x: np.diagonal(x, *args), X)


@pytest.mark.parametrize("k", [0, 2, -1])
def test_diag(k):
    for x in (np.arange(3.0), X[0]):
        like_numpy(lambda a: cr.diag(a, k), lambda a: np.diag(a, k), x)
    with pytest.raises(ShapeError, match="a vector or a matrix is needed"):
        cr.diag(X)


def test_one_hot():
    np.testing.assert_array_equal(cr.one_hot([2, 0], 3), [[0, 0, 1], [1, 0, 0]])
    assert cr.one_hot(np.array([[1]]), 2, dtype=np.float32).dtype == np.float32
    np.testing.assert_array_equal(cr.one_hot([-1, 3], 3), np.zeros((2, 3)))


def test_indexing_inside_a_function_is_differentiable_twice():
    derivatives_agree(lambda x: x[:, 0, ::2] * x[0, 1, 2] + x[[0, 0], 1, -2:], X / 10)
