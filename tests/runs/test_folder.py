"""A run folder: made, found, filled, pruned, and its damage told."""

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule import runs
from chainrule.errors import FileError, UsageError
from chainrule.runs import Run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run() -> Run:
    return Run.create("demo", settings={"epochs": 3})


def tensors(step: int) -> dict[str, np.ndarray[Any, Any]]:
    return {"w": np.full(3, float(step))}


def names(run: Run) -> list[str]:
    return sorted(os.listdir(run.path / "checkpoints"))


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)


def damage(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


# making


def test_takes_the_next_free_number() -> None:
    made = [Run.create(settings={}, name="digits").path for _ in range(3)]
    assert made == [Path("runs/digits-1"), Path("runs/digits-2"), Path("runs/digits-3")]
    Path("runs/digits-41").mkdir()
    Path("runs/digits-x").mkdir()
    Path("runs/moons-7").mkdir()
    assert Run.create(settings={}, name="digits").path == Path("runs/digits-42")


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("my data (1)", "my-data-1-1"),
        ("../../etc", "etc-1"),
        ("größe", "größe-1"),
        ("", "run-1"),
        ("...", "run-1"),
    ],
)
def test_any_name_makes_a_folder_in_runs(name: str, folder: str) -> None:
    assert Run.create(settings={}, name=name).path == Path("runs") / folder


def test_a_number_that_another_process_takes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    glob = Path.glob

    def late(path: Path, pattern: str) -> list[Path]:
        found = list(glob(path, pattern))
        Path("runs/run-1").mkdir(parents=True, exist_ok=True)
        return found

    monkeypatch.setattr(Path, "glob", late)
    assert Run.create(settings={}).path == Path("runs/run-2")


def test_settings_come_back(run: Run) -> None:
    assert Run.open("demo").settings() == {"epochs": 3}
    text = (run.path / "settings.json").read_text()
    assert text == '{\n  "chainrule_run": 1,\n  "epochs": 3\n}\n'


def test_makes_parents_and_takes_an_empty_folder() -> None:
    Path("out").mkdir()
    Path("out/.chainrule-0123.tmp").touch()  # somebody was killed here
    assert Run.create("out", settings={}).settings() == {}
    assert os.listdir("out") == ["settings.json"]
    assert Run.create("a/b/c", settings={}).settings() == {}


def test_a_folder_that_holds_a_run(run: Run) -> None:
    (run.path / ".chainrule-0123.tmp").touch()  # somebody may be training here
    with pytest.raises(FileError) as caught:
        Run.create("demo", settings={})
    hint = "resume it, replace it, or choose a new folder"
    assert str(caught.value) == f"'demo' already holds a run\nhint: {hint}"
    assert run.settings() == {"epochs": 3}
    assert sorted(os.listdir("demo")) == [".chainrule-0123.tmp", "settings.json"]


def test_replaces_a_run_and_nothing_else(run: Run) -> None:
    run.write_history([{"loss": 1.0}])
    run.write_encoder({})
    run.write_model(tensors(0), {})
    run.save_checkpoint(5, tensors(5), {}, best=True)
    (run.path / "notes.txt").touch()
    again = Run.create("demo", settings={"epochs": 9}, replace=True)
    assert again.settings() == {"epochs": 9}
    assert (again.latest(), again.best(), again.history()) == (None, None, [])
    assert sorted(os.listdir("demo")) == ["checkpoints", "notes.txt", "settings.json"]


def test_folders_that_are_not_ours() -> None:
    Path("photos").mkdir()
    Path("photos/cat.jpg").touch()
    for replace in (False, True):
        with pytest.raises(FileError) as caught:
            Run.create("photos", settings={}, replace=replace)
        hint = "choose a new or an empty folder"
        assert str(caught.value) == f"'photos' holds other files\nhint: {hint}"
    Path("photos/settings.json").write_text('{"zoom": 2}')
    with pytest.raises(FileError, match=r"^'photos' is not the folder of a run: its settings.json"):
        Run.create("photos", settings={}, replace=True)
    with pytest.raises(FileError, match=r"^'photos/cat.jpg' is a file\nhint: choose a new folder"):
        Run.create("photos/cat.jpg", settings={})
    assert sorted(os.listdir("photos")) == ["cat.jpg", "settings.json"]


