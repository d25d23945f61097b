"""`chainrule replay`: the report again, and 0 where the step is sound."""

import json
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.cli.main import run
from chainrule.errors import Diverged

CODE = """
import chainrule as cr
from chainrule import nn, optim

class Net(nn.Module):
    inner: nn.Linear
    power: float

    def __call__(self, x):
        return cr.tanh(self.inner(x)) if self.power == 1 else cr.square(self.inner(x))

def make(): return Net(inner=nn.Linear(3, 1, key=7), power=2.0)
def mended(): return Net(inner=nn.Linear(3, 1, key=7), power=1.0)
def loss(z, y): return cr.mean(cr.abs(z - y))
def rule(): return optim.Adam(rate=1e-3)
def wrong(): return 1 / 0
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [f"{i},{i * i % 7},{i * 3}" for i in range(40)]
    Path("values.csv").write_text("a,b,c\n" + "\n".join(rows) + "\n")
    return tmp_path


def test_a_run_on_a_table(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "values.csv", "--target", "c", "-o", "run", "-q"]
    assert run([*words, "--optimizer", "sgd", "--rate", "1e30"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert (
        "error: the loss became nan at step 2; matmul in layers.2.matmul#0 made inf, " in said.err
    )
    assert "hint: lower the rate, now 1e+30" in said.err
    report = said.err.partition("\n\n")[2]
    assert report.startswith("step ")
    assert run(["replay", "run/blame"]) == 1
    assert capsys.readouterr().out == report
    assert run(["replay", "run", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["sound"], found["schema"]) == (False, "chainrule.blame/1")


def test_code_of_ones_own(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.py").write_text(CODE)
    spaces: dict[str, object] = {}
    exec(compile(CODE, "net.py", "exec"), spaces)
    x = np.ones((8, 3), np.float32) * 1e30
    with pytest.raises(Diverged):
        cr.fit(spaces["make"](), (x, x[:, :1]), loss=spaces["loss"], run="run", progress=False)  # type: ignore[operator]
    assert run(["replay", "run/blame"]) == 2
    assert "or --model FILE.py:FUNCTION" in capsys.readouterr().err
    own = ["--loss", "net.py:loss", "--optimizer", "net.py:rule"]
    assert run(["replay", "run/blame", "--model", "net.py:make", *own]) == 1
    assert "square in output (net.py:10) made inf" in capsys.readouterr().out
    assert run(["replay", "run/blame", "--model", "net.py:mended", *own]) == 0
    assert capsys.readouterr().out.startswith("step 1 is sound")
    assert run(["replay", "run", "--model", "net.py:mended", "--json", *own]) == 0
    assert json.loads(capsys.readouterr().out) == {"sound": True}
    assert run(["replay", "run/blame", "--model", "net.py:wrong", *own]) == 2
    assert "net.py, line 16 failed when it was called" in capsys.readouterr().err
    assert run(["replay", "run/blame", "--model", "net", *own]) == 2
    assert "write FILE.py:FUNCTION" in capsys.readouterr().err


def test_nothing_kept(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", "nowhere"]) == 3
    assert "'nowhere' keeps no step at fault" in capsys.readouterr().err
