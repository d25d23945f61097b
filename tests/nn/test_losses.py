"""Losses by hand: values, gradients, the ends of the range, and refusals."""

import math
import re
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import DtypeError, ShapeError, UsageError
from chainrule.nn import losses

RNG = np.random.default_rng(0)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def gradient(loss: Any, x: Any, *others: Any, **options: Any) -> Any:
    """Return d loss / d x, as backward gives it."""
    leaf = cr.tensor(x)
    loss(leaf, *others, **options).backward()
    return leaf.grad


# Two classes -------------------------------------------------------------------------------------


def test_last_layer_under_binary_cross_entropy() -> None:
    """dJ/dz = (y_hat - y) / N, dJ/dW = dJ/dz^T a, dJ/db = its sum; dJ/da = dJ/dz W."""
    n = 5
    a, y = RNG.normal(size=(n, 3)), np.array([[0.0], [1], [1], [0], [1]])
    layer = nn.Linear(3, 1, key=0, dtype=np.float64)
    inputs = cr.tensor(a)
    z = layer(inputs)
    y_hat = cr.sigmoid(z)
    losses.binary_cross_entropy(y_hat, y).backward()
    error = (y_hat.value - y) / n
    np.testing.assert_allclose(z.grad, error, rtol=1e-13)
    np.testing.assert_allclose(layer.weight.grad, error.T @ a, rtol=1e-13)
    np.testing.assert_allclose(layer.bias.grad, error.sum(0), rtol=1e-13)
    np.testing.assert_allclose(inputs.grad, error @ layer.weight.value, rtol=1e-13)


