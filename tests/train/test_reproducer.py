"""A step at fault on the disk: made again, it gives the same report."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.errors import Diverged, FileError, UsageError
from chainrule.runs.folder import Run

RNG = np.random.default_rng(4)
X = RNG.normal(size=(24, 3)).astype(np.float32)
X[13] = 1e30
Y = RNG.normal(size=(24, 1)).astype(np.float32)
FEW: dict[str, Any] = {"batch_size": 4, "progress": False, "epochs": 3, "order": "given"}


class Net(nn.Module):
    inner: nn.Linear

    def __call__(self, x: Any) -> Any:
        return cr.square(self.inner(x))


class Mended(nn.Module):
    inner: nn.Linear

    def __call__(self, x: Any) -> Any:
        return cr.tanh(self.inner(x))


def loss(z: Any, y: Any) -> Any:
    return cr.mean(cr.abs(z - y))


def diverges(net: Any, run: Path, **options: Any) -> Diverged:
    with pytest.raises(Diverged) as error:
        cr.fit(net, (X, Y), run=run, **{**FEW, **options})
    return error.value


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": optim.Momentum(rate=optim.Cosine(rate=0.1, steps=50), clip_norm=1.0)},
        {"l2": 0.1, "loss": "squared_error", "validation": 0.1, "order": "shuffled", "seed": 1},
    ],
)
def test_the_same_report(options: dict[str, Any], tmp_path: Path) -> None:
    net = nn.MLP(3, 8, 1, key=0, dropout=0.2)
    found = diverges(net, tmp_path / "run", **options).blame
    assert 13 in found.rows
    for path in (tmp_path / "run", tmp_path / "run" / "blame"):
        again = cr.replay(path)
        assert str(again) == str(found)
        assert again.data() == found.data()
    report = json.loads((tmp_path / "run" / "blame" / "report.json").read_text())
    assert report == found.data()


def test_code_of_ones_own_is_passed(tmp_path: Path) -> None:
    def net(kind: Any = Net) -> Any:
        return kind(inner=nn.Linear(3, 1, key=7))

    found = diverges(net(), tmp_path / "run", loss=loss).blame
    assert (found.op, found.rows) == ("square", (13,))
    with pytest.raises(UsageError, match="the model is code of your own") as error:
        cr.replay(tmp_path / "run")
    assert "cr.replay(..., model=...)" in error.value.hint
    with pytest.raises(UsageError, match="the loss is code of your own"):
        cr.replay(tmp_path / "run", model=net())
    again = cr.replay(tmp_path / "run", model=net(), loss=loss)
    assert again.data() == found.data()
    assert cr.replay(tmp_path / "run", model=net(Mended), loss=loss) is None
    rule = optim.SGD(rate=1e-3)
    with pytest.raises(FileError, match=r"the step holds no|of another model|optimizer"):
        cr.replay(tmp_path / "run", model=nn.MLP(3, 2, 1, key=0), loss=loss, optimizer=rule)


def test_another_model(tmp_path: Path) -> None:
    diverges(nn.MLP(3, 8, 1, key=0), tmp_path / "run")
    with pytest.raises(FileError, match=r"model.layers.0.weight is float32\[8, 3\], the model's"):
        cr.replay(tmp_path / "run", model=nn.MLP(3, 5, 1, key=0))


def test_a_run_that_is_replaced_keeps_no_old_fault(tmp_path: Path) -> None:
    diverges(nn.MLP(3, 8, 1, key=0), tmp_path / "run")
    Run.create(tmp_path / "run", settings={}, replace=True)
    with pytest.raises(FileError, match="keeps no step at fault"):
        cr.replay(tmp_path / "run")
