"""The loop: epochs, orders, early stopping, validation, divergence and Ctrl-C."""

import os
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import optim
from chainrule.data.batches import order, order_alternating
from chainrule.errors import Diverged, UsageError
from chainrule.runs.folder import Run
from chainrule.train import pace
from chainrule.train.loop import Loop, Plan
from chainrule.train.progress import Silent
from chainrule.train.step import Stepper

RNG = np.random.default_rng(5)
X = RNG.normal(size=(23, 3)).astype(np.float32)
Y = (X.sum(axis=1) > 0).astype(np.int64)


def net(**options: Any) -> cr.nn.MLP:
    return cr.nn.MLP(3, 4, 1, key=0, activation="tanh", **options)


def same(one: Any, two: Any) -> bool:
    pairs = zip(one.parameters(), two.parameters(), strict=True)
    return all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in pairs)


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the loop make one update at a time."""
    monkeypatch.setattr(pace, "TURN", 0)


class Recorder(Silent):
    """Notes what the loop tells, and acts when it has told of so many updates or more."""

    def __init__(self, at: int = 0, act: Any = None) -> None:
        self.rows: list[int] = []
        self.records: list[Mapping[str, Any]] = []
        self.started = self.stopped = 0
        self._at, self._act = at, act

    def start(self, epochs: int, rows: int, done: int) -> None:
        self.started += 1

    def advance(self, rows: int, loss: float) -> None:
        self.rows.append(rows)
        if len(self.rows) == self._at:
            self._act()

    def epoch(self, record: Mapping[str, Any]) -> None:
        self.records.append(record)

    def stop(self) -> None:
        self.stopped += 1


@pytest.mark.usefixtures("one_by_one")
def test_every_row_is_seen_and_the_last_batch_is_short() -> None:
    seen = Recorder()
    cr.fit(net(), (X, Y), epochs=2, batch_size=5, progress=seen)
    assert seen.rows == [5, 5, 5, 5, 3] * 2
    assert (seen.started, seen.stopped) == (1, 1)


def test_history() -> None:
    done = cr.fit(net(), (X, Y), epochs=3, validation=0.25, progress=False)
    assert list(done.history) == ["epoch", "loss", "val_loss", "val_accuracy", "val_auc", "seconds"]
    assert done.history["epoch"] == [1, 2, 3]
    assert {len(column) for column in done.history.values()} == {3}
    done = cr.fit(net(), (X, Y), epochs=1, progress=False)
    assert list(done.history) == ["epoch", "loss", "accuracy", "auc", "seconds"]


def test_the_loss_of_an_epoch_is_the_mean_over_its_rows() -> None:
    still = optim.SGD(rate=1e-30)  # so that all batches meet the same weights
    done = cr.fit(net(), (X, Y), epochs=1, batch_size=5, optimizer=still, progress=False)
    z = np.asarray(net()(X))[:, 0].astype(float)
    want = np.mean(np.logaddexp(0, z) - Y * z)
    assert done.history["loss"][0] == pytest.approx(want, rel=1e-5)


def stretches(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return a list that fills with the rows of each stretch of updates, (steps, batch)."""
    dealt: list[Any] = []
    run = Stepper.run

    def noted(self: Stepper, x: Any, y: Any, rows: Any) -> Any:
        dealt.append(rows)
        return run(self, x, y, rows)

    monkeypatch.setattr(Stepper, "run", noted)
    return dealt


