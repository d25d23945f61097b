"""A short look shows what a long one does."""

import math
from pathlib import Path

import numpy as np
import pytest

from chainrule.errors import FileError
from chainrule.runs.store import Store
from chainrule.runs.store.glance import glance


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path)


def test_nothing_yet(tmp_path: Path, store: Store) -> None:
    found = glance(tmp_path)
    assert (found.last_step, found.loss, found.turn, found.data) == (0, None, "", {})
    assert found.first is found.last is None


def test_what_was_recorded(tmp_path: Path, store: Store) -> None:
    store.add_event("start", 0, {"parameters": [], "loss": "x"})
    store.add([1, 2], {"a:loss": [7.0, 7.0], "loss": [3.0, 2.0]})
    store.add([3], {"loss": [1.5], "val_loss": [9.0]})
    store.add_event("epoch", 4, {})
    found = glance(tmp_path)
    assert (found.last_step, found.loss, found.turn) == (store.last_step, 1.5, "start")
    events = store.events()
    assert (found.first, found.last) == (events[0].time, events[-1].time)


@pytest.mark.parametrize("count", [1, 5, 50_000])
def test_the_newest_loss_of_many(tmp_path: Path, store: Store, count: int) -> None:
    store.add(np.arange(1, count + 1), {"loss": np.arange(count), "seconds": np.zeros(count)})
    assert glance(tmp_path).loss == count - 1


def test_a_loss_that_is_nan(tmp_path: Path, store: Store) -> None:
    store.add([1], {"loss": [np.nan]})
    found = glance(tmp_path).loss
    assert found is not None
    assert math.isnan(found)


def test_turns(tmp_path: Path, store: Store) -> None:
    def turn() -> str:
        return glance(tmp_path).turn

    store.add_event("start", 0, {"parameters": []})
    store.add_event("pause", 1, {})
    store.add_event("resume", 1, {})
    assert turn() == "start"
    store.add_event("fault", 2, {"message": "no"})
    assert turn() == "fault"
    store.add_event("end", 2, {"stopped": "diverged"})
    assert turn() == "end"
    assert glance(tmp_path).data == {"stopped": "diverged"}
    store.add_event("resume", 2, {"parameters": []})
    assert turn() == "resume"
    assert glance(tmp_path).data == {}


def test_damage(tmp_path: Path, store: Store) -> None:
    with pytest.raises(FileError, match="no recording"):
        glance(tmp_path / "nothing")
    store.close()
    (tmp_path / "run.db").write_bytes(b"x" * 9999)
    with pytest.raises(FileError, match="damaged"):
        glance(tmp_path)


def test_a_chunk_that_was_changed(tmp_path: Path, store: Store) -> None:
    store.add([1, 2], {"loss": [3.0, 2.0]})
    store._connection.execute("UPDATE chunks SET numbers = zeroblob(16)")
    with pytest.raises(FileError, match="check sum"):
        glance(tmp_path)
