"""Metrics against their definitions, counted out."""

import math
from itertools import product

import numpy as np
import pytest

from chainrule.errors import ShapeError, UsageError
from chainrule.train import metrics

RNG = np.random.default_rng(3)
SCORES = RNG.normal(size=(30, 4))
LABELS = RNG.integers(0, 4, 30)


def test_accuracy() -> None:
    want = np.mean([row.argmax() == k for row, k in zip(SCORES, LABELS, strict=True)])
    assert metrics.accuracy(SCORES, LABELS) == want
    assert metrics.accuracy(SCORES, np.eye(4)[LABELS]) == want
    assert metrics.accuracy(SCORES, LABELS[:, None]) == want


def test_accuracy_of_one_output_is_by_the_sign() -> None:
    z, y = np.array([[2.0], [-1.0], [0.0], [0.5]]), np.array([[1], [0], [1], [0]])
    assert metrics.accuracy(z, y) == metrics.accuracy(z[:, 0], y[:, 0]) == 0.5


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_top_k(k: int) -> None:
    best = np.argsort(-SCORES, axis=1)[:, :k]
    assert metrics.top_k(SCORES, LABELS, k) == np.mean(
        [y in b for y, b in zip(LABELS, best, strict=True)]
    )


def test_top_k_counts_a_tie_as_lost() -> None:
    tied = np.array([[1.0, 1.0, 0.0]])
    assert metrics.top_k(tied, np.array([0]), 1) == 0
    assert metrics.top_k(tied, np.array([0]), 2) == 1


def test_confusion_matrix() -> None:
    counts = metrics.confusion_matrix(SCORES, LABELS)
    for true, predicted in product(range(4), range(4)):
        assert counts[true, predicted] == np.sum((true == LABELS) & (SCORES.argmax(1) == predicted))
    two = metrics.confusion_matrix(np.array([[1.0], [-1.0], [2.0]]), np.array([1, 1, 0]))
    assert two.tolist() == [[0, 1], [1, 1]]


def pairs(scores: np.ndarray, labels: np.ndarray) -> float:
    """Count over all pairs of a positive and a negative row, ties half."""
    wins = [(a > b) + (a == b) / 2 for a in scores[labels == 1] for b in scores[labels == 0]]
    return float(np.mean(wins))


@pytest.mark.parametrize("levels", [2, 3, 7, 1000])
def test_auc_with_ties(levels: int) -> None:
    scores = RNG.integers(0, levels, 40).astype(float)
    labels = np.arange(40) % 3 % 2
    assert metrics.auc(scores, labels) == pytest.approx(pairs(scores, labels), abs=1e-14)
    assert metrics.auc(scores[:, None], labels[:, None]) == metrics.auc(scores, labels)


def test_auc_at_its_ends() -> None:
    y = np.array([0, 0, 1, 1])
    assert metrics.auc(np.array([1.0, 2.0, 3.0, 4.0]), y) == 1
    assert metrics.auc(np.array([4.0, 3.0, 2.0, 1.0]), y) == 0
    assert metrics.auc(np.ones(4), y) == 0.5
    assert math.isnan(metrics.auc(np.ones(4), np.ones(4)))


def test_auc_of_two_outputs_is_by_their_difference() -> None:
    z, y = RNG.normal(size=(20, 2)), np.arange(20) % 2
    assert metrics.auc(z, y) == metrics.auc(z[:, 1] - z[:, 0], y)


def test_errors_of_values() -> None:
    p, y = np.array([[1.0], [2.0], [6.0]]), np.array([[1.0], [4.0], [4.0]])
    assert metrics.mae(p, y) == pytest.approx(4 / 3)
    assert metrics.rmse(p, y) == pytest.approx(math.sqrt(8 / 3))
    assert metrics.r2(p, y) == pytest.approx(1 - 8 / 6)
    assert metrics.r2(y, y) == 1
    assert metrics.r2(np.full_like(y, 3), y) == 0
    assert math.isnan(metrics.r2(y, np.ones_like(y)))


def test_float32_is_summed_in_float64() -> None:
    y = np.full((1000, 1), 1e4, np.float32)
    y[0] += 1
    assert metrics.r2(y, y) == 1
    assert metrics.rmse(y + np.float32(0.5), y) == 0.5


def test_messages() -> None:
    with pytest.raises(ShapeError) as error:
        metrics.rmse(np.ones(3), np.ones((3, 1)))
    assert str(error.value) == "predictions have shape (3,), targets (3, 1)"
    with pytest.raises(ShapeError) as error:
        metrics.accuracy(SCORES, LABELS[:5])
    assert str(error.value) == "there are 30 rows of outputs and 5 labels"
    with pytest.raises(ShapeError) as error:
        metrics.auc(SCORES, LABELS)
    assert str(error.value) == "auc is for two classes, the outputs have shape (30, 4)"
    with pytest.raises(UsageError) as error:
        metrics.metric("acuracy")
    assert str(error.value) == "there is no metric 'acuracy'\nhint: did you mean 'accuracy'?"
