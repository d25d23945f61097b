"""How a run stands, as its events tell: with what it began, how it ended or that it has not."""

from collections.abc import Mapping, Sequence
from typing import Any

from chainrule.runs.store import Event

STATES = ("running", "finished", "stopped", "diverged", "damaged")
COMPLETE = ("epochs", "patience")  # reasons to end that a plan has


def state_of(turn: str, data: Mapping[str, Any]) -> str:
    """Return the state that the last start, resume, fault or end of a run tells.

    A run that has begun and not ended counts as stopped: whether its process lives is known to the
    lock on its folder.
    """
    reason = data.get("stopped") if turn == "end" else None
    if turn == "fault" or reason == "diverged":
        return "diverged"
    return "finished" if reason in COMPLETE else "stopped"


def introduction(events: Sequence[Event]) -> dict[str, Any]:
    """Return what the run said of itself when it began, or was last taken up again."""
    return next((event.data for event in reversed(events) if introduces(event)), {})


def introduces(event: Event) -> bool:
    return event.kind in ("start", "resume") and "parameters" in event.data
