"""Killed at any moment, a run is resumed to the bits of a run that was never killed."""

import sys
from pathlib import Path

import pytest

from chainrule.errors import FileError
from tests.runs import kill, toy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

TOY = str(Path(toy.__file__))
TRAIN = kill.Command(start=(TOY, "{run}"), resume=(TOY, "{run}", "--resume"))
SECONDS = 0.4  # about as long as the toy trains
INITIAL = {"weight": toy.initial()["weight"]}


def faulty(name: str) -> kill.Command:
    """Return the toy with a planted fault."""
    return kill.Command(
        start=(*TRAIN.start, "--fault", name), resume=(*TRAIN.resume, "--fault", name)
    )


def of_one_step(points: list[kill.Point], step: int) -> list[kill.Point]:
    """Return the points of the checkpoint of `step` and of what is written just before it."""
    last = [point.call for point in points if point.file == f"step-{step:08d}.safetensors"]
    before = [p.call for p in points if p.file.startswith("step-") and p.call < min(last)]
    return [point for point in points if max(before) < point.call <= max(last)]


def try_all(command: kill.Command, folder: Path, points: list[kill.Point]) -> None:
    """Kill a fresh run at each of the points, and compare it with the one in ``whole``."""
    for number, point in enumerate(points):
        run = folder / f"killed-{number}"
        kill.kill_at(command, run, point)
        kill.finish(command, run)
        kill.assert_same(folder / "whole", run, INITIAL)


def try_random(folder: Path, times: int) -> None:
    whole = folder / "whole"
    kill.count(TRAIN, whole)
    for run in kill.kill_often(TRAIN, folder, times=times, seconds=SECONDS, seed=20):
        kill.assert_same(whole, run, INITIAL)
        assert (run / "model.safetensors").read_bytes() == (
            whole / "model.safetensors"
        ).read_bytes()


def test_points_of_a_checkpoint_with_history_and_best(tmp_path: Path) -> None:
    points = of_one_step(kill.count(TRAIN, tmp_path / "whole"), 20)
    one_file = [("write", "before"), ("write", "half"), ("fsync", "before")]
    one_file += [("replace", "before"), ("fsync", "before")]
    assert [(point.kind, point.moment) for point in points] == 3 * one_file
    files = ("history.json", "best.safetensors", "step-00000020.safetensors")
    assert [point.file for point in points] == [file for file in files for _ in one_file]


def test_killed_at_each_call_of_one_checkpoint(tmp_path: Path) -> None:
    points = of_one_step(kill.count(TRAIN, tmp_path / "whole"), 20)
    try_all(TRAIN, tmp_path, points)


def test_killed_while_the_run_is_made(tmp_path: Path) -> None:
    points = kill.count(TRAIN, tmp_path / "whole")
    first = min(p.call for p in points if p.file.startswith("step-"))
    try_all(TRAIN, tmp_path, [point for point in points if point.call <= first])


def test_killed_at_random_moments(tmp_path: Path) -> None:
    try_random(tmp_path, times=3)


@pytest.mark.campaign
def test_killed_at_each_call(tmp_path: Path) -> None:
    try_all(TRAIN, tmp_path, kill.count(TRAIN, tmp_path / "whole"))


@pytest.mark.campaign
def test_killed_at_fifty_random_moments(tmp_path: Path) -> None:
    try_random(tmp_path, times=50)


def test_the_harness_finds_a_writer_in_place(tmp_path: Path) -> None:
    points = kill.count(faulty("in-place"), tmp_path / "whole")
    second_file = [point for point in points if point.moment == "half"][1]
    with pytest.raises(FileError, match=r"step-00000004.safetensors' is damaged"):
        try_all(faulty("in-place"), tmp_path, [second_file])


def test_the_harness_finds_a_writer_that_removes_too_early(tmp_path: Path) -> None:
    command = faulty("remove-first")
    points = of_one_step(kill.count(command, tmp_path / "whole"), 16)
    with pytest.raises(AssertionError, match=r"step-00000012.safetensors is gone"):
        try_all(command, tmp_path, points[:1])


def test_the_harness_finds_state_that_is_not_restored(tmp_path: Path) -> None:
    command = faulty("dice")
    points = of_one_step(kill.count(command, tmp_path / "whole"), 20)
    with pytest.raises(AssertionError, match="weight differs after the resume"):
        try_all(command, tmp_path, points[:1])


@pytest.mark.parametrize(
    ("fault", "message"), [("nan", "is not finite"), ("still", "was never changed")]
)
def test_the_harness_finds_a_training_that_learns_nothing(
    fault: str, message: str, tmp_path: Path
) -> None:
    command = faulty(fault)
    points = of_one_step(kill.count(command, tmp_path / "whole"), 20)
    with pytest.raises(AssertionError, match=f"weight {message}"):
        try_all(command, tmp_path, points[:1])
