"""`chainrule watch`: finished runs, pipes, runs in training, JSON, no colours."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import chainrule as cr
from chainrule.cli import watch
from chainrule.runs.folder import Run
from chainrule.runs.lock import alone
from chainrule.runs.store import Store
from tests.cli.attempt import attempt
from tests.explain.flow.made import start


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a short run that was really trained."""
    folder = tmp_path_factory.mktemp("runs") / "small-1"
    x = np.random.default_rng(0).normal(size=(256, 4)).astype(np.float32)
    y = (x[:, 0] > 0).astype(int)
    net = cr.nn.MLP(4, 16, 16, 2, key=0)
    cr.fit(net, (x, y), epochs=5, run=folder, progress=False)
    return folder


def test_a_finished_run(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = attempt(capsys, "watch", str(trained))
    assert (found.code, found.err) == (0, "")
    lines = found.out.split("\n")
    assert max(map(len, lines[1:])) <= 80
    text = " ".join(found.out.split())
    assert f"{trained} finished step 40, epoch 5 of 5" in text
    assert re.search(r"First layer \S+, last \S+: .* over 3 layers\. Loss", text)
    assert [line.split()[0] for line in lines if line.startswith("layers.")] == [
        "layers.0", "layers.2", "layers.4",
    ]  # fmt: skip
    assert "gradient size, step 1 → 40" in text
    assert "\x1b" not in found.out


def test_width_and_rows(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = attempt(capsys, "watch", str(trained), "--once", "--all", "--width", "120")
    layers = [line for line in found.out.split("\n") if line.startswith("layers.")]
    assert len(layers) == 6
    assert {len(line) for line in layers} <= set(range(60, 121))
    narrow = attempt(capsys, "watch", str(trained), "--width", "40").out.split("\n")
    assert max(map(len, narrow[3:])) <= 40
    assert attempt(capsys, "watch", str(trained), "--width", "4").code == 2


def test_json(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(attempt(capsys, "watch", str(trained), "--json").out)
    assert (found["state"], found["step"], found["steps"]) == ("finished", 40, 40)
    flow = found["flow"]
    assert len(flow["map"]) == len(flow["rows"]) == 3
    assert {len(row) for row in flow["map"]} == {len(flow["steps"])} == {40}
    assert flow["curves"]["loss"]["last"] < 1
    assert isinstance(found["findings"], list)


def test_what_is_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attempt(capsys, "watch", str(tmp_path / "none")).code == 3
    Run.create(tmp_path / "silent", settings={})
    found = attempt(capsys, "watch", str(tmp_path / "silent"))
    assert found.code == 3
    assert "holds no recording" in found.err


def test_a_finding_stands_below(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net = cr.nn.MLP(4, *[8] * 5, 2, activation="tanh", key=0)
    small = {name: 0.05 * np.asarray(x) for name, x in net.state_dict().items()}
    x = np.random.default_rng(0).normal(size=(128, 4)).astype(np.float32)
    y = (x[:, 0] > 0).astype(int)
    cr.fit(net.load_state_dict(small), (x, y), epochs=4, run=tmp_path / "run", progress=False)
    found = attempt(capsys, "watch", str(tmp_path / "run")).out
    above, _, below = found.partition("\nlayer ")
    assert "lost over 6 layers" in " ".join(above.split())
    assert "\nvanishing gradient  layers." in below
    assert "≡" in below


def test_colours_in_a_terminal(trained: Path) -> None:
    words = [sys.executable, "-m", "chainrule.cli.main", "watch", str(trained), "--once"]
    wanted = {"FORCE_COLOR": "1", "COLORTERM": "truecolor", "TERM": "xterm-256color"}
    plain = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    run = {"capture_output": True, "check": True, "encoding": "utf-8"}
    painted = subprocess.run(words, env={**plain, **wanted}, **run).stdout
    assert "48;2;" in painted
    quiet = subprocess.run(words, env={**plain, **wanted, "NO_COLOR": "1"}, **run).stdout
    assert "38;2;" not in quiet
    assert "48;2;" not in quiet
    assert "·" in quiet


class Training:
    """A run that goes on whenever who watches it pauses."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.run = Run.create(folder, settings={})
        self.store = stack.enter_context(Store.create(folder))
        self.store.add_event("start", 0, {**start(3), "epochs": 2, "steps_per_epoch": 20})
        self.step = 0
        self.process = stack.enter_context(ExitStack())
        self.process.enter_context(alone(folder))

    def go_on(self, steps: int = 10) -> None:
        at = np.arange(self.step + 1, self.step + steps + 1)
        names = [f"layers.{i}.weight@grad:norm" for i in (0, 2, 4)]
        values = {name: np.full(steps, 2e-3) for name in names}
        self.store.add(at, {"loss": 1 / at, **values})
        self.step += steps

    def end(self) -> None:
        self.store.add_event("end", self.step, {"stopped": "epochs"})
        self.process.close()


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Training]:
    with ExitStack() as stack:
        yield Training(tmp_path / "live-1", stack)


def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Let the command write to a terminal of 80 columns and 30 lines; return what it writes."""
    stream = io.StringIO()
    to = Console(file=stream, width=80, height=30, force_terminal=True, color_system="truecolor",
                 no_color=False, highlight=False, markup=False)  # fmt: skip
    monkeypatch.setattr(watch, "console", lambda width: to)
    return stream


def test_a_run_in_training_is_followed_to_its_end(
    training: Training, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = terminal(monkeypatch)

    def pause(seconds: float) -> None:
        training.go_on()
        if training.step == 40:
            training.end()

    monkeypatch.setattr("chainrule.cli.following.PAUSE", pause)
    assert attempt(capsys, "watch", str(training.run.path)).code == 0
    written = stream.getvalue()
    steps = [int(n) for n in re.findall(r"size, step [01] → (\d+)", written)]
    assert sorted(set(steps)) == [10, 20, 30, 40]
    assert len(steps) == 5  # the last but one is drawn again when it is taken away
    assert "step 30 of 40" in written
    last = written[written.rindex("live-1") :]
    assert "finished" in last
    assert "arrives whole over 3 layers" in " ".join(last.split())


def test_ctrl_c_leaves_the_run_alone(
    training: Training, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = terminal(monkeypatch)
    training.go_on()

    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chainrule.cli.following.PAUSE", interrupt)
    found = attempt(capsys, "watch", str(training.run.path))
    assert found.code == 0
    assert found.err == "no longer watching; the run goes on\n"
    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h")
    training.go_on()
    assert training.store.last_step == 20


def test_a_run_in_training_is_printed_once_into_a_pipe(
    training: Training, capsys: pytest.CaptureFixture[str]
) -> None:
    training.go_on()
    found = attempt(capsys, "watch", str(training.run.path))
    assert "running" in found.out
    assert "step 10 of 40" in " ".join(found.out.split())
    assert found.out.count("gradient size") == 1
    assert "\x1b" not in found.out
