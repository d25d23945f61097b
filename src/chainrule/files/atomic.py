"""Files that are whole or not there: after a crash one finds the old content or the new.

The content goes to a hidden temporary file in the same folder, and to the disk; then one rename
puts it in place. A process that is killed leaves at most that temporary file, see `sweep`.
"""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from chainrule.files.reasons import cannot

_PREFIX, _SUFFIX = ".chainrule-", ".tmp"
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_bytes(path: str | os.PathLike[str], data: bytes, *, durable: bool = True) -> None:
    """Replace the file `path` by `data`, in one step and durably.

    What is not `durable` outlives the process that wrote it, and not a power cut of the next
    seconds; it is much faster. A link is followed. On any error the old file is untouched and the
    temporary one removed.

    Raises `FileError` when the disk is full, the folder is missing or may not be written, the file
    is write-protected, or `path` is a folder or a device.
    """
    try:
        _replace(Path(os.path.realpath(path)), data, durable)
    except OSError as error:
        raise cannot("write", path, error) from error


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Replace the file `path` by `text` in UTF-8, as `write_bytes` does."""
    write_bytes(path, text.encode())


def make_folder(path: str | os.PathLike[str]) -> None:
    """Create the folder `path` and its parents, durably; `FileExistsError` if it is there."""
    folder = Path(path)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir()
    sync_folder(folder.parent)


def sync_folder(path: str | os.PathLike[str]) -> None:
    """Put the names in the folder `path` on the disk, so that a rename outlives a power cut."""
    if sys.platform == "win32":  # folders cannot be opened there, and renames are journalled
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_temporary(path: Path) -> bool:
    """Say whether `path` bears the name of one of our temporary files."""
    return path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX)


def sweep(folder: Path) -> None:
    """Remove what killed writers left in `folder`. Call it only where nobody else writes."""
    for path in folder.iterdir():
        if is_temporary(path):
            path.unlink(missing_ok=True)


def _replace(target: Path, data: bytes, durable: bool) -> None:
    _refuse_to_replace(target)
    temporary = target.with_name(f"{_PREFIX}{os.urandom(6).hex()}{_SUFFIX}")
    try:
        _fill(temporary, data, durable)
        os.replace(temporary, target)
        if durable:
            sync_folder(target.parent)
    finally:
        with suppress(OSError):  # the first error is the one to report
            temporary.unlink(missing_ok=True)


def _refuse_to_replace(target: Path) -> None:
    """Raise for what a rename would destroy unasked: a device, a protected file."""
    if target.is_dir():
        raise OSError(errno.EISDIR, "")
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "it is a device, not a file")
    if target.exists() and not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, "")


def _fill(path: Path, data: bytes, durable: bool) -> None:
    descriptor = os.open(path, _NEW_FILE, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
