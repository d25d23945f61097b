"""A bar on a terminal, lines elsewhere, silence on request; never a word on stdout."""

import io
import re
import sys

import pytest

from chainrule.train import progress
from chainrule.train.progress import Bar, Lines, Silent, choose, headline


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


def drive(shown: progress.Progress, epochs: int = 3, rows: int = 100) -> None:
    """Tell a progress what a loop tells it."""
    shown.start(epochs, rows, 0)
    for epoch in range(1, epochs + 1):
        for _ in range(4):
            shown.advance(rows // 4, 0.5 / epoch)
        shown.epoch({"epoch": epoch, "loss": 0.5 / epoch, "accuracy": 0.75, "seconds": 1.0})
    shown.stop()


def test_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    clock = iter(i * 0.25 for i in range(1000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    bar = choose(None)
    assert isinstance(bar, Bar)
    drive(bar)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
    assert "epoch 1/3" in text
    assert "epoch 3/3" in text
    assert "loss 0.2500  accuracy 0.7500" in text
    assert re.search(r"\d+ rows/s", text)
    assert "seconds" not in text


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    drive(Lines(every=0))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "epoch 1/3  loss 0.5000  accuracy 0.7500",
        "epoch 2/3  loss 0.2500  accuracy 0.7500",
        "epoch 3/3  loss 0.1667  accuracy 0.7500",
    ]


def test_lines_come_once_a_second_and_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    drive(Lines(every=1000), epochs=50)
    assert [line.split()[1] for line in capsys.readouterr().err.splitlines()] == ["1/50", "50/50"]


def test_silence(capsys: pytest.CaptureFixture[str]) -> None:
    drive(choose(False))
    assert capsys.readouterr() == ("", "")


def test_choice() -> None:  # the tests' own stderr is no terminal
    assert isinstance(choose(None), Lines)
    assert isinstance(choose(True), Lines)
    assert isinstance(choose(False), Silent)
    own = Silent()
    assert choose(own) is own


def test_the_bar_shows_the_loss_and_one_metric_of_the_held_out_rows() -> None:
    record = {"epoch": 3, "loss": 0.5, "val_loss": 0.25, "val_accuracy": 0.75, "val_auc": 0.9}
    assert headline(record) == "val_loss 0.2500  val_accuracy 0.7500"
    assert headline({"epoch": 3, "loss": 0.5, "seconds": 1.0}) == "loss 0.5000"