@pytest.mark.parametrize("name", ["given", "shuffled", "alternating"])
def test_order(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dealt = stretches(monkeypatch)
    cr.fit(net(), (X, Y), epochs=2, batch_size=5, order=name, seed=9, progress=False)
    want = {
        "given": [np.arange(23)] * 2,
        "shuffled": [order(23, epoch, 9) for epoch in (0, 1)],
        "alternating": [order_alternating(Y, epoch, 9) for epoch in (0, 1)],
    }[name]
    assert np.concatenate([rows.ravel() for rows in dealt]).tolist() == np.ravel(want).tolist()
    assert {rows.shape[1] for rows in dealt} == {5, 3}


def test_alternating_order_of_many_classes() -> None:
    three = np.arange(23) % 3
    many = cr.nn.MLP(3, 4, 3, key=0)
    for y in (three, np.eye(3)[three]):
        cr.fit(many, (X, y), loss="softmax_cross_entropy", order="alternating", progress=False)
    one_hot = np.eye(3, dtype=np.float32)[three]
    cr.fit(many, (X, one_hot), loss="binary_cross_entropy", order="alternating", progress=False)


def test_early_stopping_gives_the_best_model_back() -> None:
    seen: list[Any] = []
    losses = iter([3.0, 1.0, 2.0, 1.5, 0.5])

    class Watching(Recorder):
        def advance(self, rows: int, loss: float) -> None:
            seen.append(None)

    def fake(self: Loop, rows: Any, **options: Any) -> dict[str, float]:
        seen[-1] = self.trainer.current()[0]
        return {"val_loss": next(losses)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Loop, "evaluate", fake)
        done = cr.fit(
            net(), (X, Y), epochs=9, batch_size=50, patience=2, validation=0.2, progress=Watching()
        )
    assert done.stopped == "patience"
    assert done.history["val_loss"] == [3.0, 1.0, 2.0, 1.5]
    assert same(done.model, seen[1])
    assert not same(done.model, seen[3])


def test_patience_watches_the_training_loss_where_nothing_is_held_out() -> None:
    tiny = optim.SGD(rate=1e-30)
    done = cr.fit(
        net(), (X, Y), epochs=9, patience=2, order="given", optimizer=tiny, progress=False
    )
    assert (done.stopped, done.history["epoch"]) == ("patience", [1, 2, 3])


def test_plateau_lowers_the_rate() -> None:
    rate = optim.Plateau(rate=1e-30, factor=0.5, patience=0)
    rates: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        observe = optim.Plateau.observe

        def noted(self: Any, state: Any, loss: float) -> Any:
            after = observe(self, state, loss)
            rates.append(float(after["rate"]))
            return after

        patch.setattr(optim.Plateau, "observe", noted)
        cr.fit(
            net(), (X, Y), epochs=4, order="given", optimizer=optim.SGD(rate=rate), progress=False
        )
    assert rates == [1e-30, 5e-31, 2.5e-31, 1.25e-31]


@pytest.mark.parametrize(
    "rate",
    [
        optim.Cosine(rate=0.1, steps=8),
        optim.WarmUp(steps=3, then=optim.InverseTime(rate=0.1, half=4)),
        optim.StepDecay(rate=0.1, every=2),
        optim.Plateau(rate=0.1),
    ],
)
def test_schedules(rate: Any) -> None:
    """The traced loop moves as the update rule does, called step by step."""
    done = cr.fit(
        net(), (X, Y), epochs=8, batch_size=50, order="given", optimizer=optim.SGD(rate=rate),
        progress=False,
    )  # fmt: skip
    model, rule = net(), optim.SGD(rate=rate)
    state = rule.init(model)
    for _ in range(8):
        loss = cr.nn.losses.binary_cross_entropy_with_logits(model(X), Y[:, None])
        loss.backward()
        model, state = rule.update(model, None, state)
    for ours, theirs in zip(done.model.parameters(), model.parameters(), strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=2e-5, atol=1e-6)


def test_diverging_rate(tmp_path: Path) -> None:
    with pytest.raises(Diverged) as error:
        cr.fit(
            net(),
            (X, X[:, :1]),
            optimizer=optim.SGD(rate=1e20),
            run=tmp_path / "run",
            progress=False,
        )
    said = str(error.value)
    assert said.startswith(("the loss became ", "a weight is no longer finite"))
    assert "square in loss.square#0 made inf of " in said
    assert "hint: lower the rate, now 1e+20, or clip the gradients (clip_norm=1.0" in said
    for path in Run.open(tmp_path / "run").checkpoints():
        for array in cr_arrays(path).values():
            assert np.isfinite(array).all()


def cr_arrays(path: Path) -> dict[str, Any]:
    from_file = Run(path.parents[1]).latest()
    assert from_file is not None
    return {k: v for k, v in from_file.tensors.items() if k.startswith("model")}


@pytest.mark.parametrize("turn", [0, 0.1, 100])
def test_a_run_keeps_the_state_before_divergence(
    turn: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "TURN", turn)
    x = X.copy()
    x[17] = 1e25  # its square overflows: in the fourth batch of five
    linear = cr.nn.Linear(3, 1, key=0)
    small = optim.SGD(rate=1e-3)
    options: dict[str, Any] = {
        "batch_size": 5,
        "order": "given",
        "optimizer": small,
        "progress": False,
    }
    with pytest.raises(Diverged) as error:
        cr.fit(linear, (x, X[:, :1]), run=tmp_path / "run", checkpoint_seconds=1e9, **options)
    assert error.value.message == (
        "the loss became inf at step 4; "
        "square in loss.square#0 made inf of 1.326e+24, row 17 of the data; "
        f"'{tmp_path / 'run'}' keeps the state after step 2"
    )
    assert error.value.hint.startswith("look at row 17 of the data, whose numbers are too large")
    kept = Run.open(tmp_path / "run").latest()
    assert kept is not None
    two = cr.fit(linear, (X[:10], X[:10, :1]), epochs=1, **options)
    assert np.array_equal(kept.tensors["model.weight"], np.asarray(two.model.weight))


def test_weights_that_overflow_are_noticed_though_the_loss_is_finite() -> None:
    saturated = cr.nn.MLP(3, 4, 1, key=0, activation="tanh")
    with pytest.raises(Diverged) as error:
        cr.fit(
            saturated, (X, 1e3 * X[:, :1]), epochs=1, batch_size=50, progress=False,
            optimizer=optim.SGD(rate=1e38),
        )  # fmt: skip
    assert error.value.message == (
        "a weight is no longer finite after step 1; multiply in layers.0.weight@update "
        "made inf of 1e+38 and 204.7, all 23 rows of the batch"
    )


@pytest.mark.parametrize("turn", [0, 100])
def test_the_step_after_which_a_weight_is_infinite(
    turn: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "TURN", turn)
    ones = np.ones((40, 1), np.float32)
    stuck = cr.nn.Sequential(cr.nn.Linear(1, 1, key=0), "tanh")  # tanh of infinity is finite
    leap = optim.SGD(rate=lambda step: cr.where(cr.equal(step, 13), 3e38, 1e-3))
    with pytest.raises(Diverged) as error:
        cr.fit(
            stuck, (ones, 9 * ones), loss="squared_error", optimizer=leap, batch_size=1,
            run=tmp_path / "run", progress=False,
        )  # fmt: skip
    assert error.value.message == (
        "a weight is no longer finite after step 14; multiply in layers.0.weight@update made "
        "-inf of 3e+38 and -5.398, row 8 of the data; "
        f"'{tmp_path / 'run'}' keeps the state after step 13"
    )
    for array in cr_arrays(Run(tmp_path / "run").checkpoints()[-1]).values():
        assert np.isfinite(array).all()


@pytest.mark.usefixtures("one_by_one")
def test_ctrl_c_writes_a_checkpoint(tmp_path: Path) -> None:
    shown = Recorder(at=7, act=lambda: os.kill(os.getpid(), signal.SIGINT))
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt) as stopped:
        cr.fit(net(), (X, Y), batch_size=5, run=tmp_path / "run", progress=shown)
    path = tmp_path / "run"
    want = f"stopped after step 7 (epoch 2); go on with cr.fit(..., run='{path}', resume=True)"
    assert str(stopped.value) == want
    assert signal.getsignal(signal.SIGINT) is before
    assert shown.stopped == 1
    kept = Run.open(path).latest()
    assert kept is not None
    assert kept.metadata["step"] == "7"


