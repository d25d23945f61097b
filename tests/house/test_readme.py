"""What the README shows runs as it stands there, in order."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from tests.house.rules import ROOT

README = ROOT / "README.md"
MODEL = """
import chainrule as cr

def loss(w=2.0, x=3.0):
    return cr.tanh(w * x)
"""


def blocks(text: str, *languages: str) -> list[str]:
    found = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [code for language, code in found if language in languages]


def commands(text: str) -> list[list[str]]:
    """Return the `chainrule ...` lines of the shell blocks, without remarks, as words."""
    lines = [line for block in blocks(text, "sh", "bash", "console") for line in block.splitlines()]
    words = [shlex.split(line.removeprefix("$ "), comments=True) for line in lines]
    return [w[1:] for w in words if w and w[0] == "chainrule"]


def table(path: Path, rows: int) -> None:
    """Write a small table of the kind that the README's commands speak of."""
    rng = np.random.default_rng(0)
    size, kind = rng.uniform(20, 200, rows), rng.choice(["flat", "house"], rows)
    price = 3 * size + 40 * (kind == "house") + rng.normal(size=rows)
    lines = [f"{s:.1f},{k},{p:.1f}" for s, k, p in zip(size, kind, price, strict=True)]
    path.write_text("\n".join(["size,kind,price", *lines]) + "\n")


def test_python_examples_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = blocks(README.read_text("utf-8"), "python")
    assert found
    names: dict[str, object] = {}
    for code in found:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, "README.md", "exec"), names)


def test_commands_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from chainrule.cli.main import run

    monkeypatch.chdir(tmp_path)
    table(tmp_path / "data.csv", 200)
    table(tmp_path / "new.csv", 5)
    (tmp_path / "model.py").write_text(MODEL)
    found = commands(README.read_text("utf-8"))
    assert found
    for words in found:
        code = run(quicker(words))
        said = capfd.readouterr()
        assert code == 0, f"chainrule {shlex.join(words)}\n{said.out}\n{said.err}"


def quicker(words: list[str]) -> list[str]:
    """Let training take few epochs: what is tested is that the command is understood."""
    if words[0] != "train":
        return words
    if "--epochs" in words:
        words = [w if w != words[words.index("--epochs") + 1] else "4" for w in words]
        return words
    return [*words, "--epochs", "2"]


def test_blocks_and_commands_are_found() -> None:
    text = "```sh\nmake demo\n$ chainrule explain 'x*y' x=1  # why\n```\n```python\nx = 1\n```\n"
    assert commands(text) == [["explain", "x*y", "x=1"]]
    assert blocks(text, "python") == ["x = 1\n"]
