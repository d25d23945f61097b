"""A recorded run: the same bits as another, all numbers there, and no disk that stops it."""

import errno
import os
import signal
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.errors import Diverged, FileError
from chainrule.files import atomic
from chainrule.runs import Run
from chainrule.runs.snapshots import Snapshots
from chainrule.runs.store import Store
from chainrule.train import recorder
from chainrule.train.fit import fit
from chainrule.train.ledger import Ledger

RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 3)).astype(np.float32)
Y = RNG.integers(0, 4, 70)
STEPS = 9  # an epoch of batches of 8, the last one of 6 rows


def net(**options: Any) -> nn.MLP:
    return nn.MLP(3, 17, 5, 4, key=1, activation="relu", **options)


def trained(run: Path | None, **options: Any) -> Any:
    chosen = {"epochs": 3, "batch_size": 8, "progress": False, **options}
    return fit(chosen.pop("model", None) or net(), (X, Y), run=run, **chosen)


def bits(model: Any) -> list[bytes]:
    return [np.asarray(x).tobytes() for x in model.state_dict().values()]


def kinds(store: Store) -> list[str]:
    return [event.kind for event in store.events() if event.kind not in ("snapshot", "checkpoint")]


def numbers(store: Store, name: str) -> Any:
    return store.read([name], columns=10**6)[name]


@pytest.mark.parametrize("sizes", [(3, 4), (3, 17, 33, 4), (3, 5, 5, 5, 4)])
@pytest.mark.parametrize("options", [{}, {"optimizer": optim.SGD(rate=0.1), "l2": 0.01}])
def test_the_same_bits(sizes: tuple[int, ...], options: Any, tmp_path: Path) -> None:
    model = nn.MLP(*sizes, key=1, activation="tanh", dropout=0.1 if len(sizes) > 3 else 0.0)
    recorded = trained(tmp_path / "a", model=model, **options)
    plain = trained(tmp_path / "b", model=model, record=False, **options)
    alone = trained(None, model=model, **options)
    assert bits(recorded.model) == bits(plain.model) == bits(alone.model)
    strip = [{k: v for k, v in x.history.items() if k != "seconds"} for x in (recorded, plain)]
    assert strip[0] == strip[1]
    assert not (tmp_path / "b" / "run.db").exists()


def test_what_is_recorded(tmp_path: Path) -> None:
    done = trained(tmp_path / "r", validation=0.2)
    with Store.open(tmp_path / "r") as store:
        steps = 3 * 7
        loss = numbers(store, "loss")
        assert loss.steps.tolist() == list(range(1, steps + 1))
        np.testing.assert_array_equal(
            numbers(store, "val_loss").last, np.array(done.history["val_loss"])
        )
        assert numbers(store, "val_loss").steps.tolist() == [7, 14, 21]
        np.testing.assert_array_equal(
            numbers(store, "epoch_loss").last, np.array(done.history["loss"])
        )
        assert kinds(store) == ["start", "epoch", "end"]
        end = store.events()[-1]
        assert (end.data["stopped"], end.step) == ("epochs", steps)
        assert numbers(store, "seconds").last[-1] > 0
        assert 0 < numbers(store, "cost").last[-1] < 1
        grad = numbers(store, "layers.0.weight@grad:norm")
        assert grad.steps.tolist() == loss.steps.tolist()  # a short run is measured at each step
        assert (grad.last > 0).all()
        assert store.histograms("layers.0.weight@grad")[0][1].sum() == 3 * 17
        assert store.last_step == steps


def test_losses_are_those_of_the_updates(tmp_path: Path) -> None:
    trained(tmp_path / "r", order="given", epochs=1)
    trainer = cr.Trainer(net(), loss="cross_entropy")
    want = [trainer.run(X, Y, np.arange(at, min(at + 8, 70))) for at in range(0, 70, 8)]
    found = numbers(Store.open(tmp_path / "r"), "loss").last
    np.testing.assert_array_equal(found, np.array(want, np.float64))


