"""How runs stand, told by their events."""

import pytest

from chainrule.runs.store import Event
from chainrule.serve.outcome import introduction, state_of

START = ("start", {"parameters": [], "model": "first"})
AGAIN = ("resume", {"parameters": [], "model": "again"})


def events(*told: tuple[str, dict[str, object]]) -> list[Event]:
    return [Event(n, kind, n, 0.0, data) for n, (kind, data) in enumerate(told, 1)]


@pytest.mark.parametrize(
    ("turn", "reason", "state"),
    [
        ("", None, "stopped"),
        ("start", None, "stopped"),
        ("resume", None, "stopped"),
        ("fault", None, "diverged"),
        ("end", "epochs", "finished"),
        ("end", "patience", "finished"),
        ("end", "diverged", "diverged"),
        ("end", "interrupted", "stopped"),
        ("end", "stopped", "stopped"),
        ("end", "error", "stopped"),
    ],
)
def test_state(turn: str, reason: str | None, state: str) -> None:
    assert state_of(turn, {"stopped": reason}) == state


def test_the_last_introduction_holds() -> None:
    assert introduction(events(START, AGAIN, ("resume", {})))["model"] == "again"
    assert introduction(events(("epoch", {}))) == {}
