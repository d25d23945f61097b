"""`chainrule train`: what it decides and prints, and one clear sentence for everything bad."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.runs import atomic
from chainrule.runs.folder import Run
from tests.cli.attempt import Outcome, attempt

Captured = pytest.CaptureFixture[str]

FAST = ("--hidden", "4", "--epochs", "2")


def rows(n: int = 40, *, last: Any = None) -> list[str]:
    rng = np.random.default_rng(0)
    pairs = rng.random((n, 2))
    return [f"{a:.3f},{b:.3f},{last or ('yes' if a + b > 1 else 'no')}" for a, b in pairs]


def csv(*lines: str, names: str = "a,b,grade") -> bytes:
    return "\n".join([names, *lines, ""]).encode()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with a good table the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.csv").write_bytes(csv(*rows()))
    values = [f"{i / 7:.3f},{i % 5},{100 + 3 * i / 7:.3f}" for i in range(40)]
    (tmp_path / "values.csv").write_bytes(csv(*values))
    return tmp_path


def train(capsys: Captured, *words: str) -> Outcome:
    return attempt(capsys, "train", *words)


def test_first_run(here: Path, capsys: Captured) -> None:
    found = train(capsys, "good.csv", *FAST)
    assert found.code == 0
    said = found.out.splitlines()
    assert said[0] == "good.csv: 40 rows, predicting 'grade'"
    assert "  task: binary, because it holds text: 2 classes (no, yes)" in said
    assert "  8 of 40 rows held out to judge the result" in said
    assert any(line.startswith("  net 2-4-1, relu; binary_cross_entropy; adam") for line in said)
    path = os.path.join("runs", "good-1")
    assert f"  run in {path}" in said
    assert said[-2:] == [
        f"  chainrule predict {path} good.csv -o predictions.csv",
        f"  chainrule train --resume {path} --epochs 4",
    ]
    assert found.err.splitlines()[-1].startswith("epoch 2/2  loss ")
    names = {p.relative_to(here / path).as_posix() for p in (here / path).rglob("*") if p.is_file()}
    assert names >= {"settings.json", "encoder.json", "history.json", "model.safetensors"}


def test_the_second_run_gets_the_next_number(here: Path, capsys: Captured) -> None:
    for number in (1, 2):
        assert (
            f"run in {os.path.join('runs', f'good-{number}')}"
            in train(capsys, "good.csv", *FAST).out
        )


def test_json_is_the_last_line_on_stdout(here: Path, capsys: Captured) -> None:
    found = train(capsys, "good.csv", "--json", "-o", "run", *FAST)
    assert found.code == 0
    (line,) = found.out.splitlines()
    result = json.loads(line)
    assert result["run"] == "run"
    assert result["task"] == "binary"
    assert result["sizes"] == [2, 4, 1]
    assert result["epochs"] == 2
    assert result["seconds"] >= 0
    assert set(result["metrics"]) == {"accuracy", "auc"}
    assert "predicting 'grade'" in found.err


def test_quiet(here: Path, capsys: Captured) -> None:
    found = train(capsys, "values.csv", "-q", *FAST)
    assert found.err == ""
    assert found.out.startswith("trained 2 epochs in ")
    assert "R²" in found.out
    assert train(capsys, "values.csv", "-q", "--json", *FAST).err == ""


def test_a_figure_that_does_not_exist_is_null(here: Path, capsys: Captured) -> None:
    (here / "five.csv").write_bytes(csv(*(f"{i},{i * i},{i / 3:.2f}" for i in range(5))))
    found = train(capsys, "five.csv", "--json", *FAST)
    assert json.loads(found.out)["metrics"]["r2"] is None  # one row held out has no variance


@pytest.mark.parametrize("name", ["digits", "iris", "xor", "moons", "parity"])
def test_built_in(name: str, here: Path, capsys: Captured) -> None:
    assert train(capsys, name, "-q", "--json", "--epochs", "1").code == 0


def test_no_rows_held_out(here: Path, capsys: Captured) -> None:
    found = train(capsys, "good.csv", "--validation", "0", "--patience", "1", *FAST)
    assert found.code == 0
    assert "no rows held out: the result is judged by the rows it was trained on" in found.out
    assert "on training rows:" in found.out


BAD_FILES = {
    "empty.csv": (b"", "'empty.csv' is empty"),
    "header.csv": (csv(), "'header.csv' holds a line of names and no rows"),
    "ragged.csv": (csv("1,2,no", "3,4"), "line 3 of 'ragged.csv' has 2 entries"),
    "latin.csv": (csv("1,2,caf").replace(b"caf", b"caf\xe9"), "'latin.csv' is not UTF-8"),
    "double.csv": (csv(*rows(), names="a,a,y"), "'double.csv' has two columns named 'a'"),
    "one.csv": (csv(*rows(last="no")), "the target 'grade' has one class only, 'no'"),
    "few.csv": (csv("1,2,3", "2,3,3", "4,5,3"), "the target 'grade' has the same value in every"),
    "gap.csv": (csv("1,2,no", "3,4,"), "line 3 of 'gap.csv': the target 'grade' is missing"),
    "void.csv": (csv("1,2,", "3,4,"), "the target 'grade' is missing in every row"),
    "inputs.csv": (csv(",,no", ",,yes", ",,no"), "there are no inputs"),
    "nan.csv": (csv("1,2,0.5", "3,4,nan", "4,5,2.5"), "line 3 of 'nan.csv': the target 'grade'"),
    "inf.csv": (csv("1,2,0.5", "3,4,inf", "4,5,2.5"), "line 3 of 'inf.csv': the target 'grade'"),
    "input.csv": (csv(*rows(), "1,inf,no"), "line 42 of 'input.csv'"),
    "short.csv": (csv("1,2,no"), "one class only"),
    "a.npz": (b"PK\x03\x04junk", "'a.npz' is damaged"),
    "a.npy": (b"\x93NUMPY\x01\x00", "'a.npy' is damaged"),
    "a.parquet": (b"PAR1junk", "'a.parquet'"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(name: str, here: Path, capsys: Captured) -> None:
    data, message = BAD_FILES[name]
    (here / name).write_bytes(data)
    refused(train(capsys, name), 3, message, here)


def refused(found: Outcome, code: int, message: str, here: Path, *, runs: bool = False) -> None:
    """One sentence and perhaps a hint on stderr, the exit code, and nothing left behind."""
    assert found.code == code, found.err
    assert found.out == ""
    lines = found.err.splitlines()
    assert lines[0].startswith("error: "), found.err
    assert message in lines[0]
    assert len(lines) <= 2
    assert all(line.startswith("hint: ") for line in lines[1:])
    assert (here / "runs").exists() == runs


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nope.csv",), 3, "there is no file 'nope.csv'"),
        (("digit",), 3, "'digit' is neither a file nor a built-in table"),
        ((), 2, "which data?"),
        (("good.csv", "--target", "grad"), 2, "there is no column 'grad'"),
        (("good.csv", "--task", "regression"), 3, "the task 'regression' needs numbers"),
        (("good.csv", "--task", "classes"), 2, "there is no task 'classes'"),
        (("good.csv", "--activation", "relo"), 2, "there is no activation 'relo'"),
        (("good.csv", "--optimizer", "adm"), 2, "there is no optimizer 'adm'"),
        (("good.csv", "--loss", "hing"), 2, "there is no loss 'hing'"),
        (("good.csv", "--loss", "squared_error"), 2, "the loss 'squared_error' does not suit"),
        (("values.csv", "--loss", "softmax_cross_entropy"), 2, "does not suit the task 'regress"),
        (("values.csv", "--loss", "poisson"), 2, "does not suit the task 'regression'"),
        (("values.csv", "--order", "alternating"), 2, "the order 'alternating' needs classes"),
        (("good.csv", "--order", "random"), 2, "there is no order 'random'"),
        (("good.csv", "--rate", "0"), 2, "rate must be above 0"),
        (("good.csv", "--rate", "-1"), 2, "rate must be above 0"),
        (("good.csv", "--rate", "nan"), 2, "rate must be above 0"),
        (("good.csv", "--rate", "fast"), 2, "'fast' is not a valid float"),
        (("good.csv", "--batch", "0"), 2, "batch must be a whole number of at least 1"),
        (("good.csv", "--batch", "1.5"), 2, "'1.5' is not a valid integer"),
        (("good.csv", "--epochs", "0"), 2, "epochs must be a whole number of at least 1"),
        (("good.csv", "--epochs", "-3"), 2, "epochs must be a whole number of at least 1"),
        (("good.csv", "--patience", "0"), 2, "patience must be a whole number of at least 1"),
        (("good.csv", "--seed", "-1"), 2, "a seed is a whole number from 0 to 2^64 - 1"),
        (("good.csv", "--validation", "1"), 2, "validation must be from 0 to below 1"),
        (("good.csv", "--validation", "-0.5"), 2, "validation must be from 0 to below 1"),
        (("good.csv", "--dropout", "1"), 2, "dropout must be from 0 to below 1"),
        (("good.csv", "--l2", "-1"), 2, "l2 must be 0 or more"),
        (("good.csv", "--hidden", "4,0"), 2, "hidden layers have 1 unit or more"),
        (("good.csv", "--hidden", "4;8"), 2, "--hidden takes whole numbers such as 128,64"),
        (("good.csv", "--checkpoint-steps", "0"), 2, "0 is not in the range x>=1"),
        (("good.csv", "--epoch", "3"), 2, "No such option '--epoch'"),
        (("good.csv", "-o", "good.csv"), 3, "'good.csv' is a file"),
        (("good.csv", "-o", "good.csv/run"), 3, "cannot create the run 'good.csv/run'"),
        (("good.csv", "-o", "."), 3, "'.' holds other files"),
        (("--resume", "nope"), 3, "there is no run 'nope'"),
        (("--resume", "good.csv"), 3, "'good.csv' is a file, not the folder of a run"),
        (("--resume", "."), 3, "'.' is not the folder of a run"),
        (("good.csv", "--config", "nope.toml"), 3, "cannot read 'nope.toml'"),
    ],
)
def test_refused(
    words: tuple[str, ...], code: int, message: str, here: Path, capsys: Captured
) -> None:
    before = sorted(here.rglob("*"))
    refused(train(capsys, *words), code, message, here)
    assert sorted(here.rglob("*")) == before


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("epochs = ", 3, "'c.toml' is no TOML"),
        ("epoch = 3", 2, "'c.toml' has an unknown option 'epoch'"),
        ("[train]\nepochs = 3", 2, "'c.toml' has an unknown option 'train'"),
        ("epochs = true", 2, "'c.toml': epochs cannot be True"),
        ("epochs = [3]", 2, "'c.toml': epochs cannot be [3]"),
        ("epochs = 1979-05-27", 2, "'c.toml': epochs cannot be"),
        ("epochs = 'many'", 2, "'many' is not a valid integer"),
        ("hidden = [[3]]", 2, "'c.toml': hidden cannot be [[3]]"),
        ("hidden = 'a'", 2, "--hidden takes whole numbers"),
        ("activation = 3", 2, "there is no activation '3'"),
        ("rate = 0", 2, "rate must be above 0"),
    ],
)
def test_bad_config(text: str, code: int, message: str, here: Path, capsys: Captured) -> None:
    (here / "c.toml").write_text(text)
    refused(train(capsys, "good.csv", "--config", "c.toml"), code, message, here)


def test_config_of_another_encoding(here: Path, capsys: Captured) -> None:
    (here / "c.toml").write_bytes(b"target = '\xff'")
    refused(train(capsys, "--config", "c.toml"), 3, "'c.toml' is no TOML: byte 10", here)


def test_the_command_line_wins_over_the_config(here: Path, capsys: Captured) -> None:
    (here / "c.toml").write_text(
        "data = 'good.csv'\nhidden = [5, 3]\nepochs = 2\nrate = 1\nactivation = 'tanh'\n"
    )
    words = ("--config", "c.toml", "--rate", "0.5", "-q", "-o", "run")
    assert train(capsys, *words).code == 0
    stored = Run.open("run").settings()
    assert (stored["hidden"], stored["epochs"], stored["rate"]) == ([5, 3], 2, 0.5)
    assert stored["activation"] == "tanh"


def test_options_reach_the_run(here: Path, capsys: Captured) -> None:
    words = ("--hidden", "", "--dropout", "0", "--l2", "0.1", "--order", "alternating",
             "--optimizer", "sgd", "--loss", "hinge", "--epochs", "1")  # fmt: skip
    found = train(capsys, "good.csv", "-q", "--json", *words)
    assert found.code == 0
    assert json.loads(found.out)["sizes"] == [2, 1]


def test_output_exists(here: Path, capsys: Captured) -> None:
    assert train(capsys, "good.csv", "-q", "-o", "run", *FAST).code == 0
    before = {p: p.read_bytes() for p in (here / "run").rglob("*") if p.is_file()}
    refused(train(capsys, "good.csv", "-o", "run"), 3, "'run' already holds a run", here)
    assert {p: p.read_bytes() for p in (here / "run").rglob("*") if p.is_file()} == before


def full_after(calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk be full after so many writes."""
    write, left = os.write, [calls]

    def limited(descriptor: int, data: Any) -> int:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        return write(descriptor, data)

    monkeypatch.setattr(atomic.os, "write", limited)


