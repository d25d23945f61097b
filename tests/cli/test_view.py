"""`chainrule view`: an address on stdout, a page behind it, and clear words where there is none."""

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from chainrule.serve.server import Server
from tests.cli.attempt import attempt
from tests.serve.folders import finished


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with `runs/one` the current one."""
    monkeypatch.chdir(tmp_path)
    return finished(tmp_path / "runs" / "one").parent


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the pages that servers gave before Ctrl-C was pressed."""
    pages: list[str] = []

    def wait(server: Server) -> None:
        with urllib.request.urlopen(server.address, timeout=10) as answer:
            pages.append(answer.read().decode())
        raise KeyboardInterrupt

    monkeypatch.setattr(Server, "wait", wait)
    return pages


@pytest.mark.parametrize("words", [[], ["runs"], ["runs/one"], ["runs", "runs/one"]])
def test_runs_are_served(
    runs: Path, interrupted: list[str], capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    done = attempt(capsys, "view", *words, "--no-open")
    assert done.code == 0
    (line,) = done.out.splitlines()
    assert line.startswith("http://127.0.0.1:")
    assert "?token=" in line
    assert done.err == "stopped\n"
    assert "<title>chainrule</title>" in interrupted[0]


def test_the_port_that_was_asked_for(
    runs: Path, interrupted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        taken = attempt(capsys, "view", "--port", str(port), "--no-open")
    assert (taken.code, taken.out) == (2, "")
    assert taken.err.startswith(f"error: another program listens on port {port}\nhint: ")
    done = attempt(capsys, "view", "--port", str(port), "--no-open")
    assert done.out.startswith(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "there is no run 'nothing'"),
        (["empty"], "there are no runs in 'empty'"),
        (["file"], "'file' is a file, not the folder of a run"),
        (["foreign"], "'foreign' is not the folder of a run"),
        ([], "there is no folder 'runs' here"),
    ],
)
def test_where_there_are_no_runs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "settings.json").write_text("{}")
    (tmp_path / "file").write_text("x")
    done = attempt(capsys, "view", *words, "--no-open")
    assert done.code == 3
    assert done.err.startswith(f"error: {said}")
    assert "hint: " in done.err


def test_ctrl_c_in_a_process_of_its_own(runs: Path) -> None:
    words = [sys.executable, "-m", "chainrule.cli.main", "view", "--no-open"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, text=True, **pipes) as process:  # type: ignore[call-overload]
        address = process.stdout.readline().strip()
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "stopped\n")
