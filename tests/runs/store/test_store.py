"""A store gives back what was put in, to several readers at once."""

import math
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.errors import ShapeError, UsageError
from chainrule.runs.store import Store
from tests.runs.store.filling import RNG, filled

HERE = Path(__file__).parent
unix = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def test_numbers_come_back(store: Store, tmp_path: Path) -> None:
    values = np.array([1.0, math.nan, math.inf, -math.inf, 5e-324])
    store.add([1, 2, 5, 6, 9], {"loss": values, "layers.0:mean": -values})
    with Store.open(tmp_path) as reader:
        found = reader.read(["loss", "layers.0:mean", "nothing"])
        assert reader.names == ["loss", "layers.0:mean"]
    assert found["loss"].steps.tolist() == [1, 2, 5, 6, 9]
    for part in (found["loss"].min, found["loss"].max, found["loss"].last):
        np.testing.assert_array_equal(part, values)
    np.testing.assert_array_equal(found["layers.0:mean"].last, -values)
    assert len(found["nothing"].steps) == len(found["nothing"].last) == 0


def test_a_range_of_steps(store: Store) -> None:
    values = filled(store)
    found = store.read(["loss"], first=11, last=20)["loss"]
    assert found.steps.tolist() == list(range(11, 21))
    np.testing.assert_array_equal(found.last, values[10:20])


def test_a_series_that_comes_with_others_at_times(store: Store) -> None:
    store.add([1, 2], {"loss": [1, 2]})
    store.add([3], {"loss": [3], "rate": [0.1]})
    store.add([4], {"loss": [4]})
    assert store.read(["loss"])["loss"].last.tolist() == [1, 2, 3, 4]
    assert store.read("rate")["rate"].steps.tolist() == [3]


def test_histograms(store: Store) -> None:
    counts = {step: RNG.integers(0, 10**10, 68) for step in (1, 2, 4)}
    for step, count in counts.items():
        store.add_histograms(step, {"a@grad": count, "b@grad": count + 1})
    found = store.histograms("b@grad")
    assert [step for step, _ in found] == [1, 2, 4]
    np.testing.assert_array_equal(found[2][1], counts[4] + 1)
    ((step, count),) = store.histograms("a@grad", step=3)
    assert step == 2
    np.testing.assert_array_equal(count, counts[2])
    assert store.histograms("c@grad") == []


def test_cut(store: Store) -> None:
    filled(store)
    store.add_histograms(10, {"a@grad": np.arange(68)})
    store.add_histograms(60, {"a@grad": np.arange(68)})
    store.add_event("start", 0, {})
    late = store.add_event("end", 100, {})
    store.cut(50)
    assert store.last_step == 50
    assert store.read(["loss"])["loss"].steps.tolist() == list(range(1, 51))
    assert [step for step, _ in store.histograms("a@grad")] == [10]
    assert [event.kind for event in store.events()] == ["start"]
    assert store.add_event("resume", 50, {}) > late  # a reader that saw the end is not fooled
    store.add([51], {"loss": [0.5]})
    assert store.read(["loss"])["loss"].last[-1] == 0.5


def test_version_and_last_step(store: Store, tmp_path: Path) -> None:
    reader = Store.open(tmp_path)
    seen = [reader.version]
    assert reader.last_step == 0
    filled(store)
    seen.append(reader.version)
    store.add_event("epoch", 120, {})
    seen.append(reader.version)
    assert reader.last_step == 120
    with store.together():
        store.add([101], {"loss": [1]})
        store.add_event("end", 130, {})
        assert reader.last_step == 120
    seen.append(reader.version)
    assert seen == sorted(set(seen))
    assert reader.last_step == 130


def test_taken_up_again(store: Store, tmp_path: Path) -> None:
    filled(store)
    store.close()
    assert os.listdir(tmp_path) == ["run.db"]  # one file to copy
    again = Store.create(tmp_path)
    again.add([101], {"loss": [1]})
    assert len(again.read(["loss"])["loss"].steps) == 101


@pytest.mark.parametrize(
    ("steps", "values", "kind", "message"),
    [
        ([1, 2], {"loss": [1.0]}, ShapeError, "do not fit"),
        ([2, 1], {"loss": [1.0, 2.0]}, UsageError, "must rise"),
        ([100], {"loss": [1.0]}, UsageError, "step 100 comes after step 100"),
    ],
)
def test_wrong_numbers(store: Store, steps: Any, values: Any, kind: Any, message: str) -> None:
    filled(store)
    with pytest.raises(kind, match=message):
        store.add(steps, values)
    assert len(store.read(["loss"])["loss"].steps) == 100


def test_wrong_words(store: Store) -> None:
    with pytest.raises(UsageError, match="no kind of event 'begin'"):
        store.add_event("begin", 0, {})
    with pytest.raises(UsageError, match="an event cannot hold"):
        store.add_event("start", 0, {"x": object()})
    with pytest.raises(ShapeError, match="68 counts"):
        store.add_histograms(0, {"a": np.arange(3)})
    with pytest.raises(UsageError, match="columns must be at least 1"):
        store.read(["loss"], columns=0)


def test_readers_see_whole_writes(store: Store, tmp_path: Path) -> None:
    """Both series are written together, so no reader ever finds one without the other."""
    done, wrong = threading.Event(), []

    def look() -> None:
        with Store.open(tmp_path) as reader:
            while not done.is_set():
                found = reader.read(["a", "b"])
                wrong.extend([0] if len(found["a"].steps) != len(found["b"].steps) else [])

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for step in range(200):
        with store.together():
            store.add([step], {"a": [1.0]})
            store.add([step], {"b": [1.0]})
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    filled(store)
    version = store.version

    def add_twice() -> None:
        with store.together():
            store.add([101], {"loss": [1.0]})
            store.add([101], {"loss": [1.0]})

    with pytest.raises(UsageError):
        add_twice()
    assert store.last_step == 100
    assert store.version == version


def killed(folder: Path, times: int) -> None:
    """Kill a writer at its n-th write; all that it had said to be written is there."""
    for at in range(times):
        run = folder / str(at)
        run.mkdir()
        child = subprocess.Popen(
            [sys.executable, str(HERE / "writer.py"), str(run)], stdout=subprocess.PIPE
        )
        assert child.stdout
        said = 0
        for line in child.stdout:
            said = int(line)
            if said >= 3 + 7 * at:
                child.kill()
                break
        rest = child.stdout.read().split()  # what was said before the kill came
        said = int(rest[-1]) if rest else said
        child.wait()
        child.stdout.close()
        for reader in (Store.open(run), Store.create(run)):
            found = reader.read(["loss", "twice"])
            assert len(found["loss"].steps) >= said
            np.testing.assert_array_equal(found["loss"].last, found["loss"].steps / 2)
            np.testing.assert_array_equal(found["twice"].last, found["loss"].last * 2)
            reader.close()


@unix
def test_a_killed_writer_leaves_all_it_wrote(tmp_path: Path) -> None:
    killed(tmp_path, 2)


@unix
@pytest.mark.campaign
def test_writers_killed_a_hundred_times(tmp_path: Path) -> None:
    killed(tmp_path, 100)
