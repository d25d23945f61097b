"""`chainrule doctor`: the report, its exit code, and JSON."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from tests.cli.attempt import attempt

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with a healthy run, a sick one, and one that diverged."""
    folder = tmp_path_factory.mktemp("doctor")
    x = np.random.default_rng(0).normal(size=(256, 6)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64)
    for name, init in (("healthy", None), ("sick", "zeros")):
        net = cr.nn.MLP(6, 16, 2, init=init, key=0)
        rule = cr.optim.Adam(rate=0.01)
        cr.fit(net, (x, y), optimizer=rule, run=folder / name, progress=False)
    with pytest.raises(cr.ChainruleError):
        cr.fit(cr.nn.Linear(6, 1, key=0), (x * 1e3, x[:, :1]), run=folder / "broken", epochs=99,
               optimizer=cr.optim.SGD(rate=1.0), progress=False)  # fmt: skip
    return folder


@pytest.fixture(autouse=True)
def here(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(runs)


def test_healthy(capsys: Captured) -> None:
    found = attempt(capsys, "doctor", "healthy", "--check")
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("healthy: nothing found by ")


def test_sick(capsys: Captured) -> None:
    found = attempt(capsys, "doctor", "sick")
    assert found.code == 0
    assert found.out.startswith("sick: 4 findings, likely causes first.\n\nsymmetric units  ")
    assert attempt(capsys, "doctor", "sick", "--check").code == 1


def test_json(capsys: Captured) -> None:
    found = attempt(capsys, "doctor", "sick", "--json", "--check")
    data = json.loads(found.out)
    assert found.code == 1
    assert data["findings"][0]["rule"] == "symmetric units"
    assert data["ok"] is False
    assert set(data["findings"][0]) == {
        "rule", "where", "step", "number", "threshold", "text", "source", "remedy",
    }  # fmt: skip


def test_json_of_a_run_that_broke_off(capsys: Captured) -> None:
    data = json.loads(attempt(capsys, "doctor", "broken", "--json").out)
    (found,) = [x for x in data["findings"] if x["rule"] == "rate too large"]
    assert found["number"] is None


def test_no_run(capsys: Captured) -> None:
    found = attempt(capsys, "doctor", "helthy")
    assert found.code == 3
    assert found.err == ("error: there is no run 'helthy'\nhint: did you mean 'healthy'?\n")


def test_no_recording(capsys: Captured) -> None:
    os.makedirs("bare", exist_ok=True)
    Path("bare/settings.json").write_text(Path("healthy/settings.json").read_text())
    found = attempt(capsys, "doctor", "bare")
    assert found.code == 3
    assert "run.db" in found.err
    assert "Traceback" not in found.err
