"""From a name to a table: a file of any format we read, or a built-in set."""

import os
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path

from chainrule.data import builtin
from chainrule.data.arrays import read_npy, read_npz
from chainrule.data.column import Kind
from chainrule.data.delimited import read_delimited
from chainrule.data.parquet import read_parquet
from chainrule.data.table import Table
from chainrule.errors import DataError, FileError, UsageError, nearest

Reader = Callable[[Path, bytes, Mapping[str, Kind]], Table]

READERS: dict[str, Reader] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".parquet": lambda path, data, kinds: read_parquet(path, data),
    ".npz": lambda path, data, kinds: read_npz(path, data),
    ".npy": lambda path, data, kinds: read_npy(path, data),
}
"""The reader of each ending."""


def open_table(source: str | os.PathLike[str], *, kinds: Mapping[str, Kind] | None = None) -> Table:
    """Return a built-in set by its name, or read a file.

    The built-in names have no ending and files must have one, so the two never compete; a file
    without ending that bears a built-in name is not looked at.

    Raises what `read` raises; for a name that is neither, the nearest of both is suggested.
    """
    if source in builtin.NAMES:
        return builtin.load(str(source))
    path = Path(source)
    if path.suffix or path.exists() or path.parent != Path():
        return read(path, kinds=kinds)
    raise FileError(
        f"'{source}' is neither a file nor a built-in table",
        hint=nearest(str(source), [*builtin.NAMES, *_tables_in(path.parent)]),
    )


def read(path: str | os.PathLike[str], *, kinds: Mapping[str, Kind] | None = None) -> Table:
    """Read a CSV, TSV, Parquet, NPZ or NPY file.

    `kinds` names columns of a text file whose kind is known, from `Encoder.kinds` or from the user
    (``{"zip": "category"}``); the rest is found by looking at the entries, see `infer`.

    Raises `FileError` if the file is missing, damaged, not UTF-8 or holds objects; `DataError` if
    its rows form no table; `UsageError` for an ending we do not read, or if polars is needed and
    not there.
    """
    path = Path(path)
    data = _bytes(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        ending = f"the ending '{path.suffix}'" if path.suffix else "no ending"
        raise UsageError(
            f"'{path}' has {ending}, so its format is not known",
            hint=f"endings that are read: {' '.join(READERS)}",
        )
    if not data:
        raise DataError(f"'{path}' is empty", hint="is it still being written?")
    return reader(path, data, kinds or {})


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        inside = ", ".join(_tables_in(path)[:5])
        hint = f"name a file in it, such as: {inside}" if inside else "name a file"
        raise FileError(f"'{path}' is a folder, not a file", hint=hint) from error
    except FileNotFoundError as error:
        raise FileError(f"there is no file '{path}'", hint=_near(path)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"'{path}' cannot be read: {reason}") from error


def _near(path: Path) -> str:
    """Suggest the file next to `path` whose name without ending is the closest."""
    by_stem = {Path(name).stem: name for name in _tables_in(path.parent)}
    close = get_close_matches(path.stem, by_stem, n=1)
    return f"did you mean '{by_stem[close[0]]}'?" if close else "check the name and the folder"


def _tables_in(folder: Path) -> list[str]:
    """Return the names of the files in `folder` that have an ending we read, sorted."""
    try:
        return sorted(p.name for p in folder.iterdir() if p.suffix.lower() in READERS)
    except OSError:
        return []
