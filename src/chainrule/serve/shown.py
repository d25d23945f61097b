"""What a server shows and may do: the list of runs, and the training of its own process."""

import threading
from collections.abc import Mapping
from typing import Any, Protocol

from chainrule.serve.listing import Listing, id_of

MOST_STREAMS = 64


class Control(Protocol):
    """The training of this process, as `chainrule.train.control.Control` has it."""

    def state(self) -> dict[str, Any]:
        """Return what holds now."""

    def command(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked, and return what holds then; `UsageError` for what nobody can do."""


class Streams:
    """How many pages listen, and whether the server ends."""

    def __init__(self, most: int = MOST_STREAMS) -> None:
        self._free = threading.Semaphore(most)
        self.closing = False

    def enter(self) -> bool:
        """Return whether there is room for one more."""
        return self._free.acquire(blocking=False)

    def leave(self) -> None:
        """Make room for another."""
        self._free.release()


class Shown:
    """All that answers are made from.

    Attributes:
        listing: the runs.
        controlled: the id of the run that this process trains, or None.
        streams: those who listen.
        patience: seconds that a writer may take for a body.
    """

    def __init__(self, listing: Listing, patience: float = 10.0) -> None:
        self.listing = listing
        self.streams = Streams()
        self.patience = patience
        self.controlled: str | None = None
        self._control: Control | None = None

    def train(self, path: Any, control: Control) -> None:
        """Let the page control the training of the run in this folder."""
        self.controlled, self._control = id_of(path), control

    def control_of(self, key: str) -> dict[str, Any] | None:
        """Return how a run is controlled, None where it is not by this process."""
        return self._control.state() if self._control and key == self.controlled else None

    def command(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do something with the training of this process."""
        assert self._control is not None
        return self._control.command(asked)
