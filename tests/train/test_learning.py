"""What `chainrule train` reaches on the built-in tables and on one it has never seen."""

import json
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.cli.main import run as chainrule

SEEDS = range(5)


def train(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> dict[str, Any]:
    """Return the result of a training as `--json` tells it."""
    number = len(list(folder.glob("run-*")))
    code = chainrule(["train", *words, "-q", "--json", "-o", str(folder / f"run-{number}")])
    assert code == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def accuracies(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> list[float]:
    """Return the accuracies of five seeds."""
    found = [train(capsys, folder, *words, "--seed", str(seed)) for seed in SEEDS]
    return [result["metrics"]["accuracy"] for result in found]


def unseen_iris(folder: Path) -> str:
    """Write the irises anew: species first, under other names, in another order."""
    table = cr.data.open_table("iris")
    rows = np.random.default_rng(0).permutation(len(table))
    names = ["species", "b", "c", "d", "e"]
    columns = [table.columns[-1].texts(), *(column.values for column in table.columns[:-1])]
    lines = [",".join(str(column[row]) for column in columns) for row in rows]
    path = folder / "flowers.csv"
    path.write_text("\n".join([",".join(names), *lines]) + "\n")
    return str(path)


def test_xor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = train(capsys, tmp_path, "xor")
    assert (result["metrics"]["accuracy"], result["judged_by"]) == (1.0, "training rows")


def test_digits_after_a_tenth_of_the_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = train(capsys, tmp_path, "digits", "--epochs", "12")
    assert result["metrics"]["accuracy"] > 0.95


def test_moons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = train(capsys, tmp_path, "moons", "--epochs", "60", "--rate", "0.005")
    assert result["metrics"]["accuracy"] >= 0.985


def test_a_file_never_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = unseen_iris(tmp_path)
    result = train(capsys, tmp_path, path, "--target", "species", "--epochs", "100")
    assert result["task"] == "multiclass"
    assert result["metrics"]["accuracy"] >= 0.9


@pytest.mark.campaign
def test_digits_on_five_seeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = [train(capsys, tmp_path, "digits", "--seed", str(seed)) for seed in SEEDS]
    assert median(result["metrics"]["accuracy"] for result in found) >= 0.97
    assert all(result["seconds"] < 60 for result in found)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ["xor", "moons", "spirals", "circles", "parity"])
def test_solved_on_five_seeds(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert min(accuracies(capsys, tmp_path, name)) >= 0.99


@pytest.mark.campaign
def test_a_file_never_seen_on_five_seeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Thirty flowers are held out: two wrong ones are 93 %."""
    found = accuracies(capsys, tmp_path, unseen_iris(tmp_path), "--target", "species")
    assert median(found) >= 0.93
