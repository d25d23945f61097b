"""What is measured, statistic by statistic, against NumPy; patterns, sentences, memory."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import optim
from chainrule.errors import UsageError
from chainrule.train import record
from chainrule.train.record import (
    HIGHEST,
    LOWEST,
    SIDE,
    STATS,
    Column,
    Probes,
    Seen,
    Watch,
    as_watch,
    edges,
)

X = np.random.default_rng(0).normal(size=(7, 5)) * 10.0 ** np.arange(-2, 3)
X[2, 1:3] = 0, -0.0
PLAIN = {
    "value": lambda x: x,
    "norm": np.linalg.norm,
    "mean": np.mean,
    "std": np.std,
    "zeros": lambda x: np.mean(x == 0),
}


def entry(x: Any) -> Seen:
    return Seen(x, None, 0.1 * x)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_of_any_array(name: str, dtype: Any) -> None:
    x = X.astype(dtype)
    native = cr.compile(lambda x: STATS[name](entry(x), x))(x)
    tolerance = 1e-6 if dtype == np.float32 else 1e-13
    want = PLAIN[name](X.astype(dtype).astype(np.float64))
    np.testing.assert_allclose(native, want, rtol=max(tolerance, 1e-7 * (name == "zeros")))


def test_ratio() -> None:
    assert cr.compile(lambda x: STATS["ratio"](entry(x), x))(X) == pytest.approx(0.1)


SLOPES = {
    "tanh": lambda x: 1 - np.tanh(x) ** 2,
    "sigmoid": lambda x: 1 / (2 + np.exp(x) + np.exp(-x)),
    "relu": lambda x: (x > 0).astype(float),
}


@pytest.mark.parametrize("name", SLOPES)
def test_saturated(name: str) -> None:
    def share(x: Any) -> Any:
        y = getattr(cr, name)(x)
        return STATS["saturated"](Seen(y), y)

    want = np.mean(np.abs(SLOPES[name](X)) < 0.01)
    assert 0 < want < 1
    assert cr.compile(share)(X) == pytest.approx(want, rel=1e-6)


def test_dead_units_are_zero_for_every_row() -> None:
    x = np.array([[0, 1, -0.0], [0, 0, 0], [0, -2, 0]])
    assert cr.compile(lambda x: STATS["dead"](Seen(x), x))(x) == pytest.approx(2 / 3)
    images = np.stack([x, x[::-1]])
    images[1, 0, 2] = 3
    assert cr.compile(lambda x: STATS["dead"](Seen(x), x))(images) == pytest.approx(1 / 3)


def test_only_rows_of_units_have_dead_ones() -> None:
    with pytest.raises(UsageError, match="only what holds rows of units has dead ones"):
        STATS["dead"](entry(X), X)
    with pytest.raises(UsageError, match="only what holds rows of units has dead ones"):
        STATS["dead"](Seen(X[0]), X[0])


def bin_of(x: float, tiny: float) -> int:
    if not np.isfinite(x):
        return 2 * SIDE + 1
    if abs(x) < tiny:
        return SIDE
    power = min(max(int(np.frexp(abs(x))[1]) - 1, LOWEST), HIGHEST) - LOWEST
    return SIDE + power + 1 if x > 0 else SIDE - power - 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_histogram(dtype: Any) -> None:
    powers = (2.0 ** np.arange(LOWEST - 6, HIGHEST + 6)).astype(dtype)
    near = [np.nextafter(powers, dtype(0)), powers, np.nextafter(powers, dtype(np.inf))]
    info = np.finfo(dtype)
    odd = [0, -0.0, np.inf, -np.inf, np.nan, info.tiny, info.tiny / 2, -info.tiny / 4, info.max]
    x = np.concatenate([*near, *(-n for n in near), np.array(odd, dtype)])
    want = np.bincount([bin_of(n, info.tiny) for n in x], minlength=2 * SIDE + 2)
    assert want.min() > 0
    for counts in (
        record.histogram(entry(x), x),
        cr.compile(lambda x: STATS["histogram"](x, x))(x),
    ):
        np.testing.assert_array_equal(counts, want)


def test_edges_are_those_of_the_bins() -> None:
    borders = edges()
    assert len(borders) == 2 * SIDE + 2
    assert borders.tolist() == sorted(borders)
    x = X[X != 0]
    inside = np.clip(x, borders[0] / 1.5, borders[-1] / 1.5)
    want, _ = np.histogram(inside[inside > 0], borders)
    counts = np.asarray(record.histogram(entry(x), x))
    np.testing.assert_array_equal(counts[SIDE + 1 : -1], want[SIDE + 1 :])
    assert counts.sum() == x.size


def test_watch() -> None:
    assert as_watch(None, None) is None
    assert as_watch("layers.*", None) == Watch(("layers.*",))
    assert as_watch(["a", "b@grad"], None) == Watch(["a", "b@grad"])
    watch = Watch("a", stats="norm", every=3)
    assert as_watch(watch, None) == watch
    assert (watch.names, watch.stats, watch.every) == (("a",), ("norm",), 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stats": "nrm"}, "there is no statistic 'nrm'\nhint: did you mean 'norm'?"),
        ({"every": 0}, "every must be a whole number of at least 1, got 0"),
        ({"every": 2.0}, "every must be a whole number of at least 1, got 2.0"),
        ({"every": True}, "every must be a whole number of at least 1, got True"),
        (
            {"names": 3},
            "names to watch are texts, got 3\n"
            'hint: one or a list of them: watch="layers.*" or cr.Watch(["layers.*@grad"], "norm")',
        ),
        (
            {"stats": [1]},
            "stats to watch are texts, got [1]\n"
            'hint: one or a list of them: watch="layers.*" or cr.Watch(["layers.*@grad"], "norm")',
        ),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        Watch(**{"names": "layers.0", **options})
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("watch", "message"),
    [
        ("layer.0", "no name fits 'layer.0'\nhint: did you mean 'layers.0'?"),
        ("layers.0@gradient", "unknown suffix @gradient in 'layers.0@gradient'\n"
                              "hint: use @grad or @update"),
        ("layers.0@update", "layers.0@update cannot be watched: only parameters have updates"),
        ("layers.1.greater#*", "no name fits 'layers.1.greater#*'\nhint: "),
        (Watch("layers.0", "ratio"), "layers.0 cannot be watched: only parameters have a ratio of "
                                     "update and weight"),
        (Watch("layers.0", "saturated"), "layers.0 cannot be watched: only the value of an "
                                         "activation can be saturated"),
    ],
)  # fmt: skip
def test_what_cannot_be_watched(watch: Any, message: str) -> None:
    net = cr.nn.MLP(5, 3, 1, key=0)
    trainer = cr.Trainer(net, loss="squared_error", watch=watch)
    for call in (
        lambda: trainer.run(X, X[:, 0], [[0, 1]]),
        lambda: cr.fit(net, (X, X[:, 0]), watch=watch, progress=False),
    ):
        with pytest.raises(UsageError) as error:
            call()
        assert str(error.value).startswith(message)


def test_patterns_pass_over_what_a_statistic_is_not_for() -> None:
    watch = Watch(["layers.*"], stats=["ratio", "saturated", "norm"])
    net = cr.nn.MLP(5, 3, 1, key=0, activation="tanh")
    trainer = cr.Trainer(net, loss="squared_error", optimizer=optim.SGD(rate=0.1), watch=watch)
    trainer.run(X, X[:, 0], [[0, 1]])
    found = {name: set(trainer.probes[name]) for name in trainer.probes.names}
    assert found == {
        "layers.0": {"norm"},
        "layers.0.weight": {"norm", "ratio"},
        "layers.0.bias": {"norm", "ratio"},
        "layers.1": {"norm", "saturated"},
        "layers.2": {"norm"},
        "layers.2.weight": {"norm", "ratio"},
        "layers.2.bias": {"norm", "ratio"},
    }


def probes() -> Probes:
    made = Probes()
    for step in range(1, 21):
        made.add([step], [("a", "norm"), ("a@grad", "mean")], [np.array([step]), np.array([-step])])
    return made


def test_probes() -> None:
    made = probes()
    assert made.names == ["a", "a@grad"]
    assert repr(made) == "Probes(2 names, 20 steps)"
    assert made.steps.tolist() == made["a"]["norm"].tolist() == list(range(1, 21))
    assert made["a@grad"]["mean"].tolist() == list(range(-1, -21, -1))
    with pytest.raises(UsageError) as error:
        made["a@grd"]
    assert str(error.value) == "'a@grd' was not watched\nhint: did you mean 'a@grad'?"
    assert not Probes().names
    assert not len(Probes().steps)


def test_probes_until() -> None:
    made = probes()
    for step in (0, 5, 20, 99):
        kept = made.until(step)
        assert kept.steps.tolist() == list(range(1, min(step, 20) + 1))
        assert kept["a"]["norm"].tolist() == kept.steps.tolist()


def test_columns_are_few_arrays() -> None:
    column = Column()
    for i in range(1000):
        column.extend(np.full((1, 3), i, np.float32))
    assert len(column.parts) <= 10
    assert column.array()[:, 1].tolist() == list(range(1000))


def test_entries_of_several_shapes() -> None:
    column = Column()
    for shape in ((2, 4, 3), (1, 2, 3), (2, 4, 3)):
        column.extend(np.ones(shape))
    assert [x.shape for x in column.array()] == [(4, 3)] * 2 + [(2, 3)] + [(4, 3)] * 2


def test_parts_of_the_model_are_watched_by_themselves() -> None:
    net = cr.nn.MLP(3, 5, 4, key=0)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 3)), rng.integers(0, 4, 8)
    for watch in (
        [net.layers[1], net.layers[0].weight, "layers.2@grad"],
        cr.Watch([net.layers[1], net.layers[0].weight, "layers.2@grad"], stats="norm"),
        net.layers[1],
    ):
        trainer = cr.Trainer(net, loss="cross_entropy", watch=watch)
        trainer.run(x, y, np.arange(8))
        assert trainer.probes.names[0] == "layers.1"
    assert trainer.probes["layers.1"]["norm"].shape == (1,)
    other = cr.nn.MLP(3, 5, 4, key=1)
    with pytest.raises(UsageError, match=r"is no part of the model\nhint: cr.names\(model\) lists"):
        cr.Trainer(net, loss="cross_entropy", watch=other.layers[0].weight)
