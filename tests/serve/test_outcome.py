"""How runs stand, told by their events."""

import pytest

from chainrule.runs.store import Event
from chainrule.serve.outcome import introduction, state_of

START = ("start", {"parameters": [], "model": "first"})
AGAIN = ("resume", {"parameters": [], "model": "again"})


def events(*told: tuple[str, dict[str, object]]) -> list[Event]:
    return [Event(n, kind, n, 0.0, data) for n, (kind, data) in enumerate(told, 1)]


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([], "stopped"),
        ([START], "stopped"),
        ([START, ("end", {"stopped": "epochs"})], "finished"),
        ([START, ("end", {"stopped": "patience"})], "finished"),
        ([START, ("end", {"stopped": "interrupted"})], "stopped"),
        ([START, ("end", {"stopped": "error"})], "stopped"),
        ([START, ("fault", {}), ("end", {"stopped": "diverged"})], "diverged"),
        ([START, ("fault", {})], "diverged"),
        ([START, ("end", {"stopped": "epochs"}), AGAIN, ("epoch", {})], "stopped"),
        ([START, ("fault", {}), AGAIN, ("pause", {}), ("resume", {})], "stopped"),
    ],
)
def test_state(told: list[tuple[str, dict[str, object]]], state: str) -> None:
    assert state_of(events(*told)) == state


def test_the_last_introduction_holds() -> None:
    assert introduction(events(START, AGAIN, ("resume", {})))["model"] == "again"
    assert introduction(events(("epoch", {}))) == {}
