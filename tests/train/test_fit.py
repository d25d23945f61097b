"""`cr.fit` as its users see it: what comes out, and every sentence when something is wrong."""

import doctest
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import Diverged, FileError, ShapeError, UsageError
from chainrule.runs.folder import Run
from chainrule.runs.lock import alone
from chainrule.train import pace
from chainrule.train.metrics import r2
from tests.train import reference

RNG = np.random.default_rng(1)
X = RNG.normal(size=(40, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(np.int64)
FAST: dict[str, Any] = {"epochs": 2, "progress": False}


def test_example() -> None:
    module = sys.modules["chainrule.train.fit"]  # the folder's `fit` is the function
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder().find(cr.fit, "fit", globs=dict(vars(module))):
        runner.run(test)
    assert runner.summarize() == (0, 6)


def test_training_computes_in_the_dtype_of_the_net() -> None:
    seen = set()

    def loss(z: Any, y: Any) -> Any:
        seen.add((z.dtype, y.dtype))
        return cr.mean((z - y) * (z - y))

    for dtype in (np.float32, np.float64):
        net = cr.nn.MLP(2, 4, 1, key=0, dtype=dtype)
        done = cr.fit(net, (X, X[:, :1]), loss=loss, validation=0.2, **FAST)
        assert {np.asarray(p).dtype for p in done.model.parameters()} == {np.dtype(dtype)}
        assert seen == {(np.dtype(dtype), np.dtype(dtype))}
        seen.clear()


def test_whole_numbers_reach_the_net_as_they_are() -> None:
    class Lookup(cr.nn.Module):
        table: cr.Tensor

        def __call__(self, x: Any) -> Any:
            assert x.dtype == np.int64
            return cr.take(self.table, x, axis=0)

    net = Lookup(table=cr.tensor(np.zeros((3, 2), np.float32)))
    x = np.array([0, 1, 2, 0])
    rule = cr.optim.SGD(rate=1.0)
    done = cr.fit(net, (x, x % 2), optimizer=rule, epochs=50, progress=False)
    assert done.history["accuracy"][-1] == 1


def test_the_same_seed_gives_the_same_bits() -> None:
    def train(seed: int) -> Any:
        net = cr.nn.MLP(2, 8, 1, key=0, dropout=0.2)
        return cr.fit(net, (X, Y), seed=seed, validation=0.2, **FAST).model.state_dict()

    one, two, other = train(3), train(3), train(4)
    assert all(np.array_equal(one[name], two[name]) for name in one)
    assert not np.array_equal(one["layers.0.weight"], other["layers.0.weight"])


def test_a_table_is_learnt_as_well_as_elsewhere() -> None:
    """The same net, rule and first weights, in plain NumPy with its own shuffling."""
    rng = np.random.default_rng(11)
    x = rng.uniform(-2, 2, size=(400, 3))
    y = np.sin(2 * x[:, :1]) + x[:, 1:2] * x[:, 2:] + 0.1 * rng.normal(size=(400, 1))
    train, test = slice(0, 300), slice(300, 400)
    net = cr.nn.MLP(3, 24, 1, key=2, activation="tanh", dtype=np.float64)
    rule = cr.optim.Adam(rate=0.01)
    done = cr.fit(net, (x[train], y[train]), epochs=80, optimizer=rule, progress=False)
    weights, update = [np.array(p) for p in net.parameters()], reference.adam(0.01)
    for _ in range(80):
        rows = rng.permutation(300)
        for start in range(0, 300, 32):
            at = rows[start : start + 32]
            z, seen = reference.forward(weights, x[at])
            _, dz = reference.squared_loss(z, y[at])
            weights = update(weights, reference.backward(weights, seen, dz))
    ours = r2(np.asarray(done.model(x[test])), y[test])
    theirs = r2(reference.forward(weights, x[test])[0], y[test])
    assert theirs > 0.95
    assert abs(ours - theirs) < 0.02


def test_k_logistic_outputs() -> None:
    """The net of Ng's lectures: one logistic output a class, one-hot targets."""
    classes = np.digitize(X[:, 0], [-0.4, 0.4])
    net = cr.nn.MLP(2, 16, 3, key=0)
    rule = cr.optim.Adam(rate=0.05)
    done = cr.fit(
        net, (X, np.eye(3)[classes]), loss="binary_cross_entropy", optimizer=rule,
        epochs=60, progress=False,
    )  # fmt: skip
    assert done.history["accuracy"][-1] > 0.95
    assert "auc" not in done.history


def test_metrics_by_name() -> None:
    net = cr.nn.MLP(2, 4, 2, key=0)
    done = cr.fit(net, (X, Y), metrics=["top_k", "confusion_matrix"], **FAST)
    assert done.history["top_k"] == [1.0, 1.0]
    assert done.history["confusion_matrix"][-1].sum() == 40
    with pytest.raises(UsageError, match="there is no metric 'acc'"):
        cr.fit(net, (X, Y), metrics=["acc"], **FAST)


def test_history_is_in_the_run_too(tmp_path: Path) -> None:
    net = cr.nn.MLP(2, 4, 2, key=0)
    done = cr.fit(net, (X, Y), run=tmp_path / "run", metrics=["confusion_matrix"], **FAST)
    assert done.run is not None
    stored = done.run.history()
    assert [record["loss"] for record in stored] == done.history["loss"]
    assert [record["seconds"] for record in stored] == done.history["seconds"]
    assert stored[0]["confusion_matrix"] == done.history["confusion_matrix"][0].tolist()
    loaded = net.load_state_dict(done.run.model().tensors)
    np.testing.assert_array_equal(np.asarray(loaded(X)), np.asarray(done.model(X)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
        ({"loss": "mse"}, "there is no loss 'mse'\nhint: known names: absolute_error, "
         "binary_cross_entropy, hinge, huber, poisson, softmax_cross_entropy, squared_error"),
        ({"metrics": ["acuracy"]}, "there is no metric 'acuracy'\nhint: did you mean 'accuracy'?"),
        ({"optimizer": "adam"}, "an optimizer is an update rule, got str\n"
         "hint: make one: cr.optim.Adam(rate=1e-3)"),
        ({"order": "random"}, "there is no order 'random'\n"
         "hint: known names: alternating, given, shuffled"),
        ({"l2": -1}, "l2 must be a number of at least 0, got -1"),
        ({"validation": 2.0}, "the fraction held out is at least 0 and below 1, not 2.0"),
        ({"seed": 0.5}, "a seed is a whole number from 0 to 2^64 - 1, got 0.5"),
        ({"resume": True, "run": None},
         "there is nothing to resume without a run\nhint: pass run='runs/...'"),
        ({"order": "alternating", "loss": "squared_error"},
         "the order 'alternating' needs classes, and the targets are values\n"
         "hint: use order='shuffled'"),
    ],
)  # fmt: skip
def test_messages_and_nothing_left_behind(
    options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    net = cr.nn.MLP(2, 4, 1, key=0)
    with pytest.raises(UsageError) as error:
        cr.fit(net, (X, Y), **{"progress": False, "run": tmp_path / "run", **options})
    assert str(error.value) == message
    assert not list(tmp_path.iterdir())


def test_inputs_that_do_not_fit_the_net(tmp_path: Path) -> None:
    net = cr.nn.MLP(3, 4, 1, key=0)
    with pytest.raises(cr.ChainruleError, match=r"takes inputs of shape \(..., 3\), got \(1, 2\)"):
        cr.fit(net, (X, Y), run=tmp_path / "run", **FAST)
    assert not list(tmp_path.iterdir())


def test_a_run_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    net = cr.nn.MLP(2, 4, 1, key=0)
    run = Run.create(tmp_path / "run", settings={})
    with pytest.raises(FileError, match="already holds a run"):
        cr.fit(net, (X, Y), run=run.path, **FAST)
    assert cr.fit(net, (X, Y), run=run, **FAST).run is run


def test_a_single_row_for_the_last_batch_is_refused_before_training(tmp_path: Path) -> None:
    norm = cr.nn.Sequential(
        cr.nn.Linear(2, 3, key=0), cr.nn.BatchNorm(3), cr.nn.Linear(3, 1, key=1)
    )
    x = np.random.default_rng(0).normal(size=(33, 2)).astype(np.float32)
    y = x[:, 0]
    with pytest.raises(ShapeError) as error:
        cr.fit(norm, (x, y), batch_size=16, run=tmp_path / "run", progress=False)
    assert str(error.value) == (
        "in batches of 16, a single row of 33 is left for the last: BatchNorm trains on two "
        "examples at least, got (1, 3)\nhint: batch_size=17 leaves more"
    )
    assert not (tmp_path / "run").exists()
    cr.fit(norm, (x, y), batch_size=17, epochs=1, progress=False)
    cr.fit(cr.nn.Linear(2, 1, key=0), (x, y), batch_size=16, epochs=1, progress=False)


def test_two_trainings_in_one_run_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run"
    cr.fit(cr.nn.Linear(2, 1, key=0), (X, Y), run=path, **FAST)
    with alone(path), pytest.raises(FileError) as error:
        cr.fit(cr.nn.Linear(2, 1, key=0), (X, Y), run=path, resume=True, **FAST)
    assert error.value.message == f"another process is training in '{path}'"
    cr.fit(cr.nn.Linear(2, 1, key=0), (X, Y), run=path, resume=True, **FAST)


def watched(**options: Any) -> Any:
    rule = cr.optim.SGD(rate=0.1)
    net = cr.nn.MLP(2, 4, 2, key=0, dtype=np.float64)
    given = {"epochs": 3, "batch_size": 12, "optimizer": rule, "progress": False, **options}
    return cr.fit(net, (X, Y), **given)


def test_probes_of_all_epochs() -> None:
    done = watched(watch=cr.Watch(["layers.*.weight@grad", "layers.2"], stats=("norm", "value")))
    assert done.probes.steps.tolist() == list(range(1, 13))  # three epochs of 12, 12, 12, 4 rows
    shapes = [v.shape for v in done.probes["layers.2"]["value"]]
    assert shapes == 3 * [(12, 2), (12, 2), (12, 2), (4, 2)]
    gradients = done.probes["layers.0.weight@grad"]
    norms = [np.linalg.norm(g) for g in gradients["value"]]
    np.testing.assert_allclose(gradients["norm"], norms, rtol=1e-12)
    plain = watched()
    assert not plain.probes.names
    for one, two in zip(done.model.parameters(), plain.model.parameters(), strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(two), rtol=1e-12)


@pytest.mark.parametrize("every", [2, 3, 5])
def test_probes_now_and_then(every: int) -> None:
    done = watched(watch=cr.Watch("layers.0@grad", stats="norm", every=every))
    assert done.probes.steps.tolist() == [n for n in range(1, 13) if (n - 1) % every == 0]
    whole = watched(watch=cr.Watch("layers.0@grad", stats="norm")).probes["layers.0@grad"]["norm"]
    found = done.probes["layers.0@grad"]["norm"]
    np.testing.assert_allclose(found, whole[::every], rtol=1e-10)


def test_probes_of_a_resumed_run_go_on_counting(tmp_path: Path) -> None:
    watch = cr.Watch("layers.0@grad", stats="norm", every=3)
    first = watched(watch=watch, epochs=2, run=tmp_path / "run")
    second = watched(watch=watch, run=tmp_path / "run", resume=True)
    whole = watched(watch=watch)
    assert first.probes.steps.tolist() == [1, 4, 7]
    assert second.probes.steps.tolist() == [10]
    parts = [done.probes["layers.0@grad"]["norm"] for done in (first, second)]
    assert np.hstack(parts).tolist() == whole.probes["layers.0@grad"]["norm"].tolist()


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("turn", [0, 100])
def test_probes_up_to_a_fault(
    turn: float, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps that were made anew, or after the fault, do not show."""
    monkeypatch.setattr(pace, "TURN", turn)
    net = cr.nn.MLP(2, 4, 1, key=0)
    options = {"run": tmp_path / "run"} if kept else {}
    with pytest.raises(Diverged) as error:
        cr.fit(
            net,
            (X, X[:, :1] * 1e4),
            optimizer=cr.optim.SGD(rate=1e3),
            epochs=50,
            batch_size=2,
            progress=False,
            watch=cr.Watch(["*.weight@grad", "*.weight"], stats="norm"),
            **options,
        )
    fault = int(error.value.message.partition("step ")[2].partition(";")[0])
    probes = error.value.probes
    assert probes.steps.tolist() == list(range(1, fault + 1))
    norms = np.stack([probes[name]["norm"] for name in probes.names])
    assert np.isfinite(norms[:, 0]).all()
    assert not np.isfinite(norms[:, -1]).all()


def test_unknown_names_are_refused_before_a_run_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        watched(watch="layer.0", run=tmp_path / "run")
    assert str(error.value) == "no name fits 'layer.0'\nhint: did you mean 'layers.0'?"
    assert not (tmp_path / "run").exists()