def test_logits_and_probabilities_agree() -> None:
    z, y = RNG.normal(size=7), RNG.uniform(size=7)
    from_p = losses.binary_cross_entropy(sigmoid(z), y)
    from_z = losses.binary_cross_entropy_with_logits(z, y)
    p = sigmoid(z)
    assert from_z == pytest.approx(np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))), rel=1e-13)
    assert from_p == pytest.approx(from_z, rel=1e-13)
    np.testing.assert_allclose(
        gradient(losses.binary_cross_entropy_with_logits, z, y), (p - y) / 7, rtol=1e-12
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits(dtype: Any) -> None:
    z, y = np.array([1e4, 1e4, -1e4, -1e4], dtype), np.array([1, 0, 1, 0], dtype)
    loss = losses.binary_cross_entropy_with_logits(z, y, reduction="none")
    assert loss.dtype == dtype
    assert loss.tolist() == [0, 1e4, 1e4, 0]
    found = gradient(losses.binary_cross_entropy_with_logits, z, y)
    assert (found * 4).tolist() == [0, 1, -1, 0]


def test_certain_probabilities_stay_finite() -> None:
    for dtype, worst in ((np.float32, 87.33654), (np.float64, 708.39642)):
        p, y = np.array([0, 1, 0, 1], dtype), np.array([0, 1, 1, 0])
        loss = losses.binary_cross_entropy(p, y, reduction="none")
        np.testing.assert_allclose(loss, [0, 0, worst, worst], rtol=1e-6)
        assert np.isfinite(gradient(losses.binary_cross_entropy, p, y)).all()


def test_the_cost_of_deck_c() -> None:
    """J = -1/m sum_i sum_k [...] + lambda / 2m sum theta^2, without the biases."""
    net = nn.MLP(2, 3, 3, key=0, activation="sigmoid", dtype=np.float64)
    x, y = RNG.normal(size=(4, 2)), np.eye(3)[[0, 1, 2, 0]]
    h = sigmoid(net(x).value)
    want = 0.0
    for i in range(4):
        for k in range(3):
            want -= (y[i, k] * math.log(h[i, k]) + (1 - y[i, k]) * math.log(1 - h[i, k])) / 4
    want += 0.7 / 8 * (np.sum(net[0].weight.value ** 2) + np.sum(net[2].weight.value ** 2))
    cost = losses.logistic_cost(net(x), y, net, decay=0.7)
    assert cost.item() == pytest.approx(want, rel=1e-13)
    cost.backward()
    error = (h - y) / 4
    hidden = sigmoid(x @ net[0].weight.value.T + net[0].bias.value)
    np.testing.assert_allclose(
        net[2].weight.grad, error.T @ hidden + 0.7 / 4 * net[2].weight.value, rtol=1e-12
    )
    np.testing.assert_allclose(net[2].bias.grad, error.sum(0), rtol=1e-12)


# Many classes ------------------------------------------------------------------------------------


def test_chance_level_of_ten_classes() -> None:
    z, y = np.zeros((4, 10)), np.arange(4)
    assert losses.softmax_cross_entropy(z, y) == pytest.approx(2.302585, abs=1e-6)


def test_numbers_and_distributions_agree() -> None:
    z, y = RNG.normal(size=(6, 4)), np.array([0, 1, 2, 3, 1, 1])
    want = -np.mean(np.log(softmax(z))[np.arange(6), y])
    for targets in (y, y.astype(np.uint8), y.tolist(), np.eye(4)[y], np.eye(4, dtype=int)[y]):
        assert losses.softmax_cross_entropy(z, targets) == pytest.approx(want, rel=1e-13)
        found = gradient(losses.softmax_cross_entropy, z, targets)
        np.testing.assert_allclose(found, (softmax(z) - np.eye(4)[y]) / 6, atol=1e-15)


def test_label_smoothing() -> None:
    z, y, s = RNG.normal(size=(6, 4)), np.array([0, 1, 2, 3, 1, 1]), 0.1
    q = (1 - s) * np.eye(4)[y] + s / 4
    want = -np.mean(np.sum(q * np.log(softmax(z)), -1))
    for targets in (y, np.eye(4)[y]):
        found = losses.softmax_cross_entropy(z, targets, label_smoothing=s)
        assert found == pytest.approx(want, rel=1e-13)
    found = gradient(losses.softmax_cross_entropy, z, y, label_smoothing=s)
    np.testing.assert_allclose(found, (softmax(z) - q) / 6, atol=1e-15)


def test_class_weights() -> None:
    z, y, w = RNG.normal(size=(6, 3)), np.array([0, 1, 2, 2, 1, 1]), np.array([1.0, 0.5, 3.0])
    each = -np.log(softmax(z))[np.arange(6), y]
    for targets in (y, np.eye(3)[y]):
        found = losses.softmax_cross_entropy(z, targets, class_weights=w)
        assert found == pytest.approx(np.average(each, weights=w[y]), rel=1e-13)
        found = losses.softmax_cross_entropy(z, targets, class_weights=w, reduction="none")
        np.testing.assert_allclose(found, w[y] * each, rtol=1e-13)


def test_logits_of_more_axes() -> None:
    z, y = RNG.normal(size=(2, 3, 4)), np.array([[0, 1, 2], [3, 3, 0]])
    found = losses.softmax_cross_entropy(z, y, reduction="none")
    assert found.shape == (2, 3)
    assert found[1, 2] == pytest.approx(-math.log(softmax(z)[1, 2, 0]), rel=1e-13)


def test_huge_logits_of_many_classes() -> None:
    z = np.array([[1e4, -1e4, 0], [1e4, -1e4, 0]], np.float32)
    y = np.array([0, 1])
    assert losses.softmax_cross_entropy(z, y, reduction="none").tolist() == [0, 2e4]
    assert (gradient(losses.softmax_cross_entropy, z, y) * 2).tolist() == [[0, 0, 0], [1, -1, 0]]


# Numbers -----------------------------------------------------------------------------------------


def test_gradients_by_hand() -> None:
    x, y = np.array([0.3, -2.0, 4.0, 1.0]), np.array([0.0, 0.5, 1.0, 3.0])
    e = x - y
    cases = [
        (losses.squared_error, 2 * e / 4),
        (losses.absolute_error, np.sign(e) / 4),
        (losses.huber, np.clip(e, -1, 1) / 4),
        (losses.poisson, (np.exp(x) - y) / 4),
    ]
    for loss, want in cases:
        np.testing.assert_allclose(gradient(loss, x, y), want, rtol=1e-13)
    sides = np.array([1, 1, -1, 1])
    want = np.where(1 - sides * x > 0, -sides, 0) / 4
    np.testing.assert_allclose(gradient(losses.hinge, x, sides), want, rtol=1e-13)


def test_huber_joins_its_two_branches() -> None:
    x = np.array([0.0, 0.5, 1.5, 1.5 + 1e-9, 4.0])
    found = losses.huber(x, np.zeros(5), delta=1.5, reduction="none")
    want = [0, 0.125, 1.125, 1.125, 1.5 * (4 - 0.75)]
    np.testing.assert_allclose(found, want, rtol=1e-8)


def test_penalties_spare_biases() -> None:
    net = nn.MLP(2, 3, 1, key=0, dtype=np.float64)
    weights = [net[0].weight.value, net[2].weight.value]
    assert losses.l2(net).item() == pytest.approx(sum((w**2).sum() for w in weights), rel=1e-13)
    assert losses.l1(net).item() == pytest.approx(sum(abs(w).sum() for w in weights), rel=1e-13)
    losses.l2(net).backward()
    np.testing.assert_allclose(net[0].weight.grad, 2 * net[0].weight.value)
    assert net[0].bias.grad is None
    assert losses.l2(nn.BatchNorm(3)) == 0
    assert losses.l1(()) == 0


# Refusals ----------------------------------------------------------------------------------------

BAD = [
    (
        lambda: losses.softmax_cross_entropy(np.zeros((2, 3)), [0, 3]),
        UsageError,
        "softmax_cross_entropy: class numbers must be from 0 to 2 for logits with 3 columns, "
        "found 3",
    ),
    (
        lambda: losses.softmax_cross_entropy(np.zeros((2, 3)), [0, -1]),
        UsageError,
        "softmax_cross_entropy: class numbers must be from 0 to 2 for logits with 3 columns, "
        "found -1",
    ),
    (
        lambda: losses.softmax_cross_entropy(np.zeros((2, 3)), [0.0, 1.0]),
        DtypeError,
        "softmax_cross_entropy: targets of shape (2,) must be class numbers of an integer dtype, "
        "got float64\nhint: y.astype(int), or one row of probabilities for each example",
    ),
    (
        lambda: losses.softmax_cross_entropy(np.zeros((2, 3)), np.array([[0], [1]])),
        ShapeError,
        "softmax_cross_entropy: logits have shape (2, 3), targets (2, 1)\n"
        "hint: give class numbers of shape (2,) or distributions of shape (2, 3)",
    ),
    (
        lambda: losses.softmax_cross_entropy(np.zeros((2, 3)), [[1, 0, 0], [1, 1, 0]]),
        UsageError,
        "softmax_cross_entropy: each row of the targets must sum to 1, row 1 sums to 2",
    ),
    (
        lambda: losses.softmax_cross_entropy(np.zeros((1, 2)), [[1.5, -0.5]]),
        UsageError,
        "softmax_cross_entropy: targets must be from 0 to 1, found 1.5",
    ),
    (
        lambda: losses.softmax_cross_entropy(np.zeros((1, 2)), [0], label_smoothing=2),
        UsageError,
        "softmax_cross_entropy: label_smoothing must be from 0 to 1, got 2",
    ),
    (
        lambda: losses.softmax_cross_entropy(np.zeros((1, 2)), [0], class_weights=[1.0]),
        ShapeError,
        "softmax_cross_entropy: class_weights have shape (1,), needed (2,)",
    ),
    (
        lambda: losses.binary_cross_entropy([0.5], [2]),
        UsageError,
        "binary_cross_entropy: targets must be from 0 to 1, found 2",
    ),
    (
        lambda: losses.binary_cross_entropy([1.5], [1]),
        UsageError,
        "binary_cross_entropy: probabilities must be from 0 to 1\n"
        "hint: for scores without a sigmoid use binary_cross_entropy_with_logits",
    ),
    (
        lambda: losses.binary_cross_entropy_with_logits([0.5], [math.nan]),
        UsageError,
        "binary_cross_entropy_with_logits: targets must be from 0 to 1, found nan",
    ),
    (
        lambda: losses.logistic_cost([0.5], [1]),
        ShapeError,
        "logistic_cost takes logits of shape (m, K), got (1,)",
    ),
    (
        lambda: losses.logistic_cost([[0.5]], [[1]], decay=-1),
        UsageError,
        "logistic_cost: decay must be 0 or more, got -1",
    ),
    (
        lambda: losses.hinge([0.5, 0.5], [1, 0]),
        UsageError,
        "hinge: targets must be -1 or 1, found 0",
    ),
    (
        lambda: losses.poisson([0.5], [-1]),
        UsageError,
        "poisson: targets must be 0 or more, found -1",
    ),
    (
        lambda: losses.huber([0.5], [1], delta=0),
        UsageError,
        "huber: delta must be greater than 0, got 0",
    ),
    (
        lambda: losses.squared_error([0.5], [1], reduction="man"),
        UsageError,
        "unknown reduction 'man'\nhint: did you mean 'mean'?",
    ),
]


@pytest.mark.parametrize(("call", "error", "says"), BAD)
def test_refusals(call: Any, error: Any, says: Any) -> None:
    with pytest.raises(error, match=f"^{re.escape(says)}$"):
        call()