def test_a_folder_that_cannot_be_made() -> None:
    Path("file").touch()
    with pytest.raises(FileError) as caught:
        Run.create("file/run", settings={})
    why = "a file of that name is in the way\nhint: check the path"
    assert str(caught.value) == f"cannot create the run 'file/run': {why}"
    Path("runs").touch()
    with pytest.raises(FileError) as caught:
        Run.create(settings={})
    assert str(caught.value) == f"cannot create the run 'runs': {why}"


def test_a_full_disk_leaves_no_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_disk(monkeypatch)
    with pytest.raises(FileError) as caught:
        Run.create("demo", settings={})
    hint = "free some space, or choose another disk"
    path = Path("demo/settings.json")
    assert str(caught.value) == f"cannot write '{path}': the disk is full\nhint: {hint}"
    assert os.listdir(here) == []


def test_settings_that_cannot_be_stored(here: Path) -> None:
    with pytest.raises(UsageError, match=r"^JSON cannot hold settings.json.rate, which is nan"):
        Run.create("demo", settings={"rate": float("nan")})
    with pytest.raises(
        UsageError, match=r"^the setting 'chainrule_run' is taken by the run itself"
    ):
        Run.create("demo", settings={"chainrule_run": 3})
    assert os.listdir(here) == []


# finding


def open_error(path: str) -> str:
    with pytest.raises(FileError) as caught:
        Run.open(path)
    return str(caught.value)


def test_a_missing_run_names_the_nearest() -> None:
    assert open_error("x") == "there is no run 'x'\nhint: no runs here: train one first"
    for name in ("digits", "moons"):
        Run.create(settings={}, name=name)
    known = "did you mean 'runs/digits-1'?"
    assert open_error("runs/digit-1") == f"there is no run 'runs/digit-1'\nhint: {known}"
    assert open_error("digits-1") == f"there is no run 'digits-1'\nhint: {known}"
    known = "known names: runs/digits-1, runs/moons-1"
    assert open_error("runs") == (
        f"'runs' is not the folder of a run: it holds no settings.json\nhint: {known}"
    )
    assert open_error("runs/moons-1/settings.json").startswith(
        "'runs/moons-1/settings.json' is a file, not the folder of a run\nhint: did you mean 'runs/"
    )


def test_a_run_that_may_not_be_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    hint = "choose a file and a folder that you may use"
    assert open_error("demo") == f"cannot open the run 'demo': permission denied\nhint: {hint}"


def test_settings_of_another_kind(run: Run) -> None:
    path = run.path / "settings.json"
    path.write_text("{}")
    assert open_error("demo").startswith(
        "'demo' is not the folder of a run: its settings.json is another's\nhint: "
    )
    path.write_text('{"chainrule_run": 2}')
    why = "is of version 2, this chainrule reads 1\nhint: upgrade chainrule"
    assert open_error("demo") == f"'{path}' {why}"
    path.write_text('{"chainrule_run')
    why = "Unterminated string starting at at line 1, column 2"
    assert open_error("demo") == f"'{path}' is damaged: {why}"


# filling


def test_history_and_encoder_come_back(run: Run) -> None:
    assert run.history() == []
    run.write_history([{"epoch": 1, "loss": float("inf")}])
    assert run.history() == [{"epoch": 1, "loss": float("inf")}]
    run.write_encoder({"columns": ["nan", "inf"]})
    assert run.encoder() == {"columns": ["nan", "inf"]}


def test_the_model_comes_back(run: Run) -> None:
    with pytest.raises(FileError) as caught:
        run.model()
    why = "the run 'demo' has no trained model yet: model.safetensors is missing"
    assert str(caught.value) == f"{why}\nhint: resume the run, and let it finish"
    run.write_model(tensors(4), {"layers": "3"})
    assert run.model().metadata == {"layers": "3"}
    np.testing.assert_array_equal(run.model().tensors["w"], [4, 4, 4])


