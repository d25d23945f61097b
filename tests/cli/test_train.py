"""`chainrule train`: what it decides and prints, and how a run is taken up again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chainrule.runs.folder import Run
from tests.cli.tables import FAST, csv, refused, rows, train

Captured = pytest.CaptureFixture[str]


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
