"""A run folder belongs to one process at a time, and to nobody once that is gone."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chainrule.errors import FileError
from chainrule.runs.lock import alone, held

HOLDER = """
import sys
import threading
from pathlib import Path
from chainrule.runs.lock import alone, held
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_held_and_given_back(tmp_path: Path) -> None:
    with alone(tmp_path):
        with pytest.raises(FileError) as error, alone(tmp_path):
            pass
        assert str(error.value) == (
            f"another process is training in '{tmp_path}'\n"
            "hint: wait until it has ended, or start a new run"
        )
    with alone(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_given_back_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone(tmp_path):
        _ = 1 / 0
    with alone(tmp_path):
        pass


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(FileError, match="another process"), alone(tmp_path):
            pass
        holder.kill()
        holder.wait()
    with alone(tmp_path):
        pass


def test_whether_it_is_held(tmp_path: Path) -> None:
    assert not held(tmp_path)
    with alone(tmp_path):
        assert held(tmp_path)
    assert not held(tmp_path)
    assert not held(tmp_path / "nothing")


def test_who_asks_is_in_nobodys_way(tmp_path: Path) -> None:
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.0005):
            held(tmp_path)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(200):
            with alone(tmp_path):
                pass
    finally:
        done.set()
        asking.join()
