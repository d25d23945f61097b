"""Which loss the targets suggest, and the form in which it gets them."""

from typing import Any

import numpy as np
import pytest

from chainrule.errors import DataError, ShapeError, UsageError
from chainrule.train.tasks import GOALS, choose_goal, prepare_targets

WHOLE, REAL = np.array([0, 2, 1]), np.array([0.5, 2.0, 1.0])
BITS = np.array([0, 1, 1])


@pytest.mark.parametrize(
    ("targets", "tail", "name"),
    [
        (WHOLE, (3,), "softmax_cross_entropy"),
        (BITS, (1,), "binary_cross_entropy"),
        (BITS.astype(bool), (), "binary_cross_entropy"),
        (REAL, (1,), "squared_error"),
        (REAL, (), "squared_error"),
    ],
)
def test_usual_loss(targets: Any, tail: tuple[int, ...], name: str) -> None:
    assert choose_goal(None, targets, tail) is GOALS[name]


def test_loss_by_name_or_as_a_function() -> None:
    assert choose_goal("huber", REAL, (1,)) is GOALS["huber"]
    goal = choose_goal(np.subtract, REAL, (1,))
    assert (goal.loss, goal.metrics) == (np.subtract, ())
    assert prepare_targets(goal, REAL, (1,), np.float32) is REAL


def test_unknown_loss() -> None:
    with pytest.raises(UsageError) as error:
        choose_goal("hubber", REAL, (1,))
    assert str(error.value) == "there is no loss 'hubber'\nhint: did you mean 'huber'?"


def test_metrics_of_many_logistic_outputs() -> None:
    assert choose_goal("binary_cross_entropy", np.eye(3), (3,)).metrics == ("accuracy",)
    assert choose_goal("binary_cross_entropy", np.ones((3, 3)), (3,)).metrics == ()


def prepared(loss: str, targets: Any, tail: tuple[int, ...]) -> Any:
    return prepare_targets(choose_goal(loss, targets, tail), targets, tail, np.dtype(np.float32))


@pytest.mark.parametrize(
    ("loss", "targets", "tail", "want"),
    [
        ("squared_error", REAL, (1,), [[0.5], [2], [1]]),
        ("squared_error", REAL, (), [0.5, 2, 1]),
        ("squared_error", WHOLE, (1,), [[0], [2], [1]]),
        ("binary_cross_entropy", BITS, (1,), [[0], [1], [1]]),
        ("binary_cross_entropy", np.eye(3), (3,), np.eye(3).tolist()),
        ("hinge", BITS, (1,), [[-1], [1], [1]]),
        ("softmax_cross_entropy", WHOLE, (3,), [0, 2, 1]),
        ("softmax_cross_entropy", WHOLE[:, None], (3,), [0, 2, 1]),
        ("softmax_cross_entropy", np.eye(3)[WHOLE], (3,), [0, 2, 1]),
        ("softmax_cross_entropy", np.full((2, 4), 0.25), (4,), [[0.25] * 4] * 2),
    ],
)
def test_form(loss: str, targets: Any, tail: tuple[int, ...], want: Any) -> None:
    found = prepared(loss, targets, tail)
    assert found.tolist() == want
    assert found.dtype == (np.int64 if found.ndim == 1 and found.dtype.kind == "i" else np.float32)


@pytest.mark.parametrize(
    ("loss", "targets", "tail", "kind", "message"),
    [
        ("squared_error", np.array([1.0, np.nan]), (1,), DataError,
         "the target of row 1 (counted from 0) is not finite"),
        ("squared_error", np.ones((2, 3)), (1,), ShapeError,
         "a row of outputs has the shape (1,), a row of targets (3,)\n"
         "hint: give the last layer as many outputs as there are targets"),
        ("binary_cross_entropy", WHOLE, (1,), DataError,
         "the targets of a two-class loss must be 0 and 1"),
        ("softmax_cross_entropy", REAL, (3,), DataError,
         "classes are whole numbers from 0, the targets are float64\n"
         "hint: use loss='squared_error' to predict values"),
        ("softmax_cross_entropy", np.array([0, 7]), (3,), DataError,
         "classes run from 0 to 7, the net has outputs for 0 to 2"),
        ("softmax_cross_entropy", np.array([-1, 1]), (3,), DataError,
         "classes run from -1 to 1, the net has outputs for 0 to 2"),
        ("softmax_cross_entropy", np.ones((2, 2), int), (3,), ShapeError,
         "a row of outputs has the shape (3,), a row of targets (2,)\n"
         "hint: give class numbers, (n,), or distributions, (n, classes)"),
        ("softmax_cross_entropy", BITS, (1,), ShapeError,
         "softmax over one output is always 1, so there is nothing to learn\n"
         "hint: give the net an output for each class, or use loss='binary_cross_entropy'"),
    ],
)  # fmt: skip
def test_refused(
    loss: str, targets: Any, tail: tuple[int, ...], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as error:
        prepared(loss, targets, tail)
    assert str(error.value) == message
