"""How a run stands, as its events tell: with what it began, how it ended or that it has not."""

from collections.abc import Sequence
from typing import Any

from chainrule.runs.store import Event

STATES = ("running", "finished", "stopped", "diverged", "damaged")
COMPLETE = ("epochs", "patience")  # reasons to end that a plan has


def state_of(events: Sequence[Event]) -> str:
    """Return the state that the events of a run tell.

    A run that has begun and not ended counts as stopped: whether its process lives is known to the
    lock on its folder.
    """
    for event in reversed(events):
        if event.kind == "end":
            reason = event.data.get("stopped")
            return "diverged" if reason == "diverged" else ended(reason)
        if event.kind == "fault":
            return "diverged"
        if introduces(event):
            return "stopped"
    return "stopped"


def ended(reason: Any) -> str:
    return "finished" if reason in COMPLETE else "stopped"


def introduction(events: Sequence[Event]) -> dict[str, Any]:
    """Return what the run said of itself when it began, or was last taken up again."""
    return next((event.data for event in reversed(events) if introduces(event)), {})


def introduces(event: Event) -> bool:
    return event.kind in ("start", "resume") and "parameters" in event.data
