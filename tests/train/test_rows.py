"""What a person hands over becomes rows: checked, cast, and a part held out."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import DataError, ShapeError, UsageError
from chainrule.train.rows import as_rows, float_dtype, hold_out, probe

X, Y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])


def test_dtype_of_a_model() -> None:
    assert float_dtype(nn.Linear(2, 1, key=0)) == np.float32
    assert float_dtype(nn.Linear(2, 1, key=0, dtype=np.float64)) == np.float64
    assert float_dtype({"a": np.ones(1, np.float32), "b": np.ones(1)}) is None
    assert float_dtype(nn.ReLU()) is None


def test_floats_are_cast_and_whole_numbers_are_not() -> None:
    x, y = as_rows((X, Y), np.float32)
    assert (x.dtype, y.dtype) == (np.float32, Y.dtype)
    x, y = as_rows((X.astype(int), X[:, 0]), np.float32)
    assert (x.dtype, y.dtype) == (np.dtype(int), np.float32)
    assert as_rows((X, Y), None)[0] is X
    assert as_rows([X.tolist(), cr.tensor(X)], None)[1].shape == (6, 2)


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (X, UsageError, "data must be (x, y), got ndarray"),
        ((X, Y, Y), UsageError, "data must be (x, y), got tuple"),
        ((X, Y[:5]), ShapeError, "x of shape (6, 2) and y of shape (5,) differ in their rows"),
        ((X, 3), ShapeError, "x of shape (6, 2) and y of shape () differ in their rows"),
        ((X[:0], Y[:0]), DataError, "there are no rows to learn from"),
        (([[1], [1, 2]], [0, 1]), ShapeError, "x is no array: its rows differ in length"),
        ((np.array([["a"]]), [0]), DataError,
         "x holds <U1, expected numbers\n"
         "hint: encode texts as numbers, or train on a table with `chainrule train`"),
        ((X, ["no"] * 6), DataError,
         "y holds <U2, expected numbers\n"
         "hint: encode texts as numbers, or train on a table with `chainrule train`"),
        (([[1.0], [np.inf]], [0, 1]), DataError,
         "x is not finite in row 1 (counted from 0), as float32"),
        (([[1.0], [1e300]], [0, 1]), DataError,
         "x is not finite in row 1 (counted from 0), as float32"),
    ],
)  # fmt: skip
def test_refused(data: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as error:
        as_rows(data, np.float32)
    assert str(error.value) == message


def test_probe() -> None:
    assert probe(nn.Linear(2, 3, key=0), X.astype(np.float32)) == ((3,), np.float32)
    assert probe(lambda x: x[:, 0], X) == ((), np.float64)
    with pytest.raises(UsageError) as error:
        probe({"w": 1.0}, X)
    assert str(error.value) == "a model is a module or a function of x, got dict"


@pytest.mark.parametrize("y", [Y, Y[:, None], Y.astype(np.float32)[:, None]])
def test_classes_keep_their_shares(y: Any) -> None:
    (kept, kept_y), held = hold_out((X, y), 1 / 3, seed=0)
    assert held is not None
    assert sorted(held[1].reshape(-1)) == [0, 1]
    assert len(kept) == len(kept_y) == 4
    assert sorted(np.concatenate([kept, held[0]])[:, 0]) == X[:, 0].tolist()


def test_nothing_is_held_out() -> None:
    for validation in (0, 0.0, 0.01, (X, Y), [X, Y]):
        kept, held = hold_out((X, Y), validation, seed=0)  # type: ignore[arg-type]
        assert kept[0] is X
        assert held is None


@pytest.mark.parametrize("share", [1, 1.5, -0.1, float("nan")])
def test_wrong_share(share: float) -> None:
    with pytest.raises(UsageError) as error:
        hold_out((X, Y), share, seed=0)
    want = f"the fraction held out is at least 0 and below 1, not {share}"
    assert str(error.value) == want


def test_wrong_validation() -> None:
    with pytest.raises(UsageError) as error:
        hold_out((X, Y), "0.2", seed=0)  # type: ignore[arg-type]
    assert str(error.value) == "validation must be a share of the rows or (x, y), got str"
