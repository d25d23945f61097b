"""What a loss may ask of its inputs, and how it sums up: said once, in the same words for all."""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.errors import DtypeError, ShapeError, UsageError, nearest
from chainrule.graph.gate import Operators
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.registry import ops

REDUCTIONS: dict[str, Callable[[Any], Any]] = {
    "mean": lambda each: ops.mean(each),
    "sum": lambda each: ops.sum(each),
    "none": lambda each: each,
}


def array(x: Any) -> Any:
    """Return gates and arrays as they are; lists and numbers as arrays."""
    return x if isinstance(x, (Operators, np.ndarray, np.generic)) else np.asarray(x)


def reduce(each: Any, reduction: str) -> Any:
    """Return the mean or the sum of the single losses, or these themselves."""
    if reduction not in REDUCTIONS:
        raise UsageError(f"unknown reduction {reduction!r}", hint=nearest(reduction, REDUCTIONS))
    return REDUCTIONS[reduction](each)


def pair(loss: str, predictions: Any, targets: Any) -> tuple[Any, Any]:
    """Return both as arrays of one shape and the predictions' dtype; nothing is broadcast."""
    x, t = array(predictions), array(targets)
    if tuple(x.shape) != tuple(t.shape):
        raise ShapeError(
            f"{loss}: predictions have shape {tuple(x.shape)}, targets {tuple(t.shape)}",
            hint="give both the same shape; y[:, None] makes a column of a vector",
        )
    x = real(x)
    return x, ops.astype(t, x.dtype.name) if t.dtype != x.dtype else t


def real(x: Any) -> Any:
    """Return integers and booleans as float64; floats as they are."""
    return x if x.dtype.kind == "f" else ops.astype(x, "float64")


def known(x: Any) -> Any:
    """Return the plain array of `x`, or None while it is traced and has no value."""
    if isinstance(x, Node):
        return x.value if isinstance(x, ConstantNode) else None
    return x.value if isinstance(x, Operators) else x


def within(loss: str, targets: Any, low: float, high: float) -> None:
    """Raise `UsageError` when a target whose value is known lies outside [low, high] or is NaN."""
    values = known(targets)
    if values is None:
        return
    outside = ~((values >= low) & (values <= high))
    if np.any(outside):
        first = np.asarray(values)[outside].flat[0]
        wanted = f"from {low:g} to {high:g}" if high < np.inf else f"{low:g} or more"
        raise UsageError(f"{loss}: targets must be {wanted}, found {first:g}")


def one_of(loss: str, targets: Any, allowed: tuple[float, ...]) -> None:
    """Raise `UsageError` when a target whose value is known is none of these."""
    values = known(targets)
    if values is None:
        return
    outside = ~np.isin(values, allowed)
    if np.any(outside):
        first = np.asarray(values)[outside].flat[0]
        listed = " or ".join(f"{a:g}" for a in allowed)
        raise UsageError(f"{loss}: targets must be {listed}, found {first:g}")


def class_numbers(loss: str, targets: Any, classes: int) -> None:
    """Raise unless the targets are whole numbers from 0 to classes - 1, as far as is known."""
    if targets.dtype.kind not in "iu":
        raise DtypeError(
            f"{loss}: targets of shape {tuple(targets.shape)} must be class numbers of an integer "
            f"dtype, got {targets.dtype.name}",
            hint="y.astype(int), or one row of probabilities for each example",
        )
    values = known(targets)
    if values is None:
        return
    outside = (values < 0) | (values >= classes)
    if np.any(outside):
        first = np.asarray(values)[outside].flat[0]
        raise UsageError(
            f"{loss}: class numbers must be from 0 to {classes - 1} for logits with {classes} "
            f"columns, found {first}"
        )


def distributions(loss: str, targets: Any) -> None:
    """Raise unless each row is a distribution over the classes, as far as is known."""
    within(loss, targets, 0, 1)
    values = known(targets)
    if values is None:
        return
    sums = np.sum(values, axis=-1, dtype=np.float64)
    wrong = ~(np.abs(sums - 1) <= 1e-3)
    if np.any(wrong):
        row = int(np.flatnonzero(wrong.reshape(-1))[0])
        raise UsageError(
            f"{loss}: each row of the targets must sum to 1, row {row} sums to "
            f"{sums.reshape(-1)[row]:g}"
        )


def positive(loss: str, name: str, value: float) -> None:
    """Raise `UsageError` unless a setting is positive."""
    if not value > 0:
        raise UsageError(f"{loss}: {name} must be greater than 0, got {value!r}")
