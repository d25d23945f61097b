"""Snapshots: at powers of two and every N, few, small, whole, and cut with their run."""

from pathlib import Path

import numpy as np
import pytest

from chainrule.errors import FileError
from chainrule.runs import snapshots
from chainrule.runs.snapshots import Snapshots

ARRAYS = {"layers.0.weight": np.arange(6.0).reshape(2, 3)}


def taken(made: Snapshots, until: int) -> None:
    """Take all that are due, going from one to the next."""
    step = 0
    while step <= until:
        if made.due(step):
            made.save(step, {"w": np.array([step])})
        step = made.next(step)


def test_powers_of_two_and_every_so_many(tmp_path: Path) -> None:
    made = Snapshots(tmp_path)
    taken(made, 4000)
    assert made.steps() == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3072]
    assert made.load(64).tensors["w"].tolist() == [64]


def test_arrays_come_back(tmp_path: Path) -> None:
    made = Snapshots(tmp_path)
    path = made.save(16, ARRAYS)
    assert path == tmp_path / "snapshots" / "step-00000016.safetensors"
    found = made.load(16)
    np.testing.assert_array_equal(found.tensors["layers.0.weight"], ARRAYS["layers.0.weight"])
    assert found.metadata == {"step": "16"}


def test_each_step_once(tmp_path: Path) -> None:
    made = Snapshots(tmp_path)
    made.save(16, ARRAYS)
    assert not made.due(16)
    assert not made.due(8)
    assert made.due(32)


def test_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST", 24)
    made = Snapshots(tmp_path)
    taken(made, 60_000)
    steps = made.steps()
    assert steps == sorted([0, *(2**n for n in range(16)), 24576, 40960, 49152, 57344])


def test_a_large_model_has_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "BYTES", 5 * 8)
    made = Snapshots(tmp_path)
    taken(made, 64)
    assert made.steps() == [0, 8, 16, 32, 64]


def test_a_model_too_large_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "BYTES", 8)
    made = Snapshots(tmp_path)
    assert made.save(0, ARRAYS) is None
    assert made.steps() == []
    assert not made.due(0)


def test_cut(tmp_path: Path) -> None:
    made = Snapshots(tmp_path)
    taken(made, 64)
    (tmp_path / "snapshots" / ".chainrule-1234.tmp").write_bytes(b"half")
    again = Snapshots(tmp_path)
    again.cut(20)
    assert again.steps() == [0, 1, 2, 4, 8, 16]
    assert len(list((tmp_path / "snapshots").iterdir())) == 6
    assert not again.due(16)
    assert again.due(32)


def test_none_yet(tmp_path: Path) -> None:
    made = Snapshots(tmp_path)
    made.cut(0)
    assert made.steps() == []
    with pytest.raises(FileError, match="step-00000004"):
        made.load(4)
