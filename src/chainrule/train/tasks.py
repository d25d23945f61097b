"""What a net is asked for, by name: the losses, the form of targets they want, their metrics."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from chainrule.errors import DataError, ShapeError, UsageError, nearest
from chainrule.nn import losses

Array = Any  # numpy arrays of any shape and dtype


@dataclass(frozen=True)
class Goal:
    """A loss by name.

    Attributes:
        loss: (outputs, targets) -> scalar.
        kind: what the targets are: "class" numbers, "binary" columns of 0 and 1, "sign" columns of
            -1 and 1, or "value".
        metrics: what is reported beside the loss.
    """

    loss: Callable[..., Any]
    kind: str
    metrics: tuple[str, ...]


VALUES = ("rmse", "mae", "r2")
GOALS = {
    "absolute_error": Goal(losses.absolute_error, "value", VALUES),
    "binary_cross_entropy": Goal(
        losses.binary_cross_entropy_with_logits, "binary", ("accuracy", "auc")
    ),
    "hinge": Goal(losses.hinge, "sign", ("accuracy",)),
    "huber": Goal(losses.huber, "value", VALUES),
    "poisson": Goal(losses.poisson, "value", ()),
    "softmax_cross_entropy": Goal(losses.softmax_cross_entropy, "class", ("accuracy",)),
    "squared_error": Goal(losses.squared_error, "value", VALUES),
}
OTHER_NAMES = {"cross_entropy": "softmax_cross_entropy"}


def choose_goal(loss: Any, targets: Array, tail: tuple[int, ...]) -> Goal:
    """Return the goal for a loss given by name or as a function, or the usual one for the targets.

    `tail` is the shape of one row's outputs. Whole-number targets mean classes: softmax
    cross-entropy, or binary cross-entropy where the net has one output. Other numbers mean squared
    error.
    """
    single = prod(tail) == 1
    if loss is None:
        if targets.dtype.kind == "f":
            loss = "squared_error"
        else:
            loss = "binary_cross_entropy" if single else "softmax_cross_entropy"
    goal = named_goal(loss)
    if goal.kind in ("binary", "sign") and not single:
        return replace(goal, metrics=("accuracy",) if one_hot(targets) else ())
    return goal


def named_goal(loss: Any) -> Goal:
    """Return the goal for a loss given by name or as a function."""
    if callable(loss):
        return Goal(loss, "as given", ())
    name = OTHER_NAMES.get(loss, loss) if isinstance(loss, str) else None
    if name not in GOALS:
        raise UsageError(f"there is no loss {loss!r}", hint=nearest(str(loss), GOALS))
    return GOALS[name]


def one_hot(targets: Array) -> bool:
    """Return whether each row of the targets has a single 1 among zeros."""
    rows = targets.reshape(len(targets), -1)
    return bool(np.isin(rows, (0, 1)).all() and (rows.sum(axis=1) == 1).all())


def prepare_targets(goal: Goal, targets: Array, tail: tuple[int, ...], dtype: Any) -> Array:
    """Return the targets in the form that the goal's loss takes.

    Raises:
        DataError: targets that are not finite, or no classes where classes are needed.
        ShapeError: targets that do not fit the net's outputs.
    """
    if targets.dtype.kind == "f" and not np.isfinite(targets).all():
        row = int(np.argwhere(~np.isfinite(targets))[0][0])
        raise DataError(f"the target of row {row} (counted from 0) is not finite")
    if goal.kind == "as given":
        return targets
    if goal.kind == "class":
        return class_targets(targets, tail, dtype)
    if targets.size != len(targets) * prod(tail):
        raise ShapeError(
            f"a row of outputs has the shape {tail}, a row of targets {targets.shape[1:]}",
            hint="give the last layer as many outputs as there are targets",
        )
    column = targets.reshape(len(targets), *tail).astype(dtype)
    if goal.kind in ("binary", "sign"):
        if not np.isin(column, (0, 1)).all():
            raise DataError("the targets of a two-class loss must be 0 and 1")
        return column * 2 - 1 if goal.kind == "sign" else column
    return column


def class_targets(targets: Array, tail: tuple[int, ...], dtype: Any) -> Array:
    """Return class numbers, (n,), or distributions over the classes, (n, classes)."""
    outputs = tail[-1] if tail else 1
    if outputs == 1:
        raise ShapeError(
            "softmax over one output is always 1, so there is nothing to learn",
            hint="give the net an output for each class, or use loss='binary_cross_entropy'",
        )
    if targets.shape[1:] == tail:
        return np.argmax(targets, axis=-1) if one_hot(targets) else targets.astype(dtype)
    if targets.size != len(targets):
        raise ShapeError(
            f"a row of outputs has the shape {tail}, a row of targets {targets.shape[1:]}",
            hint="give class numbers, (n,), or distributions, (n, classes)",
        )
    if targets.dtype.kind not in "iub":
        raise DataError(
            f"classes are whole numbers from 0, the targets are {targets.dtype}",
            hint="use loss='squared_error' to predict values",
        )
    numbers = targets.reshape(len(targets)).astype(np.int64)
    if not (numbers.min() >= 0 and numbers.max() < outputs):
        raise DataError(
            f"classes run from {numbers.min()} to {numbers.max()}, "
            f"the net has outputs for 0 to {outputs - 1}"
        )
    return numbers
