"""Update rules against the textbook's formulas, written down again in plain NumPy loops."""

import math
from typing import Any

import numpy as np
import pytest

from chainrule import optim
from chainrule.errors import UsageError

STEPS = 50
A = np.array([[3.0, 0.5], [0.5, 1.0]])


def gradient(w: Any, t: Any) -> Any:
    """A quadratic's gradient with a disturbance that changes signs."""
    return w @ A + 0.3 * np.cos(1.7 * t) * np.ones_like(w)


def run(rule: Any, start: Any, steps: Any = STEPS) -> Any:
    model, state = {"w": start}, rule.init({"w": start})
    for t in range(1, steps + 1):
        model, state = rule.update(model, {"w": gradient(model["w"], t)}, state)
    return model["w"]


def sgd(w: Any, g: Any, s: Any, t: Any) -> Any:
    return w - 0.05 * g


def momentum(w: Any, g: Any, s: Any, t: Any) -> Any:
    s["v"] = 0.8 * s.get("v", 0) - 0.05 * g
    return w + s["v"]


def nesterov(w: Any, g: Any, s: Any, t: Any) -> Any:
    before = s.get("v", 0)
    s["v"] = 0.8 * before - 0.05 * g
    return w - 0.8 * before + 1.8 * s["v"]


def adagrad(w: Any, g: Any, s: Any, t: Any) -> Any:
    s["sum"] = s.get("sum", 0) + g**2
    return w - 0.05 * g / (np.sqrt(s["sum"]) + 1e-8)


def rmsprop(w: Any, g: Any, s: Any, t: Any) -> Any:
    s["mean"] = 0.9 * s.get("mean", 0) + 0.1 * g**2
    return w - 0.05 * g / (np.sqrt(s["mean"]) + 1e-8)


def adam(w: Any, g: Any, s: Any, t: Any) -> Any:
    history = s.setdefault("g", [])
    history.append(g)
    m = sum(0.1 * 0.9 ** (t - i) * h for i, h in enumerate(history, 1)) / (1 - 0.9**t)
    v = sum(0.001 * 0.999 ** (t - i) * h**2 for i, h in enumerate(history, 1)) / (1 - 0.999**t)
    return w - 0.05 * m / (np.sqrt(v) + 1e-8)


def adamw(w: Any, g: Any, s: Any, t: Any) -> Any:
    return adam(w, g, s, t) - 0.05 * 0.1 * w


def rprop(w: Any, g: Any, s: Any, t: Any) -> Any:
    d, last = s.get("d", np.full_like(w, 0.05)), s.get("g", np.zeros_like(w))
    for i in np.ndindex(w.shape):
        if g[i] * last[i] > 0:
            d[i] = min(d[i] * 1.2, 50)
        elif g[i] * last[i] < 0:
            d[i] = max(d[i] * 0.5, 1e-6)
            g[i] = 0
    s["d"], s["g"] = d, g.copy()
    return w - np.sign(g) * d


PAIRS = [
    (optim.SGD(rate=0.05), sgd),
    (optim.Momentum(rate=0.05, momentum=0.8), momentum),
    (optim.Nesterov(rate=0.05, momentum=0.8), nesterov),
    (optim.Adagrad(rate=0.05), adagrad),
    (optim.RMSprop(rate=0.05), rmsprop),
    (optim.Adam(rate=0.05), adam),
    (optim.AdamW(rate=0.05, decay=0.1), adamw),
    (optim.Rprop(rate=0.05), rprop),
]


@pytest.mark.parametrize(("rule", "formula"), PAIRS, ids=lambda x: getattr(x, "__name__", ""))
def test_fifty_steps_follow_the_formula(rule: Any, formula: Any) -> None:
    start = np.array([[1.0, -2.0], [0.5, 3.0]])
    w, memory = start.copy(), {}
    for t in range(1, STEPS + 1):
        w = formula(w, gradient(w, t), memory, t)
    np.testing.assert_allclose(run(rule, start), w, rtol=1e-12, atol=1e-13)


def test_adam_by_hand() -> None:
    """Gradients 1, then -2: m = 0.1, -0.11; v = 0.001, 0.004999; corrections by 1 - beta^t."""
    rule = optim.Adam(rate=0.1)
    w, slots = rule(np.zeros(1), np.ones(1), rule.slots(np.zeros(1)), 1, 0.1)
    assert w.item() == pytest.approx(-0.1 * 1 / (1 + 1e-8), rel=1e-14)
    w2, slots = rule(w, np.full(1, -2.0), slots, 2, 0.1)
    m_hat, v_hat = -0.11 / 0.19, 0.004999 / 0.001999
    assert slots["m"].item() == pytest.approx(-0.11, rel=1e-13)
    assert slots["v"].item() == pytest.approx(0.004999, rel=1e-13)
    assert w2.item() == pytest.approx(w.item() - 0.1 * m_hat / (math.sqrt(v_hat) + 1e-8), rel=1e-13)


def test_adam_keeps_its_correction_exact_in_float32() -> None:
    """With weights in float32, 1 - 0.999^t is still computed in float64 and rounded once."""
    rule = optim.Adam(rate=1e-3)
    w = np.zeros(1, np.float32)
    for t in (1, 2, 1000, 100_000):
        slots = {"m": np.ones(1, np.float32), "v": np.ones(1, np.float32)}
        new, _ = rule(w, np.ones(1, np.float32), slots, np.int64(t), np.float64(1e-3))
        exact = -1e-3 / (1 - 0.9**t) * math.sqrt(1 - 0.999**t)
        assert new.dtype == np.float32
        assert new.item() == pytest.approx(exact, rel=3e-7)


def test_decay_spares_vectors() -> None:
    rule = optim.AdamW(rate=0.1, decay=0.5)
    model = {"w": np.ones((2, 2)), "b": np.ones(2)}
    zero = {"w": np.zeros((2, 2)), "b": np.zeros(2)}
    new, _ = rule.update(model, zero, rule.init(model))
    np.testing.assert_allclose(new["w"], 0.95)
    np.testing.assert_array_equal(new["b"], 1.0)


def test_adagrad_and_rmsprop_stand_still_without_gradient() -> None:
    for rule in (optim.Adagrad(), optim.RMSprop(), optim.Adam()):
        w, _ = rule(np.ones(2), np.zeros(2), rule.slots(np.ones(2)), 1, 0.1)
        np.testing.assert_array_equal(w, 1.0)


def test_rprop_takes_no_schedule() -> None:
    with pytest.raises(UsageError, match="Rprop: rate must be a number, not a schedule"):
        optim.Rprop(rate=optim.Constant(rate=0.1))
    with pytest.raises(UsageError, match="smallest must not exceed largest, got 2 and 1"):
        optim.Rprop(smallest=2, largest=1)
