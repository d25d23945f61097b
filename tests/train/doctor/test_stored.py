"""What a run has recorded, as a record: long series, damage, and what is not there yet."""

from pathlib import Path

import numpy as np

from chainrule.runs.folder import Run
from chainrule.runs.snapshots import Snapshots
from chainrule.runs.store import Store
from chainrule.train.doctor.stored import latest_weights, record_of_run


def made(path: Path) -> Run:
    return Run.create(path, settings={})


def test_what_is_in_the_store(tmp_path: Path) -> None:
    run = made(tmp_path / "a")
    with Store.create(run.path) as store:
        store.add_event("start", 0, {"batch": 8})
        store.add([1, 2, 3], {"loss": [3.0, np.nan, 1.0], "layers.1:dead": [0.1, 0.2, 0.3]})
        store.add_event("fault", 3, {"message": "the loss became nan at step 2"})
    record = record_of_run(run)
    assert record.start == {"batch": 8}
    assert record.loss.steps.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(record.loss.values, [3, np.nan, 1])
    assert record.of("layers.1", "dead").values.tolist() == [0.1, 0.2, 0.3]
    assert record.fault == "the loss became nan at step 2"
    assert record.weights == {}


def test_of_columns_that_were_joined_a_fault_stays(tmp_path: Path) -> None:
    run = made(tmp_path / "a")
    losses = np.ones(60_000)
    losses[31_234] = np.nan
    with Store.create(run.path) as store:
        store.add(np.arange(1, 60_001), {"loss": losses})
    found = record_of_run(run).loss
    assert len(found) <= 20_000
    bad = found.when(lambda x: ~np.isfinite(x))
    assert abs(bad - 31_235) <= 60_000 / len(found) + 1


def test_the_newest_snapshot_that_can_be_read(tmp_path: Path) -> None:
    run = made(tmp_path / "a")
    snapshots = Snapshots(run.path)
    for step in (1, 2, 4):
        snapshots.save(step, {"w": np.full(3, float(step))})
    snapshots.path(4).write_bytes(b"damaged")
    assert latest_weights(run)["w"].tolist() == [2, 2, 2]
    run.write_model({"w": np.zeros(3)}, {})
    assert latest_weights(run)["w"].tolist() == [0, 0, 0]
