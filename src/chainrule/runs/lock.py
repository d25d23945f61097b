"""One process at a time trains in a run folder; what a killed process held is free at once."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chainrule.errors import FileError

LOOKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.0)  # seconds: who asks holds it for a moment

if sys.platform != "win32":
    import fcntl

    def _claim(folder: Path) -> int:
        """Return a handle on the folder that no other has; `BlockingIOError` if one has it.

        The lock is the system's and on the folder itself: no file is left behind.
        """
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise
        except OSError:  # a disk in a network that knows no locks
            pass
        return handle

else:

    def _claim(folder: Path) -> int:
        """Return a handle on a file that vanishes with it; `BlockingIOError` if it is there."""
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_TEMPORARY
        try:
            return os.open(folder / "lock", flags)
        except (FileExistsError, PermissionError) as error:
            raise BlockingIOError from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a run folder: nobody else trains in it meanwhile.

    Raises `FileError` if another process, or another call in this one, holds it.
    """
    for patience in LOOKS:
        try:
            handle = _claim(folder)
            break
        except BlockingIOError:
            time.sleep(patience)
    else:
        raise FileError(
            f"another process is training in '{folder}'",
            hint="wait until it has ended, or start a new run",
        ) from None
    try:
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


def held(folder: Path) -> bool:
    """Return whether a process is training in a run folder at this moment."""
    try:
        handle = _claim(folder)
    except BlockingIOError:
        return True
    except OSError:  # it is gone, or nobody may look into it
        return False
    with suppress(OSError):
        os.close(handle)
    return False