def test_ctrl_c_without_a_run() -> None:
    shown = Recorder(at=1, act=lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt) as stopped:
        cr.fit(net(), (X, Y), progress=shown)
    want = (
        "stopped after step 1 (epoch 1); nothing was kept: pass run='runs/...' to have checkpoints"
    )
    assert str(stopped.value) == want


def test_a_second_ctrl_c_interrupts_at_once() -> None:
    def twice() -> None:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as stopped:
        cr.fit(net(), (X, Y), progress=Recorder(at=1, act=twice))
    assert str(stopped.value) == ""


def test_training_in_a_thread() -> None:
    found: list[Any] = []
    fit = threading.Thread(target=lambda: found.append(cr.fit(net(), (X, Y), progress=False)))
    fit.start()
    fit.join()
    assert same(found[0].model, cr.fit(net(), (X, Y), progress=False).model)


def test_the_length_of_stretches_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for turn in (0, 0.1):
        monkeypatch.setattr(pace, "TURN", turn)
        found.append(cr.fit(net(dropout=0.2), (X, Y), batch_size=2, epochs=4, progress=False))
    one, two = found
    assert same(one.model, two.model)
    assert one.history["loss"] == two.history["loss"]


def test_evaluation_does_not_change_the_training() -> None:
    drops = net(dropout=0.3)
    one = cr.fit(drops, (X, Y), validation=(X[:5], Y[:5]), progress=False)
    two = cr.fit(drops, (X, Y), metrics=(), progress=False)
    assert same(one.model, two.model)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
        ({"epochs": 1.5}, "epochs must be a whole number of at least 1, got 1.5"),
        ({"epochs": True}, "epochs must be a whole number of at least 1, got True"),
        ({"batch_size": -1}, "batch_size must be a whole number of at least 1, got -1"),
        ({"patience": 0}, "patience must be a whole number of at least 1, got 0"),
        ({"seed": -1}, "a seed is a whole number from 0 to 2^64 - 1, got -1"),
        ({"seed": 2**64}, f"a seed is a whole number from 0 to 2^64 - 1, got {2**64}"),
        ({"order": "shufled"}, "there is no order 'shufled'\nhint: did you mean 'shuffled'?"),
    ],
)
def test_plan(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        Plan(**{"epochs": 1, "batch_size": 1, "seed": 0, "order": "given", **options})
    assert str(error.value) == message
