"""What happens in a run, as it happens: server-sent events that a reader takes up where it left.

The id of a message says how far it goes, `STEP.EVENT`: a browser that was cut off sends the last it
has seen as `Last-Event-ID`, and is sent what came after. Messages:

`points`  `{"first", "last_step", "series": {...}, "maps": {stat: ...}}`: new numbers of the series
          that were asked for (without `names`: all that are not of one layer) and new columns of
          maps, in the place of all that the reader has from step `first` on.
`findings` what the doctor says, as `/findings` has it: when it says something else than before;
          only if the address has `findings=1`.
`event`   an event of the run, as `/events` has it.
`state`   `{"state", "last_step"}`, first of all and when the state changes.
`reset`   `{"last_step"}`: the run goes on from an earlier step, or begins anew: read it again.
`gone`    the run can no longer be read: `{"error"}`; the stream ends.

A comment comes where nothing else does, so that both sides notice when the other is gone.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from chainrule.errors import FileError
from chainrule.runs.store import Store
from chainrule.serve import reading
from chainrule.serve.findings import findings
from chainrule.serve.listing import Entry, stamp
from chainrule.serve.opening import opened
from chainrule.serve.outcome import introduces
from chainrule.serve.packed import as_json
from chainrule.serve.shown import Streams

EVERY, SILENCE, RETRY = 0.25, 10.0, 1000  # seconds, seconds, milliseconds
PATIENCE = 3.0  # seconds between two questions to the doctor
COLUMNS = 500  # in one message
NO_FILE = 0
_PLACE = re.compile(r"(\d{1,15})\.(\d{1,15})")


class Stream:
    """A reader of one run.

    Args:
        entry: the run.
        names: series whose new numbers are sent.
        maps: statistics whose new columns are sent.
        since: the id of the last message that was seen; empty for one who has just read all.
        diagnosed: whether the doctor is asked now and then.
    """

    def __init__(
        self,
        entry: Entry,
        names: Sequence[str],
        maps: Sequence[str],
        since: str,
        diagnosed: bool = False,
    ) -> None:
        self._entry, self._names, self._maps = entry, list(names), list(maps)
        self._diagnosed, self._found = diagnosed, ""
        self._asked, self._due = 0.0, False  # when the doctor was, and whether he has to be again
        self._place = _PLACE.fullmatch(since)
        self._state, self._version = "", -1
        self._step = self._event = 0
        self._store: Store | None = None
        self._file = NO_FILE

    def open(self) -> None:
        """Open the run, and stand where the reader does."""
        if self._reopened() and self._place is None:
            assert self._store is not None
            self._step, self._event = self._store.last_step, newest(self._store)
        elif self._place is not None:
            self._step, self._event = int(self._place[1]), int(self._place[2])

    def close(self) -> None:
        """Let go of the run."""
        if self._store is not None:
            self._store.close()
        self._store = None

    def _reopened(self) -> bool:
        """Open the store if there is another than the one that is open; return whether it was."""
        found = file_of(self._entry.path)
        if found in (self._file, NO_FILE):
            return False
        store = opened(self._entry.path)
        if store is None:
            return False
        self.close()
        self._store, self._file, self._version = store, found, -1
        return True

    async def messages(self, streams: Streams) -> AsyncIterator[str]:
        """Yield messages until the reader goes or the server ends; then leave the streams."""
        quiet = time.monotonic()
        try:
            yield f"retry: {RETRY}\n\n"
            while not streams.closing:
                for message in await run_in_threadpool(self.look):
                    quiet = time.monotonic()
                    yield message
                if time.monotonic() - quiet > SILENCE:
                    quiet = time.monotonic()
                    yield ": still here\n\n"
                await asyncio.sleep(EVERY)
        except FileError as error:
            yield self._message("gone", {"error": error.message})
        finally:
            streams.leave()
            self.close()

    def look(self) -> list[str]:
        """Return what is new."""
        known = self._file
        another = self._reopened() and known != NO_FILE
        version = self._version
        made = list(self._news(self._store, another)) if self._store else []
        if self._diagnosed and (self._version != version or self._due):
            made += self._diagnosis()
        state = self._entry.summary()["state"]
        if state != self._state:
            self._state = state
            made.append(self._message("state", {"state": state, "last_step": self._step}))
        return made

    def _news(self, store: Store, another: bool) -> Iterator[str]:
        version = store.version
        if version == self._version:
            return
        self._version = version
        last, found = store.last_step, store.events(self._event)
        again = any(introduces(event) and event.step < self._step for event in found)
        if another or again or last < self._step:
            self._step, self._event = last, newest(store)
            yield self._message("reset", {"last_step": last})
            return
        if last > self._step:
            first, self._step = self._step + 1, last
            points = self._points(store, first, last)
            yield self._message("points", {"first": first, "last_step": last, **points})
        for event in found:
            self._event = event.id
            yield self._message("event", reading.event_of(event))

    def _points(self, store: Store, first: int, last: int) -> dict[str, Any]:
        names = self._names or [name for name in store.names if ":" not in name]
        maps = {
            stat: reading.heat(store, stat, first=first, last=last, columns=COLUMNS)
            for stat in self._maps
        }
        return {"series": reading.series(store, names, first, last, COLUMNS), "maps": maps}

    def _diagnosis(self) -> Iterator[str]:
        """Ask the doctor, who takes a while, now and then; tell what is new."""
        self._due = time.monotonic() - self._asked < PATIENCE
        if self._due:
            return
        told = findings(self._entry.path)
        self._asked = time.monotonic()
        text = as_json(told)
        if text != self._found:
            self._found = text
            yield self._message("findings", told)

    def _message(self, kind: str, data: Any) -> str:
        return f"id: {self._step}.{self._event}\nevent: {kind}\ndata: {as_json(data)}\n\n"


def file_of(path: Path) -> int:
    """Return a number that is another's when the recording is replaced by a new one."""
    return stamp(path / "run.db")[0]


def newest(store: Store) -> int:
    """Return the id of the newest event, 0 where there is none."""
    events = store.events()
    return events[-1].id if events else 0
