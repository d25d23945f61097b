"""What is measured of a step is what a watched step measures, and nothing is updated."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.nn import losses
from chainrule.train.gauge import Gauge, counted
from chainrule.train.record import Watch
from chainrule.train.step import Objective, Stepper

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 3))
Y = RNG.integers(0, 4, 12)
ROWS = np.array([[0, 3, 5, 7], [1, 2, 4, 11]])


def stepper(model: object = None, watch: Watch | None = None, rate: object = 0.1) -> Stepper:
    made = Stepper(
        Objective(losses.softmax_cross_entropy), optim.Adam(rate=rate), np.uint64(7), watch
    )
    made.start(nn.MLP(3, 5, 5, 4, key=1, activation="relu", dtype=np.float64) if model is None
               else model)  # fmt: skip
    return made


def measured(made: Stepper, rows: np.ndarray) -> dict[str, float]:
    gauge = Gauge(made, X, Y, rows)
    return dict(zip(gauge.names, gauge.measure(X, Y, rows), strict=True))


def test_as_a_watched_step_measures() -> None:
    made = stepper()
    made.run(X, Y, ROWS[:1])
    found = measured(made, ROWS[1])
    want = {"rate": 0.1}
    for names, stats in (
        (["*.weight", "*.bias"], ["norm", "ratio"]),
        (["*.weight@grad", "*.bias@grad"], "norm"),
        (["layers.1", "layers.3"], ["mean", "std", "zeros", "dead", "saturated"]),
        ("layers.4", ["mean", "std"]),
    ):
        watched = stepper(watch=Watch(names, stats))
        watched.run(X, Y, ROWS)
        for name in watched.probes.names:
            for stat, values in watched.probes[name].items():
                want[f"{name}:{stat}"] = float(values[1])
    assert found == {name: pytest.approx(value, rel=1e-12) for name, value in want.items()}


def test_names() -> None:
    names = list(measured(stepper(), ROWS[0]))
    assert names[0] == "rate"
    assert [n for n in names if n.startswith("layers.1:")] == [
        "layers.1:mean", "layers.1:std", "layers.1:zeros", "layers.1:dead", "layers.1:saturated"
    ]  # fmt: skip
    assert [n for n in names if n.startswith("layers.2.weight")] == [
        "layers.2.weight@grad:norm", "layers.2.weight:norm", "layers.2.weight:ratio"
    ]  # fmt: skip
    assert "layers.4:std" in names  # the last layer has no activation to speak for it
    assert not [n for n in names if n.startswith("layers.2:")]
    known = cr.names(nn.MLP(3, 5, 5, 4, key=1))
    assert {n.partition(":")[0].partition("@")[0] for n in names[1:]} <= set(known)


def test_nothing_is_updated() -> None:
    made = stepper()
    before = made.snapshot()
    measured(made, ROWS[0])
    assert all(np.array_equal(a, b) for a, b in zip(before, made.leaves, strict=True))
    assert made.updates_made == 0


def test_the_same_draws_as_in_the_step() -> None:
    model = nn.Sequential(nn.Linear(3, 40, key=0, dtype=np.float64), nn.Dropout(p=0.5),
                          nn.Linear(40, 4, key=1, dtype=np.float64))  # fmt: skip
    found = measured(stepper(model), ROWS[0])
    watched = stepper(model, Watch("layers.1", "std"))
    watched.run(X, Y, ROWS[:1])
    assert found["layers.1:std"] == pytest.approx(float(watched.probes["layers.1"]["std"][0]))


def test_a_rate_that_changes() -> None:
    made = stepper(rate=optim.Cosine(rate=0.1, steps=10))
    first = measured(made, ROWS[0])["rate"]
    made.run(X, Y, np.repeat(ROWS, 3, axis=0))
    assert first == pytest.approx(0.1)
    assert measured(made, ROWS[0])["rate"] < first


def test_histograms_are_those_of_a_watched_step() -> None:
    made = stepper()
    gauge = Gauge(made, X, Y, ROWS[0])
    gauge.measure(X, Y, ROWS[0])
    watched = stepper(watch=Watch(["*.weight@grad", "*.bias@grad"], "histogram"))
    watched.run(X, Y, ROWS[:1])
    found = gauge.histograms()
    assert len(found) == 6
    for name, counts in found.items():
        np.testing.assert_array_equal(counts, watched.probes[name]["histogram"][0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_counts(dtype: type) -> None:
    below = np.nextafter(dtype(2), dtype(0))
    ends = np.array([2.0**-30, 2.0**-24, 0.75, 1.0, below, 2.0, 600.0, 1e9], dtype)
    values = np.concatenate([ends, -ends, [0, -0.0, 5e-324, np.nan, np.inf, -np.inf]]).astype(dtype)
    found = counted(values)
    want = np.zeros(68, np.int64)
    for at in (34, 34, 57, 58, 58, 59, 66, 66):
        want[at] += 1
        want[66 - at] += 1
    want[33], want[67] = 3, 3
    np.testing.assert_array_equal(found, want)
    assert found.sum() == len(values)


def test_a_single_layer() -> None:
    made = Stepper(
        Objective(lambda outputs, y: cr.mean((outputs - y) ** 2)), optim.SGD(rate=0.1), np.uint64(1)
    )
    made.start(nn.Linear(3, 1, key=0, dtype=np.float64))
    names = list(measured(made, ROWS[0]))
    assert names[1:4] == ["weight@grad:norm", "weight:norm", "weight:ratio"]
