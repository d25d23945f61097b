"""Errors on stderr: a sentence, a hint, the exit code of their class."""

import click
import pytest

from chainrule.cli.failures import report, report_usage
from chainrule.errors import CheckFailed, DataError, Diverged, FileError, UsageError

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("kind", "code"),
    [(UsageError, 2), (DataError, 3), (FileError, 3), (CheckFailed, 1), (Diverged, 1)],
)
def test_exit_codes(capsys: Captured, kind: type, code: int) -> None:
    assert report(kind("it is so", hint="do this")) == code
    assert capsys.readouterr().err == "error: it is so\nhint: do this\n"


def test_no_hint_no_line(capsys: Captured) -> None:
    report(UsageError("it is so"))
    assert capsys.readouterr().err == "error: it is so\n"


def test_what_click_finds_looks_the_same(capsys: Captured) -> None:
    assert report_usage(click.UsageError("no such thing")) == 2
    assert capsys.readouterr().err == "error: no such thing\n"
