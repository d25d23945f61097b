"""Small tables to train on, and what a refusal looks like."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.attempt import Outcome, attempt

Captured = pytest.CaptureFixture[str]

FAST = ("--hidden", "4", "--epochs", "2")


def train(capsys: Captured, *words: str) -> Outcome:
    """Return what `chainrule train WORDS` comes to."""
    return attempt(capsys, "train", *words)


def rows(n: int = 40, *, last: Any = None) -> list[str]:
    rng = np.random.default_rng(0)
    pairs = rng.random((n, 2))
    return [f"{a:.3f},{b:.3f},{last or ('yes' if a + b > 1 else 'no')}" for a, b in pairs]


def csv(*lines: str, names: str = "a,b,grade") -> bytes:
    return "\n".join([names, *lines, ""]).encode()


def write_tables(folder: Path) -> None:
    """Write a table of two classes and one of values."""
    (folder / "good.csv").write_bytes(csv(*rows()))
    values = [f"{i / 7:.3f},{i % 5},{100 + 3 * i / 7:.3f}" for i in range(40)]
    (folder / "values.csv").write_bytes(csv(*values))


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
