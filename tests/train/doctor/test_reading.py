"""From runs on the disk and in memory to records."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import Diverged, FileError, UsageError
from chainrule.explain.doctor.record import Record
from chainrule.runs.folder import Run
from chainrule.train.doctor.reading import record_of, with_data

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


def trained(**options: Any) -> cr.Fit:
    net = cr.nn.MLP(4, 8, 2, key=0, activation="tanh")
    return cr.fit(net, (X, Y), epochs=6, validation=0.25, progress=False, **options)


def read(source: Any) -> Record:
    return record_of(source)[0]


def test_a_run_by_its_path_its_folder_and_what_fit_returned(tmp_path: Path) -> None:
    done = trained(run=tmp_path / "a")
    records = [read(source) for source in (tmp_path / "a", str(tmp_path / "a"), done.run, done)]
    for record in records:
        assert record.start["loss"] == "softmax_cross_entropy"
        assert record.start["batch"] == 32
        assert list(record.matrices) == ["layers.0.weight", "layers.2.weight"]
        assert record.activations() == ["layers.1"]
        assert len(record.loss) == 18
        np.testing.assert_array_equal(record.of("val_loss").values, done.history["val_loss"])
        assert len(record.gradient("layers.0.weight")) > 0
        assert len(record.of("layers.1", "saturated")) > 0
        for name in record.matrices:
            found = dict(done.model.state_dict())[name]
            np.testing.assert_array_equal(record.weights[name], found)
    assert record_of(done)[1] == str(tmp_path / "a")


def test_a_run_that_broke_off(tmp_path: Path) -> None:
    net = cr.nn.Linear(4, 1, key=0)
    with pytest.raises(Diverged):
        cr.fit(net, (1e3 * X, X[:, :1]), run=tmp_path / "a", epochs=200, progress=False,
               optimizer=cr.optim.SGD(rate=1.0))  # fmt: skip
    record = read(tmp_path / "a")
    assert record.fault is not None
    assert record.weights


def test_a_training_in_memory() -> None:
    watched = trained(watch=cr.Watch(["layers.*.weight"], stats=["ratio", "norm"]))
    record, title = record_of(watched)
    assert title == "training"
    assert len(record.of("layers.0.weight", "ratio")) == 18
    assert record.loss.steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert set(record.weights) >= {"layers.0.weight", "layers.2.bias"}
    assert "targets" not in record.start


def test_data_tell_what_was_not_recorded() -> None:
    done = trained()
    record = with_data(read(done), done.model, (X, Y), None)
    assert record.start["loss"] == "softmax_cross_entropy"
    assert record.start["targets"]["counts"] == np.bincount(Y).tolist()
    assert len(record.start["inputs"]["mean"]["each"]) == 4
    assert with_data(Record(), cr.nn.Linear(4, 1, key=0), (X, Y), None).start["loss"] == (
        "binary_cross_entropy"
    )
    values = with_data(Record(), cr.nn.Linear(4, 1, key=0), (X, X[:, :1]), None)
    assert values.start["loss"] == "squared_error"


def test_nothing_was_recorded(tmp_path: Path) -> None:
    done = trained(run=tmp_path / "a", record=False)
    with pytest.raises(FileError, match=r"run\.db"):
        record_of(tmp_path / "a")
    assert len(read(done).loss) == 6, "what fit returned still knows its epochs"


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no run"):
        record_of(tmp_path / "nothing")
    with pytest.raises(UsageError, match="the doctor looks at runs, got int"):
        record_of(3)


def test_a_run_that_is_still_in_training(tmp_path: Path) -> None:
    trained(run=tmp_path / "a")
    (tmp_path / "a" / "model.safetensors").unlink()
    record = read(Run.open(tmp_path / "a"))
    assert record.weights, "those of the newest snapshot"
