"""Following a run that another process trains: when there is something new, and when it ends."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from chainrule.runs.lock import held
from chainrule.runs.store import Store, database

TURN = 0.25  # seconds between two looks
SHARE = 4  # times as long as a drawing took, nothing is drawn
PAUSE = time.sleep


def follow(folder: Path, pause: Callable[[float], None] | None = None) -> Iterator[int]:
    """Yield the version of a run's store whenever it has changed, as long as the run is trained.

    Who takes long over one has a longer pause before the next.

    Args:
        folder: of the run.
        pause: waits for so many seconds.
    """
    pause = pause or PAUSE
    seen = None
    while held(folder):
        spent = 0.0
        version = version_of(folder)
        if version is not None and version != seen:
            began = time.monotonic()
            yield version
            seen, spent = version, time.monotonic() - began
        pause(max(TURN, SHARE * spent))


def version_of(folder: Path) -> int | None:
    """Return the version of a run's store, None where there is none yet."""
    if not (folder / database.NAME).exists():
        return None
    with Store.open(folder) as store:
        return store.version
