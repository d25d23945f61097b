"""Run a command inside this process and keep what it printed."""

from dataclasses import dataclass

import pytest

from chainrule.cli.main import run


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


def attempt(capsys: pytest.CaptureFixture[str], *words: str) -> Outcome:
    """Return exit code, stdout and stderr of `chainrule WORDS`."""
    code = run(list(words))
    out, err = capsys.readouterr()
    return Outcome(code, out, err)
