"""What happens in a run, as it happens: server-sent events that a reader takes up where it left.

The id of a message says how far it goes, `STEP.EVENT`: a browser that was cut off sends the last it
has seen as `Last-Event-ID`, and is sent what came after. Messages:

`points`  `{"last_step", "series": {...}, "maps": {stat: {...}}}`: new numbers of the series that
          were asked for (without `names`: all that are not of one layer) and new columns of maps.
`event`   an event of the run, as `/events` has it.
`state`   `{"state", "last_step", "version"}`, first of all and when the state changes.
`reset`   the run goes on from an earlier step, or begins anew: read it again.
`gone`    the run can no longer be read: `{"error"}`; the stream ends.

A comment comes where nothing else does, so that both sides notice when the other is gone.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool

from chainrule.errors import FileError
from chainrule.runs.store import Store
from chainrule.serve import reading
from chainrule.serve.listing import Entry
from chainrule.serve.packed import as_json
from chainrule.serve.shown import Streams

EVERY, SILENCE, RETRY = 0.25, 10.0, 1000  # seconds, seconds, milliseconds
COLUMNS = 500  # in one message
_PLACE = re.compile(r"(\d{1,15})\.(\d{1,15})")


class Stream:
    """A reader of one run.

    Args:
        entry: the run.
        names: series whose new numbers are sent.
        maps: statistics whose new columns are sent.
        since: the id of the last message that was seen; empty for one who has just read all.
    """

    def __init__(self, entry: Entry, names: Sequence[str], maps: Sequence[str], since: str) -> None:
        self._entry, self._names, self._maps = entry, list(names), list(maps)
        self._place = _PLACE.fullmatch(since)
        self._state, self._version = "", -1
        self._step = self._event = 0
        self._store: Store | None = None

    def open(self) -> None:
        """Open the run, and stand where the reader does."""
        self._store = Store.open(self._entry.path)
        if self._place is None:
            self._step, self._event = self._store.last_step, newest(self._store)
        else:
            self._step, self._event = int(self._place[1]), int(self._place[2])

    def close(self) -> None:
        """Let go of the run."""
        if self._store is not None:
            self._store.close()

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
        assert self._store is not None
        version = self._store.version
        made = list(self._news(self._store)) if version != self._version else []
        self._version = version
        state = self._entry.summary()["state"]
        if state != self._state:
            self._state = state
            told = {"state": state, "last_step": self._step, "version": version}
            made.append(self._message("state", told))
        return made

    def _news(self, store: Store) -> Iterator[str]:
        last = store.last_step
        if last < self._step:
            self._step, self._event = last, newest(store)
            yield self._message("reset", {"last_step": last})
            return
        found = store.events(self._event)
        if last > self._step:
            points = self._points(store, self._step + 1, last)
            self._step = last
            yield self._message("points", {"last_step": last, **points})
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

    def _message(self, kind: str, data: Any) -> str:
        return f"id: {self._step}.{self._event}\nevent: {kind}\ndata: {as_json(data)}\n\n"


def newest(store: Store) -> int:
    """Return the id of the newest event, 0 where there is none."""
    events = store.events()
    return events[-1].id if events else 0
