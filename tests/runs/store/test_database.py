"""The file: missing, foreign, damaged, on a full disk or on one that is read only."""

import os
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from chainrule.errors import FileError
from chainrule.runs.store import Store, database
from tests.runs.store.filling import RNG, filled


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"holds no recording: run.db is missing") as error:
        Store.open(tmp_path)
    assert "--no-record" in error.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\0"])
def test_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.db").write_bytes(content)
    with pytest.raises(FileError, match=r"run.db' is damaged"):
        Store.open(tmp_path)


def test_the_database_of_another_program(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "run.db")
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    for way in (Store.open, Store.create):
        with pytest.raises(FileError, match="the database of another program"):
            way(tmp_path)


def test_another_version(store: Store, tmp_path: Path) -> None:
    store._connection.execute("PRAGMA user_version = 2")
    store.close()
    with pytest.raises(FileError, match="of version 2, this chainrule reads 1"):
        Store.open(tmp_path)


def test_damage_is_told_or_does_no_harm(store: Store, tmp_path: Path) -> None:
    """Whatever byte is wrong: the numbers are those that were written, or an error says so."""
    values = filled(store, 2000)
    store.add_histograms(7, {"a@grad": np.arange(68)})
    store.add_event("start", 0, {"x": 1})
    store.close()
    path = tmp_path / "run.db"
    whole = path.read_bytes()
    told = 0
    for at in RNG.integers(0, len(whole), 150):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with suppress(FileError):
            told += 1
            with Store.open(tmp_path) as found:
                series = found.read(["loss"])["loss"]
                assert not len(series.last) or np.array_equal(series.last, values)
                found.histograms("a@grad")
                found.events()
                told -= 1
    assert told > 20


def test_a_file_that_was_cut(store: Store, tmp_path: Path) -> None:
    filled(store, 5000)
    store.close()
    path = tmp_path / "run.db"
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(FileError, match=r"run.db' is damaged"), Store.open(tmp_path) as found:
        found.read(["loss"])


def test_a_full_disk(store: Store) -> None:
    filled(store)
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(FileError, match="the disk is full") as error:
        store.add(np.arange(101, 9000), {"loss": np.zeros(8899)})
    assert "free some space" in error.value.hint
    assert store.last_step == 100


def test_a_reader_does_not_write(store: Store, tmp_path: Path) -> None:
    filled(store)
    with Store.open(tmp_path) as reader, pytest.raises(FileError, match="read-only"):
        reader.add_event("end", 100, {})


LOOK = """
import os, sys
from pathlib import Path
from chainrule.runs.store import Store, database
os.setgid(65534)
os.setuid(65534)
with Store.open(Path(sys.argv[1])) as found:
    print(found.last_step, len(found.read(["loss"])["loss"].steps))
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="for the superuser")
@pytest.mark.parametrize("log", [False, True])
def test_where_nothing_can_be_written(log: bool) -> None:
    """As somebody else, in a folder that only its owner may write to."""
    folder = Path("/tmp") / f"chainrule-store-{os.getpid()}"
    folder.mkdir()
    try:
        store = Store.create(folder)
        filled(store)
        if not log:
            store.close()
        done = subprocess.run(
            [sys.executable, "-c", LOOK, str(folder)], capture_output=True, text=True, check=False
        )
        assert done.stdout.split() == ["100", "100"], done.stderr
    finally:
        store.close()
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "run.db").mkdir()
    with pytest.raises(FileError, match=r"cannot write '.*run.db': permission denied"):
        Store.create(tmp_path)


def test_closed_twice(store: Store) -> None:
    store.close()
    store.close()


def test_what_is_blank(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    assert database.is_blank(path)
    path.touch()
    assert database.is_blank(path)
    database.create(path).close()
    assert not database.is_blank(path)
    path.write_bytes(b"x" * 5000)
    assert not database.is_blank(path)