@pytest.mark.parametrize("calls", [0, 1])
@pytest.mark.parametrize("output", [(), ("-o", "run"), ("-o", "empty")])
def test_a_full_disk_at_the_start_leaves_nothing(
    calls: int, output: tuple[str, ...], here: Path, capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (here / "empty").mkdir()
    before = sorted(here.rglob("*"))
    full_after(calls, monkeypatch)
    found = train(capsys, "good.csv", *output, *FAST)
    assert (found.code, found.out) == (3, "")
    assert "the disk is full" in found.err
    assert "hint: free some space, or choose another disk" in found.err
    after = [p for p in sorted(here.rglob("*")) if p.name != "runs"]
    assert after == before


@pytest.mark.parametrize("calls", [2, 3, 4, 5])
def test_a_full_disk_later_leaves_whole_files(
    calls: int, here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        full_after(calls, patch)
        found = train(capsys, "good.csv", "-o", "run", "--checkpoint-steps", "1", *FAST)
    assert found.code == 3
    assert "the disk is full" in found.err
    assert not [p for p in (here / "run").rglob("*") if atomic.is_temporary(p)]
    again = train(capsys, "--resume", "run", "-q", "--json")
    assert (again.code, json.loads(again.out)["epochs"]) == (0, 2)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_may_not_be_written(here: Path, capsys: Captured) -> None:
    (here / "closed").mkdir(mode=0o500)
    found = train(capsys, "good.csv", "-o", "closed/run")
    refused(found, 3, "cannot create the run 'closed/run': permission denied", here)


def test_divergence(here: Path, capsys: Captured) -> None:
    words = ("values.csv", "--optimizer", "sgd", "--rate", "1e30", "-o", "run")
    found = train(capsys, *words)
    assert found.code == 1
    assert "error: " in found.err
    assert "hint: lower the rate, now 1e+30" in found.err
    assert "next:" not in found.out


def test_resume(here: Path, capsys: Captured) -> None:
    assert train(capsys, "good.csv", "-q", "-o", "whole", "--epochs", "6").code == 0
    assert train(capsys, "good.csv", "-q", "-o", "half", "--epochs", "3").code == 0
    found = train(capsys, "--resume", "half", "--epochs", "6", "--json")
    assert json.loads(found.out)["epochs"] == 6
    assert model(here / "half") == model(here / "whole")
    (here / "good.csv").rename(here / "moved.csv")
    refused(train(capsys, "--resume", "half"), 3, "there is no file 'good.csv'", here)
    assert train(capsys, "moved.csv", "--resume", "half", "-q").code == 0


def model(run: Path) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in Run(run).model().tensors.items()}


def test_resume_keeps_the_settings(here: Path, capsys: Captured) -> None:
    assert train(capsys, "good.csv", "-q", "-o", "run", *FAST).code == 0
    (here / "c.toml").write_text("rate = 1\n")
    for words, name in ((("--rate", "1"), "rate"), (("-o", "x"), "output"),
                        (("--seed", "0"), "seed"), (("--config", "c.toml"), "config")):  # fmt: skip
        message = f"--{name} cannot be given when a run is resumed: its own settings hold"
        refused(train(capsys, "--resume", "run", *words), 2, message, here)


def test_resume_with_other_data(here: Path, capsys: Captured) -> None:
    assert train(capsys, "good.csv", "-q", "-o", "run", *FAST).code == 0
    message = "'{}' is not the data that 'run' was trained on"
    (here / "other.csv").write_bytes(csv(*rows(39)))
    refused(train(capsys, "other.csv", "--resume", "run"), 3, message.format("other.csv"), here)
    (here / "good.csv").write_bytes(csv(*rows(41)))
    refused(train(capsys, "--resume", "run"), 3, message.format("good.csv"), here)


@pytest.mark.parametrize("how", ["flip", "cut", "foreign"])
@pytest.mark.parametrize("name", ["settings.json", "encoder.json", "checkpoint"])
def test_resume_of_a_damaged_run(name: str, how: str, here: Path, capsys: Captured) -> None:
    assert train(capsys, "good.csv", "-q", "-o", "run", *FAST).code == 0
    assert train(capsys, "values.csv", "-q", "-o", "other", *FAST).code == 0
    newest = {folder: Run(here / folder).checkpoints()[-1] for folder in ("run", "other")}
    path = newest["run"] if name == "checkpoint" else here / "run" / name
    other = newest["other"] if name == "checkpoint" else here / "other" / name
    data = path.read_bytes()
    middle = len(data) // 2
    changed = {
        "flip": data[:middle] + bytes([data[middle] ^ 128]) + data[middle + 1 :],
        "cut": data[:middle],
        "foreign": other.read_bytes(),
    }[how]
    path.write_bytes(changed)
    found = train(capsys, "--resume", "run")
    said = path.name
    if name == "checkpoint" and how == "foreign":
        said = "run/settings.json' is damaged or of another run"  # they do not belong together
    refused(found, 3, said, here)


def test_resume_of_a_run_that_is_none_of_ours(here: Path, capsys: Captured) -> None:
    Run.create("made", settings={"made_by": "cr.fit"})
    message = "'made' was not made by `chainrule train`"
    refused(train(capsys, "--resume", "made"), 3, message, here)


def start(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "chainrule.cli.main", "train", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_ctrl_c_and_going_on(here: Path, capsys: Captured) -> None:
    words = ("moons", "--hidden", "8", "--epochs", "80", "--checkpoint-steps", "100")
    with start(*words, "-o", "run") as child:
        while not list((here / "run" / "checkpoints").glob("step-*")) and child.poll() is None:
            time.sleep(0.005)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert err.splitlines()[-1] == "stopped; go on with: chainrule train --resume run"
    assert "Traceback" not in err
    assert not (here / "run" / "model.safetensors").exists()
    assert train(capsys, "--resume", "run", "-q").code == 0
    assert train(capsys, *words, "-o", "whole", "-q").code == 0
    assert model(here / "run") == model(here / "whole")
