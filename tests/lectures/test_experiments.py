"""The experiments of the pages, in short: stacks that starve, first weights, what depth buys."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from tests.lectures.test_nets import digits

Bits = list[Any]


def watched(activation: str, init: str) -> Any:
    """Train a net with eight hidden layers on a few digits, and watch all its weights."""
    x, y = digits(256)
    net = cr.nn.MLP(x.shape[1], *[32] * 8, 10, activation=activation, init=init, key=0)
    return cr.fit(net, (x, y), epochs=2, optimizer=cr.optim.SGD(rate=0.1),
                  watch="*.weight@grad", progress=False)  # fmt: skip


def norms(run: Any) -> list[float]:
    return [run.probes[name]["norm"][0] for name in run.probes.names]


def test_a_stack_of_sigmoids_starves() -> None:
    run = watched("sigmoid", "lecun_normal")
    by_layer = norms(run)
    assert len(by_layer) == 9
    assert by_layer == sorted(by_layer)
    assert by_layer[0] < 1e-4 * by_layer[-1]
    assert min(run.history["loss"]) > 2.29  # as good as a guess: log 10


@pytest.mark.parametrize(
    ("activation", "init"),
    [("tanh", "lecun_normal"), ("lecun_tanh", "lecun_normal"), ("relu", "he_normal")],
)
def test_stacks_of_other_activations_are_fed(activation: str, init: str) -> None:
    by_layer = norms(watched(activation, init))
    assert max(by_layer) < 10 * min(by_layer)


def lost(activation: str, init: str, depth: int = 50, width: int = 100) -> float:
    """Return the gradient at the first hidden layer as a share of that at the last."""
    sizes = [width] * (depth + 1)
    net = cr.nn.MLP(*sizes, activation=activation, init=init, key=1, dtype=np.float64)
    h: Any = cr.tensor(np.random.default_rng(0).normal(size=(20, width)))
    hidden = []
    for layer in net.layers:
        h = layer(h)
        hidden.append(h)
    cr.sum(h * np.random.default_rng(1).normal(size=h.shape)).backward()
    first, last = hidden[1].grad, hidden[-2].grad
    return float(np.linalg.norm(first) / np.linalg.norm(last))


def test_first_weights_for_rectifiers() -> None:
    assert 0.1 < lost("relu", "he_normal") < 10
    # Each of 48 layers keeps half of the variance that He's weights keep.
    ratio = lost("relu", "lecun_normal") / lost("relu", "he_normal")
    assert ratio == pytest.approx(2**-24, rel=1e-6)


def test_first_weights_for_tanh() -> None:
    assert 0.02 < lost("tanh", "lecun_normal") < 1 < lost("tanh", "he_normal") < 100


@pytest.mark.parametrize("init", ["lecun_normal", "glorot_normal", "he_normal"])
def test_no_first_weights_save_the_sigmoid(init: str) -> None:
    assert lost("sigmoid", init) < 1e-15


def detect(bits: Bits, pattern: tuple[int, ...]) -> Any:
    total = sum(bit if wanted else -bit for bit, wanted in zip(bits, pattern, strict=True))
    return cr.relu(total - (sum(pattern) - 1))


def shallow(bits: Bits) -> Any:
    """Add one unit for each odd pattern: a single hidden layer."""
    odd = [p for p in product((0, 1), repeat=len(bits)) if sum(p) % 2]
    return sum(detect(bits, p) for p in odd)


def deep(bits: Bits) -> Any:
    """Take the bits in pairs, two units each, layer upon layer."""
    while len(bits) > 1:
        pairs = zip(bits[::2], bits[1::2], strict=False)
        done = [cr.relu(a - b) + cr.relu(b - a) for a, b in pairs]
        bits = done + bits[2 * len(done) :]
    return bits[0]


def zigzag(bits: Bits) -> Any:
    """Add the bits first: then one unit for each bend will do."""
    s = sum(bits)
    return cr.relu(s) + sum(2 * (-1) ** k * cr.relu(s - k) for k in range(1, len(bits)))


def units(net: Callable[[Bits], Any], n: int) -> int:
    circuit = cr.Graph(lambda bits: net(list(bits.values())), bits=dict.fromkeys(range(n), 0.0))
    return sum(gate.op == "relu" for gate in circuit.gates)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
@pytest.mark.parametrize(
    ("net", "needs"),
    [
        (deep, lambda n: 2 * (n - 1)),
        (shallow, lambda n: 2 ** (n - 1)),
        (zigzag, lambda n: n),
    ],
)
def test_parity_of_all_inputs(net: Any, needs: Any, n: int) -> None:
    rows = np.array(list(product((0.0, 1.0), repeat=n)))
    assert len(rows) == 2**n
    np.testing.assert_array_equal(net(list(rows.T)), rows.sum(axis=1) % 2)
    assert units(net, n) == needs(n)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_a_pattern_that_leaves_a_bit_out_tells_nothing_of_parity(n: int) -> None:
    """So a layer of patterns needs all 2^(n-1) odd ones."""
    rows = np.array(list(product((0, 1), repeat=n)))
    for pattern in product((0, 1, None), repeat=n):
        fits = [all(p in (None, b) for p, b in zip(pattern, row, strict=True)) for row in rows]
        share = (rows[fits].sum(axis=1) % 2).mean()
        assert share == 0.5 if None in pattern else share in (0, 1)


def tents(x: Any, times: int) -> Any:
    for _ in range(times):
        x = 2 * cr.relu(x) - 4 * cr.relu(x - 0.5)
    return x


@pytest.mark.parametrize("times", [1, 2, 5, 8])
def test_folding_doubles_the_pieces_with_each_layer(times: int) -> None:
    middles = (np.arange(1024) + 0.5) / 1024
    slopes = cr.grad(lambda x: cr.sum(tents(x, times)))(middles)
    assert 1 + np.count_nonzero(np.diff(slopes)) == 2**times
    assert set(np.abs(slopes)) == {2.0**times}
