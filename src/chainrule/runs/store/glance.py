"""A short look into a recording: what a list of many runs says of each, in a few queries."""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.runs.store import chunks, database

LAST_STEP = (
    "SELECT max(coalesce((SELECT max(last) FROM chunks), 0), "
    "coalesce((SELECT max(step) FROM events), 0))"
)
TURNS = (  # what tells how a run stands: where it began, was taken up again, failed or ended
    "SELECT kind, CASE kind WHEN 'end' THEN data ELSE '{}' END FROM events "
    "WHERE kind IN ('start', 'fault', 'end') OR (kind = 'resume' AND data LIKE '%\"parameters\"%') "
    "ORDER BY id DESC LIMIT 1"
)
TIMES = (
    "SELECT (SELECT time FROM events ORDER BY id LIMIT 1), "
    "(SELECT time FROM events ORDER BY id DESC LIMIT 1)"
)


@dataclass(frozen=True)
class Glance:
    """What is seen of a recording.

    Attributes:
        last_step: the newest step.
        loss: the newest loss, None where there is none.
        turn: the kind of the last event of the kinds start, resume, fault and end; "" for none.
        data: of that event, if it is an end.
        first, last: when the first and the last event happened, in seconds since 1970.
    """

    last_step: int
    loss: float | None
    turn: str
    data: dict[str, Any]
    first: float | None
    last: float | None


def glance(folder: Path) -> Glance:
    """Look into the recording of a run; `FileError` where there is none, or one is damaged."""
    path = Path(folder) / database.NAME
    connection = database.read(path)
    try:
        with database.errors_of(path, "read"):
            return look(connection.cursor())
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise database.damaged(path, f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()


def look(cursor: sqlite3.Cursor) -> Glance:
    """Return what is seen, of one state of the recording."""
    cursor.execute("BEGIN")
    (last_step,) = cursor.execute(LAST_STEP).fetchone()
    turn, data = cursor.execute(TURNS).fetchone() or ("", "{}")
    first, last = cursor.execute(TIMES).fetchone()
    return Glance(int(last_step), newest(cursor, "loss"), turn, json.loads(data), first, last)


def newest(cursor: sqlite3.Cursor, name: str) -> float | None:
    """Return the newest number of a series."""
    query = "SELECT id, names FROM tables WHERE instr(names, ?)"
    found: tuple[int, float] | None = None
    for table, text in cursor.execute(query, (json.dumps(name, ensure_ascii=False),)).fetchall():
        names = json.loads(text)
        row = cursor.execute(
            "SELECT last, id FROM chunks WHERE of = ? ORDER BY first DESC LIMIT 1", (table,)
        ).fetchone()
        if name in names and row is not None and (found is None or row[0] > found[0]):
            found = row[0], float(chunks.load(cursor, row[1]).last[names.index(name), -1])
    return None if found is None else found[1]
