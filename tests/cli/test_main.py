"""The table of commands: each exists, help is there, unknown words get the nearest."""

import pytest

from chainrule import __version__
from chainrule.cli import main as module
from chainrule.cli.main import COMMANDS
from tests.cli.attempt import attempt

Captured = pytest.CaptureFixture[str]


def test_version(capsys: Captured) -> None:
    assert attempt(capsys, "--version").out == f"chainrule {__version__}\n"


def test_help_lists_every_command(capsys: Captured) -> None:
    for words in ((), ("--help",)):
        found = attempt(capsys, *words)
        assert found.code == 0
        for name, (_, summary) in COMMANDS.items():
            assert name in found.out
            assert summary in found.out
        assert 'chainrule explain "(x+y)*z" x=-2 y=5 z=-4' in found.out


def test_an_unknown_command_gets_the_nearest(capsys: Captured) -> None:
    found = attempt(capsys, "explan", "x")
    assert found.code == 2
    assert found.err == "error: there is no command 'explan'\nhint: did you mean 'explain'?\n"


def test_interruptions_leave_with_130(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.chainrule, "main", interrupted)
    found = attempt(capsys, "explain", "x", "x=1")
    assert (found.code, found.err) == (130, "interrupted\n")


def test_missing_arguments(capsys: Captured) -> None:
    found = attempt(capsys, "check")
    assert found.code == 2
    assert found.err == "error: Missing argument 'TARGET'.\nhint: see chainrule check --help\n"
    found = attempt(capsys, "explain")
    assert found.code == 2
    assert found.err.startswith("error: there is nothing to explain\nhint: give an expression")
