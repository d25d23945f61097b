"""The loss of a guess, against the losses themselves."""

import numpy as np
import pytest

from chainrule.explain.doctor.levels import chance, each
from chainrule.nn import losses
from chainrule.train.introduction import targets

Y = np.repeat([0, 1, 2], [10, 30, 60])
BINARY = np.repeat([0.0, 1.0], [25, 75])[:, None]


def test_ten_even_classes() -> None:
    assert chance("softmax_cross_entropy", {"counts": [5] * 10}) == pytest.approx(2.302, abs=1e-3)


def test_the_best_constant_of_each_loss() -> None:
    logits = np.log([[0.1, 0.3, 0.6]] * 100)
    found = chance("softmax_cross_entropy", targets(Y))
    assert found == pytest.approx(float(losses.softmax_cross_entropy(logits, Y)))
    guess = np.full((100, 1), np.log(3.0))
    by_hand = losses.binary_cross_entropy_with_logits(guess, BINARY)
    assert chance("binary_cross_entropy", targets(BINARY)) == pytest.approx(float(by_hand))
    signs = 2 * BINARY - 1
    best = min(float(losses.hinge(np.full((100, 1), s), signs)) for s in (-1.0, 0.0, 1.0))
    assert chance("hinge", targets(signs)) == pytest.approx(best)
    values = np.random.default_rng(0).normal(3, 2, (100, 2))
    mean = np.tile(values.mean(axis=0), (100, 1))
    by_hand = losses.squared_error(mean, values)
    assert chance("squared_error", targets(values)) == pytest.approx(float(by_hand))


def test_what_is_not_known() -> None:
    assert chance("my_loss", {"counts": [1, 2]}) is None
    assert chance("squared_error", {}) is None
    assert chance("softmax_cross_entropy", {"std": [1.0]}) is None


def test_many_columns_are_summarised() -> None:
    assert each({"min": 0.0, "median": 1.0, "max": 2.0}).tolist() == [0, 1, 2]
    assert each({"min": 0.0, "each": [3.0]}).tolist() == [3]
