"""The file run.db: how it is made, opened and recognised, and what its errors mean.

SQLite with a write-ahead log: one process writes, any number read meanwhile, and what is committed
outlives the process that wrote it.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from chainrule.errors import FileError
from chainrule.files.reasons import cannot

NAME = "run.db"
VERSION = 1
MARK = 0x63525231  # application_id: "cRR1"
LOG = 1 << 24  # bytes that the log may keep when all in it has come into the file
PATIENCE = 5.0  # seconds to wait for another process that writes at this moment

SCHEMA = """
CREATE TABLE state (version INTEGER NOT NULL);
INSERT INTO state VALUES (0);
CREATE TABLE tables (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, of INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    count INTEGER NOT NULL, exact INTEGER NOT NULL, sum INTEGER NOT NULL,
    steps BLOB NOT NULL, numbers BLOB NOT NULL);
CREATE INDEX chunks_of ON chunks (of, first, last, count);
CREATE INDEX chunks_last ON chunks (last);
CREATE TABLE histograms (
    step INTEGER NOT NULL, of INTEGER NOT NULL, sum INTEGER NOT NULL, counts BLOB NOT NULL,
    PRIMARY KEY (step, of));
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, step INTEGER NOT NULL,
    time REAL NOT NULL, data TEXT NOT NULL);
CREATE INDEX events_step ON events (step);
"""

_AGAIN = "restore it from a copy, or train again in a new run"


def create(path: Path) -> sqlite3.Connection:
    """Return a connection that writes; the file is made, or taken up where it is one of ours."""
    with errors_of(path, "write"):
        connection = connected(path.absolute().as_uri())
        try:
            if not tables_in(connection):
                make(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "PRAGMA synchronous = NORMAL"
            )  # what is lost to a power cut: seconds
            refuse_other(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


def make(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA journal_mode = WAL")
    marks = f"PRAGMA application_id = {MARK}; PRAGMA user_version = {VERSION};"
    connection.executescript(f"BEGIN; {SCHEMA} {marks} COMMIT;")


def gather(connection: sqlite3.Connection) -> None:
    """Bring the log into the file, so that one file is all there is to copy."""
    if not connection.execute("PRAGMA query_only").fetchone()[0]:
        with suppress(sqlite3.OperationalError):  # where others read at this moment, it stays
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def read(path: Path) -> sqlite3.Connection:
    """Return a connection that reads, also where nothing can be written: a CD, another's folder."""
    if not path.is_file():
        raise FileError(
            f"'{path.parent}' holds no recording: {path.name} is missing",
            hint="train with run=..., without record=False or --no-record",
        )
    with errors_of(path, "read"):
        uri = "file:" + quote(str(path.absolute()))
        try:
            return checked(connected(f"{uri}?mode=ro"), path)
        except sqlite3.OperationalError:
            if has_log(path):
                raise
            return checked(connected(f"{uri}?mode=ro&immutable=1"), path)


def is_blank(path: Path) -> bool:
    """Return whether there is no recording yet: no file, or one that is being made right now."""
    if not path.exists():
        return True
    with suppress(sqlite3.Error):
        connection = connected("file:" + quote(str(path.absolute())) + "?mode=ro")
        with closing(connection):
            return not tables_in(connection)
    return False


def has_log(path: Path) -> bool:
    """Return whether something was written that has not come into the file itself yet."""
    log = path.with_name(path.name + "-wal")
    with suppress(OSError):
        return log.stat().st_size > 0
    return False


def connected(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, timeout=PATIENCE, isolation_level=None, uri=True, check_same_thread=False
    )
    if "?mode=ro" in uri:
        connection.execute("PRAGMA query_only = 1")
    return connection


def checked(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Return the connection to a file that was found to be ours."""
    try:
        refuse_other(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def refuse_other(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `FileError` for the database of another program or of another version."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if mark != MARK:
        raise FileError(f"'{path}' is damaged, or the database of another program", hint=_AGAIN)
    if version != VERSION:
        raise FileError(
            f"'{path}' is of version {version}, this chainrule reads {VERSION}",
            hint="upgrade chainrule",
        )
    if tables_in(connection) < {"state", "tables", "chunks", "histograms", "events"}:
        raise damaged(path, "it lacks a table")


def tables_in(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the tables."""
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def damaged(path: Path, why: str) -> FileError:
    return FileError(f"'{path}' is damaged: {why}", hint=_AGAIN)


@contextmanager
def errors_of(path: Path, verb: str) -> Iterator[None]:
    """Turn what SQLite raises into a `FileError` that names the file and says what to try."""
    try:
        yield
    except sqlite3.Error as error:
        raise meaning(path, verb, error) from error


def meaning(path: Path, verb: str, error: sqlite3.Error) -> FileError:
    """Return the `FileError` for an error of SQLite."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    number = {
        sqlite3.SQLITE_FULL: errno.ENOSPC,
        sqlite3.SQLITE_READONLY: errno.EROFS,
        sqlite3.SQLITE_CANTOPEN: errno.EACCES,
        sqlite3.SQLITE_PERM: errno.EACCES,
    }.get(code & 0xFF)
    if number is not None:
        return cannot(verb, path, OSError(number, ""))
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        message = f"cannot {verb} '{path}': another process holds it"
        return FileError(message, hint="try again when it has ended")
    if code & 0xFF == sqlite3.SQLITE_IOERR:
        message = f"cannot {verb} '{path}': the disk reports an error"
        return FileError(message, hint="look at the disk, and at the space left on it")
    return damaged(path, str(error))
