"""How good predictions are: plain functions of arrays, float64 throughout.

`scores` are a net's outputs, one column a class; a single column is the logit of the second class.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.errors import ShapeError, UsageError, nearest

Array = Any  # numpy arrays of any shape and dtype


def predicted_classes(scores: Array) -> Array:
    """Return the number of the likeliest class of each row, (n,)."""
    if scores.ndim == 1 or scores.shape[1] == 1:
        return (scores.reshape(len(scores)) > 0).astype(np.int64)
    return np.argmax(scores, axis=1)


def accuracy(scores: Array, labels: Array) -> float:
    """Return the share of rows whose likeliest class is right, from 0 to 1.

    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 0]))
    0.5
    """
    return float(np.mean(predicted_classes(scores) == flat(labels, scores)))


def top_k(scores: Array, labels: Array, k: int = 5) -> float:
    """Return the share of rows whose class is among the k likeliest.

    A class that ties with the k-th counts as the worse of the two.
    """
    right = np.take_along_axis(scores, flat(labels, scores)[:, None].astype(np.int64), axis=1)
    ahead = np.sum(scores >= right, axis=1) - 1
    return float(np.mean(ahead < k))


def confusion_matrix(scores: Array, labels: Array) -> Array:
    """Return (k, k) counts: rows are the true classes, columns the predicted ones."""
    k = max(2, scores.shape[1] if scores.ndim == 2 else 1)
    counts = np.zeros((k, k), np.int64)
    np.add.at(counts, (flat(labels, scores).astype(np.int64), predicted_classes(scores)), 1)
    return counts


def auc(scores: Array, labels: Array) -> float:
    """Return the area under the ROC curve for two classes, ties counted half.

    It is the probability that a random row of the second class scores above one of the first; NaN
    when one of the classes is absent. Source: Mann, Whitney (1947).

    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))
    0.75
    """
    margin = scores[:, 1] - scores[:, 0] if scores.ndim == 2 and scores.shape[1] == 2 else scores
    if margin.size != len(margin):
        raise ShapeError(f"auc is for two classes, the outputs have shape {scores.shape}")
    values, positive = margin.reshape(len(margin)), flat(labels, scores) == 1
    n_pos, n_neg = int(positive.sum()), int((~positive).sum())
    if not n_pos or not n_neg:
        return float("nan")
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[where]
    return float((ranks[positive].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg))


def mae(predictions: Array, targets: Array) -> float:
    """Return the mean absolute error."""
    return float(np.mean(np.abs(difference(predictions, targets))))


def rmse(predictions: Array, targets: Array) -> float:
    """Return the root of the mean squared error."""
    return float(np.sqrt(np.mean(np.square(difference(predictions, targets)))))


def r2(predictions: Array, targets: Array) -> float:
    """Return the share of the targets' variance that is explained: 1 is perfect, 0 the mean's.

    NaN for constant targets.
    """
    total = np.sum(np.square(targets.astype(np.float64) - np.mean(targets, dtype=np.float64)))
    left = np.sum(np.square(difference(predictions, targets)))
    return float(1 - left / total) if total else float("nan")


def difference(predictions: Array, targets: Array) -> Array:
    if predictions.shape != targets.shape:
        raise ShapeError(f"predictions have shape {predictions.shape}, targets {targets.shape}")
    found: Array = predictions.astype(np.float64) - targets.astype(np.float64)
    return found


def flat(labels: Array, scores: Array) -> Array:
    """Return labels as (n,); one-hot rows become class numbers."""
    if labels.ndim == 2 and labels.shape[1] > 1:
        return np.argmax(labels, axis=1)
    if len(labels) != len(scores):
        raise ShapeError(f"there are {len(scores)} rows of outputs and {len(labels)} labels")
    return labels.reshape(len(labels))


METRICS: dict[str, Callable[..., Any]] = {
    "accuracy": accuracy,
    "auc": auc,
    "confusion_matrix": confusion_matrix,
    "mae": mae,
    "r2": r2,
    "rmse": rmse,
    "top_k": top_k,
}


def metric(name: str) -> Callable[..., Any]:
    """Return the metric of this name.

    Raises:
        UsageError: there is none; the nearest is named.
    """
    if name not in METRICS:
        raise UsageError(f"there is no metric {name!r}", hint=nearest(name, METRICS))
    return METRICS[name]
