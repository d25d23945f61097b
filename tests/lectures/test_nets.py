"""Worked example W17 and XOR: whole nets, and the checks that one makes before trusting them."""

import math
from typing import Any

import numpy as np
import pytest

import chainrule as cr

SMALL = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])


def digits(n: int | None = None) -> tuple[Any, Any]:
    table = cr.data.load("digits")
    encoder = cr.data.Encoder.fit(table, table.names[-1])
    x, y = encoder.inputs(table)[:n], encoder.targets(table)[:n]
    return x, y


def trained(model: Any, rule: Any, loss: Any, steps: int) -> Any:
    """Return the model after some updates with all rows at once."""
    state = rule.init(model)
    for _ in range(steps):
        loss(model).backward()
        model, state = rule.update(model, None, state)
    return model


def softmax_loss(x: Any, y: Any) -> Any:
    return lambda model: cr.losses.softmax_cross_entropy(model(x), y)


def test_w17_softmax_loss_at_chance() -> None:
    x, y = digits(200)
    blank = cr.nn.MLP(x.shape[1], 10, key=0, init="zeros", dtype=np.float64)
    loss = softmax_loss(x.astype(np.float64), y)(blank).item()
    assert loss == pytest.approx(math.log(10), rel=1e-15)
    assert math.floor(loss * 1000) / 1000 == 2.302
    model = cr.nn.MLP(x.shape[1], 32, 10, key=0)
    small = model.load_state_dict({name: 0.1 * w for name, w in model.state_dict().items()})
    assert softmax_loss(x, y)(small).item() == pytest.approx(2.302, abs=0.01)


def test_w17_more_regularisation_means_more_loss() -> None:
    x, y = digits(200)
    model = cr.nn.MLP(x.shape[1], 32, 10, key=0)
    data = softmax_loss(x, y)(model)
    totals = [(data + s * cr.losses.l2(model)).item() for s in (0.0, 1e-3, 1e-1, 1e1, 1e3)]
    assert totals == sorted(totals)
    assert len(set(totals)) == len(totals)
    assert totals[-1] > 1000 * totals[0]


def test_w17_twenty_examples_are_overfitted() -> None:
    x, y = digits(20)
    model = cr.nn.MLP(x.shape[1], 32, 10, key=0)
    model = trained(model, cr.optim.Adam(rate=0.01), softmax_loss(x, y), 300)
    assert softmax_loss(x, y)(model).item() < 1e-3
    assert np.array_equal(np.argmax(model(x).value, axis=1), y)


def norms(before: Any, after: Any) -> tuple[float, float]:
    """Return the norms of the first layer's weights and of their update."""
    w0, w1 = before.layers[0].weight.value, after.layers[0].weight.value
    return float(np.linalg.norm(w0)), float(np.linalg.norm(w1 - w0))


def test_w17_the_ratio_of_update_and_weight_finds_a_rate() -> None:
    x, y = digits(200)
    model = cr.nn.MLP(x.shape[1], 32, 10, key=0)
    loss = softmax_loss(x, y)
    weight, update = norms(model, trained(model, cr.optim.SGD(rate=1.0), loss, 1))
    rate = 1e-3 * weight / update  # the update is proportional to the rate
    weight, update = norms(model, trained(model, cr.optim.SGD(rate=rate), loss, 1))
    assert update / weight == pytest.approx(1e-3, rel=1e-3)
    path = [loss(trained(model, cr.optim.SGD(rate=rate), loss, n)).item() for n in (0, 50, 400)]
    assert path[0] > path[1] > path[2]
    assert path[2] < path[0] / 2


def dead_units(model: Any, x: Any) -> int:
    """Return how many hidden units are zero for every row, and so receive no gradient."""
    hidden = model.layers[1](model.layers[0](x)).value
    return int(np.sum(np.all(hidden == 0, axis=0)))


def test_w17_a_step_too_large_kills_rectifiers() -> None:
    x, y = digits(200)
    model = cr.nn.MLP(x.shape[1], 64, 10, key=0)
    loss = softmax_loss(x, y)
    assert dead_units(model, x) < 8
    assert dead_units(trained(model, cr.optim.SGD(rate=0.1), loss, 20), x) < 8
    broken = trained(model, cr.optim.SGD(rate=100.0), loss, 20)
    assert all(np.all(np.isfinite(p.value)) for p in broken.parameters())
    dead = dead_units(broken, x)
    assert dead > 32
    loss(broken).backward()
    hidden = broken.layers[1](broken.layers[0](x)).value
    silent = np.all(hidden == 0, axis=0)
    assert np.all(broken.layers[0].weight.grad[silent] == 0)  # they never come back


def logistic(model: Any) -> Any:
    return cr.losses.binary_cross_entropy_with_logits(model(SMALL), XOR)


@pytest.mark.parametrize("key", range(5))
def test_one_perceptron_fails_at_xor(key: int) -> None:
    model = cr.nn.Linear(2, 1, key=key, dtype=np.float64)
    model = trained(model, cr.optim.SGD(rate=1.0), logistic, 2000)
    assert logistic(model).item() == pytest.approx(math.log(2), abs=1e-6)  # chance
    np.testing.assert_allclose(cr.sigmoid(model(SMALL)).value, 0.5, atol=1e-3)


def test_no_line_separates_xor() -> None:
    grid = np.linspace(-2, 2, 21)
    best = 0
    for w1 in grid:
        for w2 in grid:
            sums = SMALL @ [w1, w2]
            hits = [np.sum((sums + b > 0) == XOR[:, 0].astype(bool)) for b in grid]
            best = max(best, *hits)
    assert best == 3


@pytest.mark.parametrize("key", range(5))
def test_two_layers_learn_xor(key: int) -> None:
    model = cr.nn.MLP(2, 8, 1, key=key, activation="sigmoid", dtype=np.float64)
    model = trained(model, cr.optim.Adam(rate=0.05), logistic, 1000)
    assert logistic(model).item() < 0.05
    assert np.array_equal(model(SMALL).value > 0, XOR > 0.5)


def parity_by_depth(n: int) -> int:
    """Return how many hidden units a deep net of XOR pairs needs for the parity of n bits."""
    return 2 * (n - 1)


def test_parity_needs_few_units_when_they_are_stacked() -> None:
    """XOR of pairs, layer by layer: 2 rectifiers a pair; a shallow net needs a unit per pattern."""

    def xor_gate(a: Any, b: Any) -> Any:
        return cr.relu(a + b) - 2 * cr.relu(a + b - 1)

    n = 8
    bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    level = [bits[:, i].astype(float) for i in range(n)]
    pairs = 0
    while len(level) > 1:
        level = [xor_gate(level[i], level[i + 1]) for i in range(0, len(level), 2)]
        pairs += len(level)
    assert np.array_equal(level[0], bits.sum(axis=1) % 2)
    assert 2 * pairs == parity_by_depth(n) == 14
    assert 2 ** (n - 1) == 128  # patterns with odd parity, one unit each in a single layer
