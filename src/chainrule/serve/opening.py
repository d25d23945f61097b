"""The recording of a run, where there is one yet."""

from pathlib import Path

from chainrule.errors import FileError
from chainrule.runs.store import Store
from chainrule.runs.store.database import NAME, is_blank


def opened(path: Path) -> Store | None:
    """Return the store of a run, None where nothing was recorded, yet.

    Raises `FileError` for a recording that is damaged or of another version.
    """
    try:
        return Store.open(path)
    except FileError:
        if is_blank(path / NAME):
            return None
        raise
