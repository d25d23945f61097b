"""Checkpoints of a loop: when they are due, and that going on equals never having stopped."""

import json
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import optim
from chainrule.errors import FileError, UsageError
from chainrule.runs import checkpoint
from chainrule.runs.folder import Run
from chainrule.train import pace, saving
from chainrule.train.loop import Loop
from chainrule.train.position import Position
from chainrule.train.saving import Saver
from tests.train.test_loop import Recorder, X, Y, same

OPTIONS: dict[str, Any] = {"epochs": 4, "batch_size": 5, "checkpoint_seconds": 1e9}


def net() -> Any:
    """Return a net with everything that has a state: dropout's draws, batch statistics, slots."""
    return cr.nn.Sequential(
        cr.nn.Linear(3, 4, key=0),
        cr.nn.BatchNorm(4),
        "tanh",
        cr.nn.Dropout(p=0.2),
        cr.nn.Linear(4, 1, key=1),
    )


def fit(**options: Any) -> Any:
    rule = optim.Adam(rate=optim.Plateau(rate=0.05, factor=0.5, patience=0))
    return cr.fit(net(), (X, Y), optimizer=rule, **{**OPTIONS, "progress": False, **options})


@pytest.mark.parametrize(
    "options", [{}, {"validation": 0.25, "patience": 1}, {"order": "alternating"}]
)
@pytest.mark.parametrize("at", [1, 4, 5, 6, 13])
def test_resumed_equals_never_stopped(options: dict[str, Any], at: int, tmp_path: Path) -> None:
    whole = fit(**options)
    if at > len(whole.history["epoch"]) * (
        -(-(23 - round(23 * options.get("validation", 0))) // 5)
    ):
        pytest.skip("the training ends before")
    stop_after(at, tmp_path / "run", **options)
    again = fit(run=tmp_path / "run", resume=True, **options)
    assert same(whole.model, again.model)
    assert all(np.array_equal(a, b) for a, b in
               zip(whole.model.buffers(), again.model.buffers(), strict=True))  # fmt: skip
    assert without_times(again.history) == without_times(whole.history)
    assert again.stopped == whole.stopped
    stored = Run.open(tmp_path / "run")
    assert without_times(columns(stored.history())) == without_times(whole.history)
    for name, array in again.model.state_dict().items():
        assert np.array_equal(stored.model().tensors[name], array)


def stop_after(steps: int, run: Path, **options: Any) -> None:
    """Train and interrupt after so many updates, made one by one."""
    stop = Recorder(at=steps, act=lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "TURN", 0)
        with pytest.raises(KeyboardInterrupt):
            fit(run=run, progress=stop, **options)


def columns(records: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [record[name] for record in records] for name in records[0]}


def without_times(history: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: column for name, column in history.items() if name != "seconds"}


def test_more_epochs_later_equal_as_many_at_once(tmp_path: Path) -> None:
    fit(run=tmp_path / "run", epochs=2)
    assert same(fit(run=tmp_path / "run", resume=True, epochs=4).model, fit(epochs=4).model)


def test_resuming_a_finished_run_changes_nothing(tmp_path: Path) -> None:
    first = fit(run=tmp_path / "run")
    files = {p: p.read_bytes() for p in (tmp_path / "run").rglob("*.safetensors")}
    assert same(fit(run=tmp_path / "run", resume=True).model, first.model)
    assert {p: p.read_bytes() for p in (tmp_path / "run").rglob("*.safetensors")} == files


def test_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(saving.time, "monotonic", lambda: now)
    saver = Saver(Run(tmp_path), seconds=10, steps=3, _last=now)
    assert [saver.due(Position(step=step)) for step in (1, 2, 3, 4)] == [False, False, True, True]
    now = 110.0
    assert saver.due(Position(step=1))
    assert not Saver(Run(tmp_path), seconds=10, _last=now).due(Position(step=1000))


def test_checkpoints_come_by_steps(tmp_path: Path) -> None:
    fit(run=tmp_path / "run", epochs=3, checkpoint_steps=4)
    kept = [path.name for path in Run.open(tmp_path / "run").checkpoints()]  # the last two
    assert kept == ["step-00000012.safetensors", "step-00000015.safetensors"]


def test_checkpoints_by_steps_cut_stretches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = saved_steps(monkeypatch)
    few = {"epochs": 3, "batch_size": 1, "checkpoint_steps": 10, "progress": False}
    cr.fit(cr.nn.Linear(3, 1, key=0), (X, Y), run=tmp_path / "run", **few)
    assert steps == [10, 20, 30, 40, 50, 60, 69]


def saved_steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that fills with the steps of the checkpoints that are written."""
    steps: list[int] = []
    save = Run.save_checkpoint

    def noted(self: Run, step: int, *args: Any) -> Path:
        steps.append(step)
        return save(self, step, *args)

    monkeypatch.setattr(Run, "save_checkpoint", noted)
    return steps


def test_settings_of_the_rows_may_not_change(tmp_path: Path) -> None:
    path = tmp_path / "run"
    fit(run=path, epochs=1)
    with pytest.raises(UsageError) as error:
        fit(run=path, resume=True, batch_size=6)
    assert str(error.value) == (
        f"'{path}' was trained on 23 rows in batches of 5, seed 0, "
        "and cannot go on with 23 rows in batches of 6, seed 0\n"
        "hint: resume with the data and the settings it began with, or start a new run"
    )
    for change in ({"seed": 1}, {"order": "given"}, {"validation": 0.2}):
        with pytest.raises(UsageError, match="cannot go on with"):
            fit(run=path, resume=True, **change)


def test_another_net_is_refused(tmp_path: Path) -> None:
    fit(run=tmp_path / "run", epochs=1)
    options: dict[str, Any] = {
        "run": tmp_path / "run",
        "resume": True,
        "progress": False,
        **OPTIONS,
    }
    with pytest.raises(FileError) as error:
        cr.fit(cr.nn.MLP(3, 4, 1, key=0), (X, Y), **options)
    assert "the checkpoint" in str(error.value)
    smaller = cr.nn.Linear(3, 1, key=0)
    cr.fit(smaller, (X, Y), run=tmp_path / "small", progress=False, **OPTIONS)
    with pytest.raises(FileError) as error:
        cr.fit(smaller.astype(np.float64), (X, Y), **{**options, "run": tmp_path / "small"})
    want = "the checkpoint's model.weight is float32[1, 3], the net needs float64[1, 3]"
    assert error.value.message == want


def rewrite(run: Path, **metadata: str) -> None:
    """Write the newest checkpoint again, whole, with other metadata."""
    found = Run(run).latest()
    assert found is not None
    path = Run(run).checkpoints()[-1]
    checkpoint.save(path, found.tensors, {**found.metadata, **metadata})


def test_a_position_that_makes_no_sense(tmp_path: Path) -> None:
    fit(run=tmp_path / "run", epochs=1)
    rewrite(tmp_path / "run", position=json.dumps({"epoch": "many"}))
    with pytest.raises(FileError, match="the checkpoint's position cannot be read"):
        fit(run=tmp_path / "run", resume=True)


@pytest.mark.parametrize("steps", [0, -1, 1.5, True])
def test_wrong_times_leave_nothing_behind(steps: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        fit(run=tmp_path / "run", checkpoint_steps=steps)
    want = f"checkpoint_steps must be a whole number of at least 1, got {steps!r}"
    assert str(error.value) == want
    with pytest.raises(UsageError) as error:
        fit(run=tmp_path / "run", checkpoint_seconds=-1)
    assert str(error.value) == "checkpoint_seconds must be at least 0, got -1"
    assert not list(tmp_path.iterdir())


def test_resume_needs_a_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        fit(resume=True)
    assert str(error.value) == (
        "there is nothing to resume without a run\nhint: pass run='runs/...'"
    )
    with pytest.raises(FileError, match="there is no run"):
        fit(run=tmp_path / "none", resume=True)


def test_the_best_model_outlives_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was met before the stop, and nothing after that was better."""
    losses = [2.0, 1.0, 3.0, 3.0]

    def fake(self: Loop, rows: Any, **options: Any) -> dict[str, float]:
        return {"val_loss": losses[self.at.epoch]}

    monkeypatch.setattr(Loop, "evaluate", fake)
    options = {"validation": 0.25, "patience": 3}
    whole = fit(**options)
    stop_after(10, tmp_path / "run", **options)
    assert same(fit(run=tmp_path / "run", resume=True, **options).model, whole.model)
    assert not same(fit(epochs=4, validation=0.25).model, whole.model)


def test_settings_that_were_changed_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run"
    fit(run=path, epochs=1)
    settings = path / "settings.json"
    settings.write_text(settings.read_text().replace('"epochs": 1', '"epochs": 3'))
    with pytest.raises(FileError) as error:
        fit(run=path, resume=True)
    assert f"'{settings}' is damaged or of another run: its sha256 should be" in str(error.value)


def test_checkpoints_come_by_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = saved_steps(monkeypatch)
    shown, start = Recorder(), time.monotonic()
    clock = SimpleNamespace(monotonic=lambda: start + 3 * len(shown.rows))
    monkeypatch.setattr(saving, "time", clock)
    monkeypatch.setattr(pace, "TURN", 0)
    fit(run=tmp_path / "run", checkpoint_seconds=10, progress=shown)
    assert steps == [4, 8, 12, 16, 20, 20]  # three seconds a step, and once at the end
