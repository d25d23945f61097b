"""Kill a training command wherever it can hurt, and compare what a resumed run comes to.

The command is given as the interpreter's arguments, with ``{run}`` for the run folder::

    train = Command(
        start=("-m", "chainrule.cli.main", "train", "digits", "-o", "{run}"),
        resume=("-m", "chainrule.cli.main", "train", "digits", "--resume", "{run}"),
    )
    points = count(train, tmp_path / "whole")
    kill_at(train, tmp_path / "killed", points[7])
    finish(train, tmp_path / "killed")
    assert_same(tmp_path / "whole", tmp_path / "killed", initial)
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule import runs

KILLED = -9
_INJECT = Path(__file__).with_name("inject.py")
_PATIENCE = 300  # seconds until a hanging command is a failure


@dataclass(frozen=True)
class Command:
    """How to start a training and how to take it up again."""

    start: Sequence[str]
    resume: Sequence[str]

    def arguments(self, run: Path) -> list[str]:
        """Return what a user would type next: resume what has begun, start what has not."""
        words = self.resume if begun(run) else self.start
        return [word.replace("{run}", str(run)) for word in words]


@dataclass(frozen=True)
class Point:
    """One call of the operating system: die before it, or half-way through it.

    `file` is the name of the file that is being replaced, `saved` that of the newest checkpoint
    whose replacement was complete by then.
    """

    call: int
    kind: str
    moment: str
    file: str
    saved: str


def begun(run: Path) -> bool:
    """Say whether the folder is a run already."""
    return (run / "settings.json").exists()


def count(command: Command, run: Path) -> list[Point]:
    """Run the command to its end, and return every point at which it can be killed."""
    log = run.with_suffix(".log")
    done = _execute(command, run, f"count:{log}")
    assert done.returncode == 0, done.stderr
    return list(_points([line.split(" ") for line in log.read_text().splitlines()]))


def kill_at(command: Command, run: Path, point: Point) -> None:
    """Run the command until it dies at `point`; what was saved before must be there, and whole."""
    done = _execute(command, run, f"{point.call}:{point.moment}")
    assert done.returncode == KILLED, f"{point} was not met: {done.stderr}"
    assert_whole(run)
    assert (run / "checkpoints" / point.saved).exists() or not point.saved, f"{point.saved} is gone"


def kill_after(command: Command, run: Path, seconds: float) -> bool:
    """Kill the command so long after its run has begun; say whether it was still running."""
    arguments = [sys.executable, "-W", "error", *command.arguments(run)]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        while not begun(run) and child.poll() is None:
            time.sleep(0.002)
        time.sleep(seconds)
        child.kill()
        _, errors = child.communicate(timeout=_PATIENCE)
    assert child.returncode in (0, KILLED), errors.decode()
    assert_whole(run)
    return child.returncode == KILLED


def kill_often(
    command: Command, folder: Path, *, times: int, seconds: float, seed: int
) -> Iterator[Path]:
    """Yield runs that were killed at random moments, every other one twice, and then finished."""
    draw = random.Random(seed)
    landed = 0
    for attempt in range(4 * times):
        run = folder / f"killed-{attempt}"
        kills = kill_after(command, run, draw.uniform(0, seconds))
        if kills and attempt % 2:
            kill_after(command, run, draw.uniform(0, seconds))
        finish(command, run)
        yield run
        landed += kills
        if landed == times:
            return
    raise AssertionError(f"only {landed} of {4 * times} kills came before the end")


def finish(command: Command, run: Path) -> None:
    """Take the run up again and let it come to its end; nothing half-written may stay behind."""
    done = _execute(command, run, None)
    assert done.returncode == 0, done.stderr
    left = [path for path in run.rglob(".*") if path.suffix == ".tmp"]
    assert not left, f"half-written files stayed behind: {left}"


def assert_whole(run: Path) -> None:
    """Every file with a name of its own loads, at any moment."""
    for path in run.rglob("[!.]*.safetensors"):
        runs.load(path)
    for path in run.rglob("[!.]*.json"):
        json.loads(path.read_text())


def assert_same(
    expected: Path,
    found: Path,
    initial: Mapping[str, np.ndarray[Any, Any]],
    *,
    ignore: Sequence[str] = (),
) -> None:
    """Both runs end in the same bits, and these are the result of some learning.

    `initial` are weights from before the training; records of the history are compared but for the
    keys in `ignore` (timings).
    """
    one, two = runs.Run.open(expected), runs.Run.open(found)
    ours, theirs = two.model().tensors, one.model().tensors
    assert ours.keys() == theirs.keys()
    for name, array in theirs.items():
        _assert_learnt(name, array, initial.get(name))
        assert ours[name].dtype == array.dtype, name
        assert ours[name].shape == array.shape, name
        assert ours[name].tobytes() == array.tobytes(), f"{name} differs after the resume"
    assert _records(two, ignore) == _records(one, ignore)


def _assert_learnt(
    name: str, array: np.ndarray[Any, Any], initial: np.ndarray[Any, Any] | None
) -> None:
    """Two broken trainings agree too: all NaN, or nothing moved."""
    assert np.isfinite(array).all(), f"{name} is not finite"
    if initial is not None:
        assert not np.array_equal(array, initial), f"{name} was never changed"


def _records(run: runs.Run, ignore: Sequence[str]) -> list[str]:
    kept = [{k: v for k, v in record.items() if k not in ignore} for record in run.history()]
    return [repr(sorted(record.items())) for record in kept]


def _execute(command: Command, run: Path, plan: str | None) -> subprocess.CompletedProcess[str]:
    injected = [str(_INJECT), plan] if plan else []
    arguments = [sys.executable, "-W", "error", *injected, *command.arguments(run)]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=_PATIENCE, check=False)


def _points(calls: Sequence[Sequence[str]]) -> Iterator[Point]:
    """Number the calls, and name for each the file it is about.

    A file is replaced by: write, fsync, replace, fsync of the folder.
    """
    saved = ""
    for index, (kind, moved) in enumerate(calls):
        replaced = calls[index - 1][1] if kind == "fsync" and index else ""
        file = replaced or next((name for _, name in calls[index:] if name), "")
        yield Point(index + 1, kind, "before", file, saved)
        if kind == "write":
            yield Point(index + 1, kind, "half", file, saved)
        if moved.startswith("step-"):
            saved = moved