def test_statistics_are_those_of_a_watched_run(tmp_path: Path) -> None:
    watch = cr.Watch("layers.*.weight@grad", stats="norm", every=2)
    done = trained(tmp_path / "r", watch=watch)
    store = Store.open(tmp_path / "r")
    found = numbers(store, "layers.2.weight@grad:norm")
    there = np.isin(found.steps, done.probes.steps)
    want = done.probes["layers.2.weight@grad"]["norm"][np.isin(done.probes.steps, found.steps)]
    assert there.sum() > 3
    np.testing.assert_allclose(found.last[there], want, rtol=1e-5)


def test_snapshots(tmp_path: Path) -> None:
    done = trained(tmp_path / "r")
    made = Snapshots(tmp_path / "r")
    assert made.steps() == [0, 1, 2, 4, 8, 16]
    first = made.load(0).tensors
    for path, want in net().state_dict().items():
        np.testing.assert_array_equal(first[path], want)
    later = done.model.load_state_dict(made.load(16).tensors)
    np.testing.assert_array_equal(later.layers[0].weight, made.load(16).tensors["layers.0.weight"])


def test_ctrl_c_leaves_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    epoch = recorder.Recorder.epoch

    def stopping(self: Any, loop: Any, record: Any) -> None:
        epoch(self, loop, record)
        if record["epoch"] == 2:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(recorder.Recorder, "epoch", stopping)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "r")
    assert "run.db-wal" not in os.listdir(tmp_path / "r")  # one file to copy
    with Store.open(tmp_path / "r") as store:
        end = store.events()[-1]
        assert (end.kind, end.data["stopped"]) == ("end", "interrupted")
        assert numbers(store, "loss").steps[-1] == end.step > 2 * STEPS


def test_resumed(tmp_path: Path) -> None:
    """Cut at the checkpoint, and on from there as if nothing had happened."""
    trained(tmp_path / "whole", epochs=6)
    trained(tmp_path / "r", epochs=3)
    with Store.create(tmp_path / "r") as store:  # as if it had been killed some steps later
        store.add(np.arange(28, 40), {"loss": np.full(12, 99.0)})
        store.add_event("end", 39, {})
    Snapshots(tmp_path / "r").save(32, {"w": np.zeros(1)})
    trained(tmp_path / "r", epochs=6, resume=True)
    one, two = Store.open(tmp_path / "whole"), Store.open(tmp_path / "r")
    for name in ("loss", "epoch_loss", "accuracy"):
        ours, theirs = numbers(two, name), numbers(one, name)
        np.testing.assert_array_equal(ours.steps, theirs.steps)
        np.testing.assert_array_equal(ours.last, theirs.last)
    assert kinds(two) == ["start", "epoch", "end", "resume", "epoch", "end"]
    assert two.events()[-1].step == 6 * STEPS
    late = [Snapshots(tmp_path / name).load(32).tensors for name in ("whole", "r")]
    assert late[0].keys() == late[1].keys()
    np.testing.assert_array_equal(late[0]["layers.0.weight"], late[1]["layers.0.weight"])


def test_a_run_that_was_not_recorded_is_taken_up(tmp_path: Path) -> None:
    trained(tmp_path / "r", record=False)
    trained(tmp_path / "r", epochs=4, resume=True)
    with Store.open(tmp_path / "r") as store:
        assert kinds(store)[0] == "start"
        assert numbers(store, "loss").steps.tolist() == list(range(3 * STEPS + 1, 4 * STEPS + 1))


def test_replaced(tmp_path: Path) -> None:
    trained(tmp_path / "r")
    Run.create(tmp_path / "r", settings={}, replace=True)
    left = [path.name for path in (tmp_path / "r").rglob("*") if path.is_file()]
    assert left == ["settings.json"]