def test_keeps_the_newest_two_and_the_best(run: Run) -> None:
    assert (run.latest(), run.best()) == (None, None)
    for step in (99_999_998, 99_999_999, 100_000_000, 100_000_001):
        path = run.save_checkpoint(step, tensors(step), {}, best=step == 99_999_999)
        assert path == run.path / f"checkpoints/step-{step}.safetensors"
    assert names(run) == [
        "best.safetensors",
        "step-100000000.safetensors",
        "step-100000001.safetensors",
    ]
    latest, best = run.latest(), run.best()
    assert latest is not None
    assert best is not None
    assert latest.metadata == {"step": "100000001"}
    assert best.metadata == {"step": "99999999"}
    assert latest.tensors["w"][0] == 100_000_001


def test_counts_steps_as_numbers_not_as_words(run: Run) -> None:
    run.save_checkpoint(99_999_999, tensors(1), {})
    run.save_checkpoint(100_000_000, tensors(2), {})
    latest = run.latest()
    assert latest is not None
    assert latest.metadata["step"] == "100000000"


def test_the_same_step_is_replaced_and_an_earlier_one_refused(run: Run) -> None:
    path = run.save_checkpoint(8, tensors(8), {})
    run.save_checkpoint(8, tensors(9), {})
    assert runs.load(path).tensors["w"][0] == 9
    with pytest.raises(UsageError) as caught:
        run.save_checkpoint(7, tensors(7), {})
    hint = "resume from that checkpoint, or delete it"
    said = f"step 7 comes before '{path}', which this run already holds\nhint: {hint}"
    assert str(caught.value) == said
    assert names(run) == ["step-00000008.safetensors"]


def test_a_full_disk_removes_no_checkpoint(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in (1, 2):
        run.save_checkpoint(step, tensors(step), {}, best=True)
    before = names(run)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        with pytest.raises(FileError, match="the disk is full"):
            run.save_checkpoint(3, tensors(3), {}, best=True)
    assert names(run) == before
    latest = run.latest()
    assert latest is not None
    assert latest.metadata["step"] == "2"


def test_an_old_checkpoint_that_cannot_be_removed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    for step in (1, 2, 3):
        run.save_checkpoint(step, tensors(step), {})
    latest = run.latest()
    assert latest is not None
    assert latest.metadata["step"] == "3"


def latest_error(run: Run) -> str:
    with pytest.raises(FileError) as caught:
        run.latest()
    return str(caught.value)


def test_a_damaged_newest_checkpoint_is_never_skipped(run: Run) -> None:
    old, new = (run.save_checkpoint(step, tensors(step), {}) for step in (5, 10))
    damage(new)
    said = latest_error(run)
    assert said.startswith(f"'{new}' is damaged: its sha256 should be ")
    assert said.endswith("\nhint: delete it to resume from 'step-00000005.safetensors'")
    damage(old)
    hint = "no older checkpoint is whole: delete it to train from the start"
    assert latest_error(run).endswith(f"\nhint: {hint}")


def test_following_the_hint_helps(run: Run) -> None:
    _, new = (run.save_checkpoint(step, tensors(step), {}) for step in (5, 10))
    damage(new)
    new.unlink()
    latest = run.latest()
    assert latest is not None
    assert latest.metadata["step"] == "5"


def test_a_renamed_checkpoint_is_refused(run: Run) -> None:
    path = run.save_checkpoint(5, tensors(5), {})
    moved = path.rename(path.with_name("step-00000009.safetensors"))
    assert latest_error(run).startswith(f"'{moved}' was renamed: it holds step 5\nhint: ")


def test_a_damaged_best_is_refused(run: Run) -> None:
    run.save_checkpoint(5, tensors(5), {}, best=True)
    damage(run.path / "checkpoints/best.safetensors")
    with pytest.raises(FileError, match=r"best.safetensors' is damaged: its sha256"):
        run.best()


def test_sweep_removes_what_was_half_written(run: Run) -> None:
    run.sweep()
    run.save_checkpoint(5, tensors(5), {})
    left = [run.path / ".chainrule-1.tmp", run.path / "checkpoints" / ".chainrule-2.tmp"]
    for path in left:
        path.touch()
    run.sweep()
    assert not any(path.exists() for path in left)
    assert names(run) == ["step-00000005.safetensors"]
