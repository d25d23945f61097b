"""Tables of series as chunks of columns in the database.

A table is a set of series that are recorded at the same steps. Each call appends a chunk; small
chunks are joined with those before them, so that their number grows with the logarithm of the
calls first and then with the bytes.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from chainrule.errors import UsageError
from chainrule.runs.store.columns import Columns, Reduced, exact, in_order, joined, width

Array = Any
MOST = 20_000  # columns of a table
LARGEST = 1 << 20  # bytes of a chunk that others are still joined to

_FIELDS = "id, of, first, last, count, exact, sum, steps, numbers"


def append(cursor: sqlite3.Cursor, table: int, columns: Columns) -> None:
    """Append columns to a table, whose steps they must follow."""
    kept, rows = columns, ends(cursor, table)
    if len(kept) > MOST:
        kept = kept.wide(coarse(int(kept.first[0]), int(kept.until[-1])))
    for number, (chunk, last, count, size) in enumerate(rows):
        if number == 0 and columns.first[0] <= last:
            raise UsageError(f"step {columns.first[0]} comes after step {last} of the same series")
        if count > len(kept) or size + stored(kept) > LARGEST:
            break
        kept = joined([load(cursor, chunk), kept])
        cursor.execute("DELETE FROM chunks WHERE id = ?", (chunk,))
    insert(cursor, table, kept)
    (count,) = cursor.execute("SELECT sum(count) FROM chunks WHERE of = ?", (table,)).fetchone()
    if count > MOST:
        compact(cursor, table)


def ends(cursor: sqlite3.Cursor, table: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield number, last step, columns and bytes of the chunks of a table, newest first."""
    query = "SELECT id, last, count, length(numbers) FROM chunks WHERE of = ? AND first < ?"
    before = 2**63 - 1
    while True:
        row = cursor.execute(f"{query} ORDER BY first DESC LIMIT 1", (table, before)).fetchone()
        if row is None:
            return
        chunk, last, count, size = row
        (before,) = cursor.execute("SELECT first FROM chunks WHERE id = ?", (chunk,)).fetchone()
        yield chunk, last, count, size


def compact(cursor: sqlite3.Cursor, table: int) -> None:
    """Join neighbours, so that a table has half as many columns as it may have at most."""
    first, last = cursor.execute(
        "SELECT min(first), max(last) FROM chunks WHERE of = ?", (table,)
    ).fetchone()
    wide = coarse(first, last)
    found = joined([load(cursor, n).wide(wide) for n in within(cursor, table, first, last)])
    cursor.execute("DELETE FROM chunks WHERE of = ?", (table,))
    found = found.wide(wide)
    size = max(1, LARGEST // (24 * len(found.last)))
    for start in range(0, len(found), size):
        insert(cursor, table, found._each(lambda x, at=start: x[..., at : at + size]))


def coarse(first: int, last: int) -> int:
    """Return the width of columns that leave room for as many again: a power of two, so that
    columns which are joined again lie in one.
    """
    return 1 << (width(first, last, MOST // 2) - 1).bit_length()


def cut(cursor: sqlite3.Cursor, step: int) -> None:
    """Remove the columns that hold a step after this one."""
    for chunk, table in cursor.execute(
        "SELECT id, of FROM chunks WHERE last > ?", (step,)
    ).fetchall():
        kept = load(cursor, chunk).before(step)
        cursor.execute("DELETE FROM chunks WHERE id = ?", (chunk,))
        if len(kept):
            insert(cursor, table, kept)


def read(
    cursor: sqlite3.Cursor,
    table: int,
    places: Sequence[int],
    size: int,
    first: int,
    last: int,
    most: int,
) -> Columns:
    """Return some series of a table between two steps, in at most so many columns.

    Args:
        cursor: of the database.
        table, size: the number of the table, and how many series it holds.
        places: which of them.
        first, last: steps, both included.
        most: columns.
    """
    found = within(cursor, table, first, last) if places else []
    if not found:
        none = np.empty(0, np.int64)
        return exact(none, np.empty((len(places), 0)))
    begin, end, count = cursor.execute(
        "SELECT min(first), max(last), sum(count) FROM chunks "
        "WHERE of = ? AND last >= ? AND first <= ?",
        (table, first, last),
    ).fetchone()
    wide = 1
    if count > most:
        wide = width(max(begin, first), min(end, last), most)
    parts = []
    for chunk in found:
        columns = load(cursor, chunk).between(first, last)
        if columns.last.shape[0] != size:
            raise ValueError(f"chunk {chunk} holds {columns.last.shape[0]} series, not {size}")
        parts.append(columns.of(places).wide(wide))
    return joined(parts).wide(wide)


def reduced(parts: Sequence[Columns], most: int) -> Reduced:
    """Return one series that stands in one table or in several."""
    found = in_order(joined(parts))
    if len(found) > most:
        found = found.wide(width(int(found.first[0]), int(found.until[-1]), most))
    return found.series(0)


def within(cursor: sqlite3.Cursor, table: int, first: int, last: int) -> list[int]:
    """Return the numbers of the chunks that hold steps between two, in order."""
    query = "SELECT id FROM chunks WHERE of = ? AND last >= ? AND first <= ? ORDER BY first"
    return [chunk for (chunk,) in cursor.execute(query, (table, first, last))]


def load(cursor: sqlite3.Cursor, chunk: int) -> Columns:
    """Return a chunk; `ValueError` if it is not as it was written."""
    row = cursor.execute(f"SELECT {_FIELDS} FROM chunks WHERE id = ?", (chunk,)).fetchone()
    _, table, first, last, count, is_exact, total, steps, numbers = row
    check(total, steps, numbers, f"{table} {first} {last} {count} {is_exact}".encode())
    parts = np.frombuffer(numbers, "<f8").reshape(1 if is_exact else 3, -1, count)
    borders = np.frombuffer(steps, "<i8").reshape(1 if is_exact else 2, count)
    if is_exact:
        return exact(borders[0], parts[0])
    return Columns(*borders, *parts)


def insert(cursor: sqlite3.Cursor, table: int, columns: Columns) -> None:
    """Write a chunk."""
    kinds = ("last",) if columns.exact else ("low", "high", "last")
    numbers = b"".join(getattr(columns, kind).astype("<f8").tobytes() for kind in kinds)
    borders = (columns.first,) if columns.exact else (columns.first, columns.until)
    steps = b"".join(x.astype("<i8").tobytes() for x in borders)
    first, last = int(columns.first[0]), int(columns.until[-1])
    is_exact = int(columns.exact)
    facts = (table, first, last, len(columns), is_exact)
    total = digest(steps, numbers, " ".join(map(str, facts)).encode())
    query = f"INSERT INTO chunks ({_FIELDS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
    cursor.execute(query, (*facts, total, steps, numbers))


def stored(columns: Columns) -> int:
    """Return how many bytes the numbers of columns take."""
    return int(columns.last.nbytes) * (1 if columns.exact else 3)


def digest(*parts: bytes) -> int:
    total = 0
    for part in parts:
        total = zlib.crc32(part, total)
    return total


def check(total: int, *parts: bytes) -> None:
    """Raise `ValueError` for bytes that are not those that were written."""
    if digest(*parts) != total:
        raise ValueError("its check sum is not that of its numbers")