def test_diverged(tmp_path: Path) -> None:
    wild = optim.SGD(rate=1e20)
    with pytest.raises(Diverged) as error:
        trained(tmp_path / "r", optimizer=wild)
    with Store.open(tmp_path / "r") as store:
        loss = numbers(store, "loss")
        assert kinds(store)[-2:] == ["fault", "end"]
        fault, end = store.events()[-2:]
        assert fault.data["message"] == error.value.message
        assert fault.data["hint"] == error.value.hint
        assert fault.data["blame"] == error.value.blame.data()
        assert end.data["stopped"] == "diverged"
        assert loss.steps[-1] == fault.step  # the step at fault is the last
        assert np.isfinite(loss.last[:-1]).all()


def full_database(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the disk be full for the database after so many writes."""
    add, left = Store.together, [after]

    def limited(self: Store) -> Any:
        left[0] -= 1
        if left[0] < 0:
            (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
            self._connection.execute(f"PRAGMA max_page_count = {pages}")
        return add(self)

    monkeypatch.setattr(Store, "together", limited)


def test_a_full_disk_stops_the_recording_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_database(monkeypatch, 0)
    with pytest.warns(UserWarning, match=r"the recording stops here: .*disk is full") as told:
        done = trained(tmp_path / "r", epochs=40, checkpoint_steps=10)
    assert len(told) == 1
    assert bits(done.model) == bits(trained(None, epochs=40).model)
    assert Store.open(tmp_path / "r").events()[0].kind == "start"


def test_snapshots_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Any, data: bytes, **options: Any) -> None:
        if Path(path).parent.name == "snapshots":
            raise FileError(f"cannot write '{path}': the disk is full")
        write(path, data, **options)

    write = atomic.write_bytes
    monkeypatch.setattr(atomic, "write_bytes", refused)
    with pytest.warns(UserWarning, match="the recording stops here") as told:
        trained(tmp_path / "r")
    assert len(told) == 1


def test_a_store_that_is_damaged(tmp_path: Path) -> None:
    trained(tmp_path / "r")
    (tmp_path / "r" / "run.db").write_bytes(b"something else" * 1000)
    with pytest.warns(UserWarning, match=r"run.db' is damaged"):
        done = trained(tmp_path / "r", epochs=4, resume=True)
    assert len(done.history["loss"]) == 4


def test_a_disk_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(folder: Path) -> Store:
        raise PermissionError(errno.EACCES, "")

    monkeypatch.setattr(Store, "create", closed)
    with pytest.warns(UserWarning, match="permission denied"):
        trained(tmp_path / "r")


def test_written_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader sees the run grow."""
    monkeypatch.setattr(recorder, "LEAST", 0.0)
    monkeypatch.setattr(recorder, "MOST", 0.0)
    seen: list[int] = []
    epoch = recorder.Recorder.epoch

    def looking(self: Any, loop: Any, record: Any) -> None:
        epoch(self, loop, record)
        with Store.open(tmp_path / "r") as store:
            seen.append(store.last_step)

    monkeypatch.setattr(recorder.Recorder, "epoch", looking)
    trained(tmp_path / "r", epochs=4)
    assert seen == sorted(set(seen))
    assert seen[0] > 0


def test_dear_measurements_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dear(self: Ledger, seconds: float) -> None:
        note(self, seconds + 1.0)

    note = Ledger.measure
    monkeypatch.setattr(Ledger, "measure", dear)
    trained(tmp_path / "r", epochs=5)
    with Store.open(tmp_path / "r") as store:
        assert numbers(store, "layers.0.weight:norm").steps.tolist() == [1, 2, 3]
        assert len(numbers(store, "loss").steps) == 5 * STEPS


def test_a_short_batch_is_passed_over(tmp_path: Path) -> None:
    trained(tmp_path / "r")
    steps = numbers(Store.open(tmp_path / "r"), "layers.0.weight:norm").steps
    assert not np.isin(steps, [STEPS, 2 * STEPS, 3 * STEPS]).any()


def test_the_file_is_one_of_sqlite(tmp_path: Path) -> None:
    trained(tmp_path / "r")
    with sqlite3.connect(tmp_path / "r" / "run.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
