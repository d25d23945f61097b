"""`chainrule train`, killed at any moment, goes on to the bits of a run that was never killed."""

import sys
from pathlib import Path
from typing import Any

import pytest

from chainrule.cli.main import run as chainrule
from chainrule.errors import FileError
from chainrule.runs.folder import Run
from chainrule.train import tabular
from chainrule.train.settings import Settings
from tests.runs import kill

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

TIMES = ("seconds",)  # the entries of the history that are clocks
SMALL = ("moons", "--hidden", "4", "--batch", "200", "--epochs", "3")
LONG = ("moons", "--hidden", "4", "--batch", "50", "--epochs", "30")
SECONDS = 0.5  # about as long as the long one trains


def command(*options: str, every: int) -> kill.Command:
    main = ("-m", "chainrule.cli.main", "train", "-q", "--checkpoint-steps", str(every))
    return kill.Command(start=(*main, *options, "-o", "{run}"), resume=(*main, "--resume", "{run}"))


EACH = command(*SMALL, every=3)  # four steps an epoch: checkpoints fall within epochs and between
OFTEN = command(*LONG, every=7)


def initial() -> dict[str, Any]:
    """Return the weights that every training here begins with."""
    settings = Settings("moons", hidden=(4,))
    return tabular.build(settings, tabular.prepare(settings).encoder).state_dict()


def try_all(folder: Path, points: list[kill.Point]) -> None:
    """Kill a fresh run at each of the points; ``whole`` was never killed."""
    start = initial()
    for number, point in enumerate(points):
        run = folder / f"killed-{number}"
        kill.kill_at(EACH, run, point)
        kill.finish(EACH, run)
        kill.assert_same(folder / "whole", run, start, ignore=TIMES)


def count(folder: Path) -> list[kill.Point]:
    """Return the points of a run that finds its native code on the disk, as all after it do."""
    kill.finish(EACH, folder / "first")
    return kill.count(EACH, folder / "whole")


def try_random(folder: Path, times: int) -> None:
    kill.count(OFTEN, folder / "whole")
    start = initial()
    for run in kill.kill_often(OFTEN, folder, times=times, seconds=SECONDS, seed=4):
        kill.assert_same(folder / "whole", run, start, ignore=TIMES)


def test_killed_at_a_handful_of_calls(tmp_path: Path) -> None:
    points = count(tmp_path)
    assert len({p.file for p in points if p.file.startswith("step-")}) == 4
    assert {p.file for p in points} >= {
        "settings.json", "encoder.json", "history.json", "model.safetensors",
    }  # fmt: skip
    try_all(tmp_path, points[3 :: len(points) // 5])


def test_killed_at_random_moments(tmp_path: Path) -> None:
    try_random(tmp_path, times=2)


@pytest.mark.campaign
def test_killed_at_each_call(tmp_path: Path) -> None:
    try_all(tmp_path, count(tmp_path))


@pytest.mark.campaign
def test_killed_at_fifty_random_moments(tmp_path: Path) -> None:
    try_random(tmp_path, times=50)


@pytest.fixture
def trained(tmp_path: Path) -> Run:
    folder = tmp_path / "run"
    assert chainrule(["train", *SMALL, "-q", "-o", str(folder)]) == 0
    return Run.open(folder)


def test_a_checkpoint_with_any_byte_flipped_is_refused(trained: Run) -> None:
    path = trained.checkpoints()[-1]
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        with pytest.raises(FileError) as error:
            trained.latest()
        assert path.name in error.value.message


def test_a_checkpoint_that_was_cut_is_refused(
    trained: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    path = trained.checkpoints()[-1]
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        assert chainrule(["train", "--resume", str(trained.path)]) == 3
        out, err = capsys.readouterr()
        assert f"error: '{path}' is damaged" in err
        assert "next:" not in out
    path.write_bytes(whole + b"\0")
    assert chainrule(["train", "--resume", str(trained.path)]) == 3
