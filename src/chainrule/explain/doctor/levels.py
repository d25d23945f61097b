"""The loss of whoever knows the targets' shares, or their mean, and nothing of the inputs."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.explain.doctor.record import Array

Levels = dict[str, Callable[[Mapping[str, Any]], float]]


def chance(loss: Any, targets: Mapping[str, Any]) -> float | None:
    """Return the loss at chance level, None where it is not known.

    Args:
        loss: the name of the loss, as `cr.train.GOALS` has it.
        targets: "counts" of the classes, or "std" of values, by column.

    >>> round(chance("softmax_cross_entropy", {"counts": [10] * 10}), 3)
    2.303
    >>> chance("squared_error", {"std": [2.0]})
    4.0
    """
    try:
        return LEVELS[loss](targets) if loss in LEVELS else None
    except (KeyError, TypeError, ValueError):
        return None


def shares(targets: Mapping[str, Any]) -> Array:
    """Return the shares of the classes that occur."""
    found = np.asarray(targets["counts"], np.float64)
    return found[found > 0] / found.sum()


def entropy(targets: Mapping[str, Any]) -> float:
    """Return the cross-entropy of predicting the shares of the classes: log K for even ones."""
    p = shares(targets)
    return float(-(p * np.log(p)).sum() if len(p) > 1 else 0.0)


def margin(targets: Mapping[str, Any]) -> float:
    """Return the hinge loss of always naming the larger of two classes."""
    p = shares(targets)
    return float(2 * p.min() if len(p) > 1 else 0.0)


def variance(targets: Mapping[str, Any]) -> float:
    """Return the squared error of predicting the mean."""
    return float(np.mean(np.square(each(targets["std"]))))


def each(summary: Any) -> Array:
    """Return the numbers of the columns, or of the least, the middle and the largest of many."""
    if isinstance(summary, Mapping):
        summary = summary.get("each") or [summary[name] for name in ("min", "median", "max")]
    return np.atleast_1d(np.asarray(summary, np.float64))


LEVELS: Levels = {
    "softmax_cross_entropy": entropy,
    "binary_cross_entropy": entropy,
    "hinge": margin,
    "squared_error": variance,
}
