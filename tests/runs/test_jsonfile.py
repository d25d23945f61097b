"""JSON comes back as it was, and a damaged file says where."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.errors import FileError, UsageError
from chainrule.runs import jsonfile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_an_object_is_written_with_sorted_keys(path: Path) -> None:
    jsonfile.write_object(path, {"b": [1, 2.5], "a": {"y": None, "x": True}, "c": "ü\udc80"})
    text = path.read_text()
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
    found = jsonfile.read_object(path)
    assert found == {"a": {"x": True, "y": None}, "b": [1, 2.5], "c": "ü\udc80"}


def test_arrays_and_paths_become_plain(path: Path) -> None:
    value = {
        "mean": np.array([0.5, 1.5], np.float32),
        "count": np.int64(3),
        "flag": np.True_,
        "rate": np.float64(0.1),
        "data": Path("a") / "b.csv",
        "pair": (1, 2),
        "table": np.eye(2, dtype=int),
    }
    jsonfile.write_object(path, value)
    assert jsonfile.read_object(path) == {
        "mean": [0.5, 1.5],
        "count": 3,
        "flag": True,
        "rate": 0.1,
        "data": str(Path("a") / "b.csv"),
        "pair": [1, 2],
        "table": [[1, 0], [0, 1]],
    }


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": {"b": [0, math.nan]}}, "settings.json.a.b[1], which is nan\nhint: use a finite num"),
        ({"a": np.array([-np.inf])}, "settings.json.a[0], which is -inf\nhint: use a finite num"),
        ({"a": {1: 2}}, "settings.json.a, which is of type dict"),
        ({"a": object()}, "settings.json.a, which is of type object"),
        ({"a": 1j}, "settings.json.a, which is of type complex"),
    ],
)
def test_values_that_json_cannot_hold(value: dict[str, Any], words: str, path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        jsonfile.write_object(path, value)
    assert str(caught.value).startswith(f"JSON cannot hold {words}")
    assert not path.exists()


def test_records_keep_losses_that_are_not_finite(path: Path) -> None:
    jsonfile.write_records(
        path,
        [{"loss": np.float32(np.nan), "epoch": 1}, {"loss": math.inf, "norms": [-math.inf, 1.0]}],
    )
    assert path.read_text() == (
        '[\n{"epoch": 1, "loss": "nan"},\n{"loss": "inf", "norms": ["-inf", 1.0]}\n]\n'
    )
    one, two = jsonfile.read_records(path)
    assert math.isnan(one["loss"])
    assert two == {"loss": math.inf, "norms": [-math.inf, 1.0]}


def test_no_records(path: Path) -> None:
    jsonfile.write_records(path, [])
    assert jsonfile.read_records(path) == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Expecting value at line 1, column 1"),
        (b'{"a": 1,\n "b" 2}', "Expecting ':' delimiter at line 2, column 6"),
        (b'{"a": 1}{', "Extra data at line 1, column 9"),
        (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
        (b'{"a": NaN}', "NaN is no JSON"),
        (b"[1, 2]", "it holds no JSON object"),
    ],
)
def test_a_damaged_object_says_where(data: bytes, why: str, path: Path) -> None:
    path.write_bytes(data)
    with pytest.raises(FileError) as caught:
        jsonfile.read_object(path)
    assert str(caught.value) == f"'{path}' is damaged: {why}"


def test_nesting_without_end_is_damage(path: Path) -> None:
    path.write_bytes(b"[" * 200_000)
    with pytest.raises(FileError, match=r"' is damaged: "):
        jsonfile.read_object(path)


@pytest.mark.parametrize("data", [b"{}", b"[1]", b"[{}, []]"])
def test_damaged_records(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"' is damaged: it holds no list of JSON objects$"):
        jsonfile.read_records(path)


def test_a_missing_file(path: Path) -> None:
    with pytest.raises(FileError) as caught:
        jsonfile.read_object(path)
    words = "there is no such file or folder\nhint: check the path"
    assert str(caught.value) == f"cannot read '{path}': {words}"
