"""The runs that a server shows: found in folders, known by an id, summed up cheaply.

An id is made from the path of the run: it stays the same when the server is restarted, and nothing
that comes in with a request is ever used as a path.
"""

import hashlib
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainrule.errors import FileError
from chainrule.runs.folder import Run
from chainrule.runs.lock import held
from chainrule.runs.store.database import NAME, is_blank
from chainrule.runs.store.glance import glance
from chainrule.serve.outcome import state_of

MARK = "settings.json"
Stamp = tuple[tuple[int, int, int], ...]


@dataclass
class Entry:
    """One run in the list.

    Attributes:
        id: its name in addresses.
        name: its name on the page.
        path: its folder.
    """

    id: str
    name: str
    path: Path
    _known: tuple[Stamp, dict[str, Any]] | None = field(default=None, repr=False)

    def summary(self) -> dict[str, Any]:
        """Return what the list says of the run; read anew only if its files have changed."""
        stamp = stamp_of(self.path)
        if self._known is None or self._known[0] != stamp:
            self._known = stamp, summed_up(self.path)
        known = dict(self._known[1])
        if known["state"] == "stopped" and held(self.path):
            known["state"] = "running"
        return {"id": self.id, "name": self.name, **known}


class Listing:
    """All runs below some folders, found anew at each look.

    Args:
        roots: folders of runs, or of folders of runs.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = [Path(root) for root in roots]
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    def entries(self) -> list[Entry]:
        """Return the runs that are there now, in the order of their folders and names."""
        with self._lock:
            found = {}
            for path, name in self._folders():
                key = id_of(path)
                found[key] = self._entries.get(key) or Entry(key, name, path)
            self._entries = found
            return list(found.values())

    def find(self, key: str) -> Entry | None:
        """Return the run with this id, None if there is none."""
        known = self._entries.get(key)
        if known is None:
            known = next((entry for entry in self.entries() if entry.id == key), None)
        return known if known is not None and (known.path / MARK).is_file() else None

    def _folders(self) -> Iterator[tuple[Path, str]]:
        several = len(self._roots) > 1
        for root in self._roots:
            if (root / MARK).is_file():
                yield root, root.resolve().name
                continue
            for name in sorted(folders_in(root), key=natural):
                yield root / name, f"{root.resolve().name}/{name}" if several else name


def folders_in(root: Path) -> list[str]:
    """Return the names of the folders of runs in a folder."""
    with suppress(OSError), os.scandir(root) as found:
        return [item.name for item in found if (root / item.name / MARK).is_file()]
    return []


def natural(name: str) -> list[Any]:
    """Return a key that sorts `digits-2` before `digits-10`.

    >>> sorted(["a-10", "a-2", "3", "b"], key=natural)
    ['3', 'a-2', 'a-10', 'b']
    """
    parts: list[list[Any]] = []
    for letter in name:
        kind = letter.isascii() and letter.isdigit()
        if not parts or parts[-1][0] != kind:
            parts.append([kind, ""])
        parts[-1][1] += letter
    return [(0, int(text), "") if digits else (1, 0, text) for digits, text in parts]


def id_of(path: Path) -> str:
    """Return the id of the run in a folder."""
    whole = os.fsencode(path.resolve())
    return hashlib.blake2s(whole, digest_size=8).hexdigest()


def stamp_of(path: Path) -> Stamp:
    """Return what changes when a run's files do."""
    return tuple(stamp(path / name) for name in (MARK, NAME, f"{NAME}-wal"))


def stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    if not found.st_size:  # the log of one who only reads
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def summed_up(path: Path) -> dict[str, Any]:
    """Return state, steps, last loss and settings of a run; a damaged one says what is wrong."""
    try:
        settings = Run(path).settings()
        made: dict[str, Any] = {"settings": settings, "error": None}
        return {**made, **recorded(path)}
    except FileError as error:
        nothing = {"state": "damaged", "steps": 0, "loss": None, "started": None, "ended": None}
        return {"settings": {}, "error": error.message, **nothing}


def recorded(path: Path) -> dict[str, Any]:
    """Return what a list says of the recording; of a run without one, what its files say."""
    try:
        seen = glance(path)
    except FileError:
        if is_blank(path / NAME):
            return unrecorded(path)
        raise
    return {
        "state": state_of(seen.turn, seen.data),
        "steps": seen.last_step,
        "loss": seen.loss,
        "started": seen.first,
        "ended": seen.last,
    }


def unrecorded(path: Path) -> dict[str, Any]:
    finished = (path / "model.safetensors").exists()
    history = Run(path).history()
    return {
        "state": "finished" if finished else "stopped",
        "steps": 0,
        "loss": history[-1].get("loss") if history else None,
        "started": (path / MARK).stat().st_mtime,
        "ended": None,
    }
