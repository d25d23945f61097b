"""The folder of a step at fault: whole or refused."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from chainrule.errors import FileError, UsageError
from chainrule.runs.reproducer import Reproducer, clear, load, save

KEPT = Reproducer({"model.w": np.arange(3.0), "key": np.array(7)}, {"step": 4, "loss": None})


def test_there_and_back(tmp_path: Path) -> None:
    folder = save(tmp_path, KEPT, {"kind": "gate"})
    assert folder == tmp_path / "blame"
    for path in (tmp_path, folder):
        found = load(path)
        assert found.settings == {"step": 4, "loss": None}
        assert found.arrays["model.w"].tolist() == [0, 1, 2]
        assert found.arrays["key"] == 7
    assert json.loads((folder / "report.json").read_text()) == {"kind": "gate"}
    save(tmp_path, KEPT, {"kind": "x"})
    assert json.loads((folder / "report.json").read_text()) == {"kind": "x"}


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"keeps no step at fault: it has no step.safetensors"):
        load(tmp_path)


@pytest.mark.parametrize("at", [10, 200, -3])
def test_damage(at: int, tmp_path: Path) -> None:
    path = save(tmp_path, KEPT, {}) / "step.safetensors"
    data = bytearray(path.read_bytes())
    data[at] ^= 4
    path.write_bytes(data)
    with pytest.raises(FileError, match="damaged"):
        load(tmp_path)


def test_a_report_is_json(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        save(tmp_path, KEPT, {"loss": math.nan})


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        save(tmp_path / "missing", KEPT, {})


def test_clear(tmp_path: Path) -> None:
    clear(tmp_path)
    save(tmp_path, KEPT, {})
    clear(tmp_path)
    with pytest.raises(FileError):
        load(tmp_path)
