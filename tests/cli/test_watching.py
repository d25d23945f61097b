"""`chainrule train --watch`: a page while it trains, and nothing more where nobody asked."""

import json
import sys
import urllib.request
from pathlib import Path

import pytest

from chainrule.cli.watching import Page, folder_of
from chainrule.runs.folder import Run
from chainrule.serve.server import Server
from chainrule.train.control import Control
from tests.cli.attempt import attempt

WORDS = ("train", "xor", "--epochs", "2", "--hidden", "4", "--watch", "--no-open")


def test_the_address_is_told_and_the_training_ends_as_ever(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = attempt(capsys, *WORDS)
    assert done.code == 0
    (address,) = [line for line in done.out.splitlines() if line.startswith("http://127.0.0.1:")]
    assert "?token=" in address
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=10)
    told = attempt(capsys, *WORDS, "--json")
    assert "http://" in told.err
    assert json.loads(told.out)["epochs"] == 2


def test_the_page_stops_the_training(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[dict[str, object]] = []

    def stopping(server: Server, path: Path, control: Control) -> None:
        server.shown.train(path, control)
        (run,) = server.shown.listing.entries()
        assert run.id == server.shown.controlled
        seen.append(server.shown.command({"do": "stop"}))

    monkeypatch.setattr(Server, "control", stopping)
    done = attempt(capsys, *WORDS, "--json", "--epochs", "1000000")
    assert done.code == 0
    assert seen == [{"paused": False, "stopping": True, "rate": None}]
    assert json.loads(done.out)["stopped"] == "stopped"


def test_a_run_in_runs_is_shown_with_the_others(tmp_path: Path) -> None:
    run = Run.create(tmp_path / "runs" / "one", settings={})
    assert folder_of(run) == tmp_path / "runs"
    assert folder_of(Run(tmp_path / "elsewhere")) == tmp_path / "elsewhere"


def test_the_page_stays_for_who_sits_at_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wait(server: Server) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Server, "wait", wait)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with Server([tmp_path]) as server:
        Page(Control(), server).stay()
    assert capsys.readouterr().err == "the page stays until Ctrl-C\nstopped\n"
    Page().stay()
    assert capsys.readouterr().err == ""
