"""Joining, cutting, copying and padding against NumPy."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError, UsageError
from tests.ops.slopes import like_numpy

X = np.arange(12.0).reshape(3, 4)


def test_concatenate_takes_lists_and_arrays_of_numbers():
    x = cr.tensor([1.0, 2.0])
    y = cr.concatenate([x, [3.0], x])
    y.backward([1.0, 10.0, 100.0, 1000.0, 10000.0])
    np.testing.assert_array_equal(x.grad, [1001, 10010])
    assert np.concatenate([x, x]).op.name == "concatenate"
    assert np.stack([x, x]).shape == (2, 2)


def test_concatenate_without_axis_flattens():
    like_numpy(
        lambda a, b: cr.concatenate([a, b], axis=None),
        lambda a, b: np.concatenate([a, b], axis=None),
        X,
        X[:2, :1],
    )
    assert cr.concatenate((X, X), None).shape == (24,)


def test_stack_of_numbers():
    x = cr.tensor(2.0)
    y = cr.stack([x, 3.0, x])
    y.backward([1.0, 2.0, 4.0])
    np.testing.assert_array_equal(y.value, [2, 3, 2])
    assert x.grad == 5


def test_python_numbers_adapt_to_the_arrays():
    x = cr.tensor(2.0, np.float32)
    assert cr.stack([x, 3.0]).dtype == np.float32
    assert cr.stack([x, np.float64(3.0)]).dtype == np.float64
    assert cr.einsum(",i", 2.0, np.ones(3, np.float32)).dtype == np.float32


@pytest.mark.parametrize("name", ["hstack", "vstack"])
def test_rows_and_columns(name):
    ours, theirs = getattr(cr, name), getattr(np, name)
    for a, b in ((X, X), (X[0], X[1]), (X[0, 0], X[0, 1])):
        like_numpy(lambda *xs: ours(xs), lambda *xs: theirs(xs), np.asarray(a), np.asarray(b))


@pytest.mark.parametrize(
    ("cuts", "axis"), [(3, 0), (2, 1), ([1], 0), ([1, 3], 1), ([2, 1, 9], 1), ([], 0), ((-1,), -1)]
)
def test_split(cuts, axis):
    wanted = np.split(X, cuts, axis)
    x = cr.tensor(X)
    parts = cr.split(x, cuts, axis)
    assert isinstance(parts, list)
    for part, expected in zip(parts, wanted, strict=True):
        np.testing.assert_array_equal(part.value, expected)
    cr.concatenate([p.ravel() for p in parts]).sum().backward()
    seen = np.concatenate([w.ravel() for w in wanted])
    np.testing.assert_array_equal(x.grad, np.bincount(seen.astype(int), minlength=12).reshape(3, 4))


@pytest.mark.parametrize(("parts", "axis"), [(2, 0), (3, 1), (5, 0), ([1, 2], 0)])
def test_array_split(parts, axis):
    for ours, theirs in zip(
        cr.array_split(X, parts, axis), np.array_split(X, parts, axis), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("reps", [2, (2,), (2, 1), (2, 3), (2, 1, 2), 0])
def test_tile(reps):
    like_numpy(lambda x: cr.tile(x, reps), lambda x: np.tile(x, reps), X)


def test_tile_of_a_scalar():
    like_numpy(lambda x: cr.tile(x, 3), lambda x: np.tile(x, 3), np.array(2.0))


@pytest.mark.parametrize(
    ("repeats", "axis"), [(2, None), (3, 0), (2, -1), ([1, 0, 2], 0), (0, 1), (np.int64(2), 0)]
)
def test_repeat(repeats, axis):
    like_numpy(lambda x: cr.repeat(x, repeats, axis), lambda x: np.repeat(x, repeats, axis), X)


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric", "wrap"])
@pytest.mark.parametrize("width", [1, (2, 0), ((1, 2), (0, 1)), ((1, 1),), 0])
def test_pad(mode, width):
    like_numpy(lambda x: cr.pad(x, width, mode), lambda x: np.pad(x, width, mode), X)


def test_pad_with_a_number():
    like_numpy(
        lambda x: cr.pad(x, 1, constant_values=7.0), lambda x: np.pad(x, 1, constant_values=7.0), X
    )


BAD = [
    (lambda x: cr.split(x, 5), ShapeError, "split of .*: 3 entries do not split into 5 equal"),
    (lambda x: cr.split(x, 2, axis=2), ShapeError, "split of .*: axis 2 is out of range"),
    (lambda x: cr.array_split(x, 0), ShapeError, "array_split of .*: at least one part is needed"),
    (lambda x: cr.pad(x, 1, mode="mean"), UsageError, "pad cannot pad with mode='mean'"),
    (lambda x: cr.pad(x, (1, 2, 3)), ShapeError, "pad_width=.* is no .before, after. for each"),
    (
        lambda x: cr.repeat(x, -1, 0),
        ShapeError,
        "repeat of .*: -1 are no counts for the 3 entries",
    ),
    (lambda x: cr.repeat(x, [1, 2], 0), ShapeError, "repeat of .*: .1, 2. are no counts for the 3"),
    (lambda x: cr.concatenate([]), ShapeError, "at least one array is needed"),
    (lambda x: cr.hstack([]), ShapeError, "at least one array is needed"),
    (lambda x: cr.stack([]), ShapeError, "at least one array is needed"),
]


@pytest.mark.parametrize(("call", "kind", "says"), BAD)
def test_bad_arguments(call, kind, says):
    with pytest.raises(kind, match=says):
        call(cr.tensor(X))


def test_an_axis_is_given_once() -> None:
    v = np.ones(2)
    with pytest.raises(UsageError, match="concatenate got axis twice, by position and by name"):
        cr.concatenate([v, v], 0, axis=1)
    assert cr.concatenate([np.ones((2, 2)), v], None).shape == (6,)
