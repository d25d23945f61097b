"""`--step` without a terminal, and without its library."""

import pytest

from chainrule.cli import step
from chainrule.cli.step import step_through
from chainrule.errors import UsageError
from tests.cli.attempt import attempt
from tests.golden.graphs import neuron

Captured = pytest.CaptureFixture[str]


def test_it_needs_a_terminal(capsys: Captured) -> None:
    found = attempt(capsys, "explain", "x*y", "x=1", "y=2", "--step")
    assert (found.code, found.out) == (2, "")
    assert found.err == (
        "error: --step needs a terminal: its screen is stepped through by keys\n"
        "hint: leave --step out, or write the steps to a file with --slides steps.pdf\n"
    )


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    for stream in (step.sys.stdin, step.sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(step, "import_module", missing)
    with pytest.raises(UsageError) as caught:
        step_through(neuron())
    assert str(caught.value) == (
        "--step needs textual, which is not installed\nhint: pip install 'chainrule[tui]'"
    )
