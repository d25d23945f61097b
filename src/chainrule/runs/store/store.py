"""Series, histograms and events of one run, in run.db."""

import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from chainrule.errors import ShapeError, UsageError
from chainrule.runs.store import chunks, database
from chainrule.runs.store.columns import Columns, Reduced, exact, nothing
from chainrule.runs.store.events import KINDS, Event, as_text

Array = Any
COLUMNS = 2000  # on a screen
BINS = 68
EVER = 2**63 - 1


class Store:
    """Series, histograms, events and findings of one run.

    One process writes, any number read at the same time. Each call that writes is on the disk when
    it returns, as far as a killed process is concerned: whole, or not at all.

    A series keeps every number up to 20,000; then neighbours are joined to columns that hold
    minimum, maximum and last.

    Raises `FileError`, from every method, for a file that is damaged and a disk that fails.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._tables: dict[int, list[str]] = {}
        self._closed = False

    @classmethod
    def create(cls, folder: Path) -> "Store":
        """Return the store of a run for the process that writes it, made if it is not there."""
        path = Path(folder) / database.NAME
        return cls(path, database.create(path))

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Return the store of a run to be read, also while another process writes.

        Raises `FileError` where there is none, or one that is damaged or of another version.
        """
        path = Path(folder) / database.NAME
        return cls(path, database.read(path))

    def close(self) -> None:
        """Let go of the file; once is enough."""
        with self._lock, database.errors_of(self.path, "close"):
            try:
                if not self._closed:
                    database.gather(self._connection)
            finally:
                self._closed = True
                self._connection.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, steps: Array, values: Mapping[str, Array]) -> None:
        """Append numbers to series.

        Args:
            steps: numbers of updates, (n,), rising, and after those that are there.
            values: name -> numbers at these steps, (n,); they may be NaN or infinite.
        """
        steps = np.ascontiguousarray(steps, np.int64)
        if not len(steps) or not values:
            return
        numbers = np.array([np.asarray(x, np.float64) for x in values.values()], ndmin=2)
        if numbers.shape[1:] != steps.shape:
            raise ShapeError(f"{steps.shape} steps do not fit numbers {numbers.shape[1:]}")
        if not (np.diff(steps) > 0).all():
            raise UsageError("the steps of a series must rise")
        with self._writing() as cursor:
            chunks.append(cursor, self._table(cursor, values), exact(steps, numbers))

    def add_histograms(self, step: int, counts: Mapping[str, Array]) -> None:
        """Append histograms: name -> counts, (68,), as `chainrule.train.record.edges` bins them."""
        if not counts:
            return
        found = np.array([np.asarray(x) for x in counts.values()]).astype("<i8")
        if found.shape[1:] != (BINS,):
            raise ShapeError(f"a histogram has {BINS} counts, got {found.shape[1:]}")
        data = zlib.compress(found.tobytes(), 1)
        with self._writing() as cursor:
            row = (int(step), self._table(cursor, counts), zlib.crc32(data), data)
            cursor.execute("INSERT OR REPLACE INTO histograms VALUES (?, ?, ?, ?)", row)

    def add_event(self, kind: str, step: int, data: Mapping[str, Any]) -> int:
        """Append an event with plain values as its data, and return its id."""
        if kind not in KINDS:
            raise UsageError(f"there is no kind of event {kind!r}", hint=f"known: {KINDS}")
        row = (kind, int(step), time.time(), as_text(data))
        with self._writing() as cursor:
            cursor.execute("INSERT INTO events (kind, step, time, data) VALUES (?, ?, ?, ?)", row)
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write all that is added inside, or nothing: one write to the disk for all of it."""
        with self._writing():
            yield

    def cut(self, step: int) -> None:
        """Forget everything after a step, from which a run goes on in its own way."""
        with self._writing() as cursor:
            chunks.cut(cursor, step)
            for table in ("histograms", "events"):
                cursor.execute(f"DELETE FROM {table} WHERE step > ?", (step,))

    @property
    def names(self) -> list[str]:
        """The names of all series, in the order in which they came."""
        with self._reading() as cursor:
            return list(dict.fromkeys(name for _, name in self._places(cursor, "chunks")))

    def read(
        self, names: Iterable[str], first: int = 0, last: int | None = None, columns: int = COLUMNS
    ) -> dict[str, Reduced]:
        """Return series from one step to another, both included, in at most so many columns.

        A name that nothing was recorded under, yet, is an empty series.
        """
        wanted = list(dict.fromkeys([names] if isinstance(names, str) else names))
        until = EVER if last is None else last
        if columns < 1:
            raise UsageError(f"columns must be at least 1, got {columns!r}")
        parts: dict[str, list[Columns]] = {}
        with self._reading() as cursor:
            for table, known in self._known(cursor).items():
                here = [name for name in wanted if name in known]
                places = [known.index(name) for name in here]
                found = chunks.read(cursor, table, places, len(known), first, until, columns)
                for number, name in enumerate(here if len(found) else ()):
                    parts.setdefault(name, []).append(found.of([number]))
        return {
            name: chunks.reduced(parts[name], columns) if name in parts else nothing()
            for name in wanted
        }

    def histograms(self, name: str, step: int | None = None) -> list[tuple[int, Array]]:
        """Return (step, counts) of all histograms of a name, or of the newest up to a step."""
        found = []
        with self._reading() as cursor:
            tables = {t: x.index(name) for t, x in self._known(cursor).items() if name in x}
            marks = ",".join(map(str, tables))
            query = f"SELECT step, of, sum, counts FROM histograms WHERE of IN ({marks})"
            query += (
                " ORDER BY step" if step is None else " AND step <= ? ORDER BY step DESC LIMIT 1"
            )
            for at, table, total, data in cursor.execute(query, () if step is None else (step,)):
                chunks.check(total, data)
                counts = np.frombuffer(zlib.decompress(data), "<i8").reshape(-1, BINS)
                found.append((at, counts[tables[table]]))
        return found

    def events(self, after: int = 0) -> list[Event]:
        """Return the events with an id above `after`, in order."""
        query = "SELECT id, kind, step, time, data FROM events WHERE id > ? ORDER BY id"
        with self._reading() as cursor:
            rows = cursor.execute(query, (after,)).fetchall()
            return [Event(n, kind, at, t, json.loads(data)) for n, kind, at, t, data in rows]

    @property
    def last_step(self) -> int:
        """The newest step that anything was recorded for, 0 where nothing was."""
        query = (
            "SELECT max(coalesce((SELECT max(last) FROM chunks), 0), "
            "coalesce((SELECT max(step) FROM histograms), 0), "
            "coalesce((SELECT max(step) FROM events), 0))"
        )
        with self._reading() as cursor:
            return int(cursor.execute(query).fetchone()[0])

    @property
    def version(self) -> int:
        """A number that rises with every write."""
        with self._reading() as cursor:
            return int(cursor.execute("SELECT version FROM state").fetchone()[0])

    def _table(self, cursor: sqlite3.Cursor, names: Iterable[str]) -> int:
        """Return the number of the table of series with these names, made if it is new."""
        listed = list(names)
        for number, known in self._tables.items():
            if known == listed:
                return number
        text = json.dumps(listed, ensure_ascii=False)
        cursor.execute("INSERT OR IGNORE INTO tables (names) VALUES (?)", (text,))
        (number,) = cursor.execute("SELECT id FROM tables WHERE names = ?", (text,)).fetchone()
        self._tables[number] = listed
        return int(number)

    def _known(self, cursor: sqlite3.Cursor) -> dict[int, list[str]]:
        """Return the names of the series of each table."""
        (count,) = cursor.execute("SELECT count(*) FROM tables").fetchone()
        if count != len(self._tables):
            rows = cursor.execute("SELECT id, names FROM tables ORDER BY id")
            self._tables = {number: json.loads(names) for number, names in rows}
        return self._tables

    def _places(self, cursor: sqlite3.Cursor, kind: str) -> Iterator[tuple[int, str]]:
        known = self._known(cursor)
        for (table,) in cursor.execute(f"SELECT DISTINCT of FROM {kind} ORDER BY of").fetchall():
            yield from ((table, name) for name in known[table])

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Cursor]:
        """Show one state of the store, whatever is written meanwhile."""
        with self._lock, database.errors_of(self.path, "read"):
            cursor = self._connection.cursor()
            cursor.execute("BEGIN")
            try:
                yield cursor
            except (ValueError, KeyError, IndexError, TypeError, zlib.error) as error:
                raise database.damaged(self.path, f"{type(error).__name__}: {error}") from error
            finally:
                self._end("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        """Write all of what follows, or nothing."""
        with self._lock, database.errors_of(self.path, "write"):
            cursor = self._connection.cursor()
            if self._connection.in_transaction:  # within `together`
                yield cursor
                return
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("UPDATE state SET version = version + 1")
                cursor.execute("COMMIT")
            except BaseException:
                self._tables = {}
                self._end("ROLLBACK")
                raise

    def _end(self, how: str) -> None:
        if self._connection.in_transaction:
            self._connection.execute(how)
