"""A recording that is there, one that is not, and one that is being made."""

import sqlite3
from pathlib import Path

import pytest

from chainrule.errors import FileError
from chainrule.serve.listing import Listing
from chainrule.serve.opening import opened
from tests.serve.folders import begun
from tests.serve.test_stream import Reader


def test_one_that_is_there(runs: Path) -> None:
    store = opened(runs / "one")
    assert store is not None
    with store:
        assert store.last_step == 20


def half_made(path: Path) -> None:
    """Leave a recording as it is for some milliseconds when it is made."""
    begun(path).close()
    kept = (path / "run.db").rename(path / "kept")
    with sqlite3.connect(path / "run.db") as made:
        made.execute("PRAGMA journal_mode = WAL")
    made.close()
    assert kept.exists()


@pytest.mark.parametrize("kind", ["none", "empty", "half"])
def test_one_that_is_not_there_yet(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "run"
    half_made(path)
    if kind != "half":
        (path / "run.db").unlink()
    if kind == "empty":
        (path / "run.db").touch()
    assert opened(path) is None
    (entry,) = Listing([tmp_path]).entries()
    assert entry.summary()["state"] == "stopped"
    reader = Reader(tmp_path, since="0.0")
    assert reader.kinds() == ["state"]
    (path / "kept").rename(path / "run.db")
    assert reader.kinds() == ["event"]


def test_one_that_is_damaged(tmp_path: Path) -> None:
    begun(tmp_path / "run").close()
    (tmp_path / "run" / "run.db").write_bytes(b"x" * 5000)
    with pytest.raises(FileError, match="damaged"):
        opened(tmp_path / "run")
