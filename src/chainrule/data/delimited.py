"""CSV and TSV files: UTF-8 text, one row a line, names in the first.

The separator of a ``.tsv`` is the tab; of a ``.csv`` the comma, unless the first line holds none
and has semicolons or tabs. With semicolons, "3,14" is a number. A first line that holds numbers
only, or a number with a point, is a row and not the names; columns are then `x0`, `x1` and so on.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chainrule.data.column import Kind
from chainrule.data.infer import MISSING, as_number, infer
from chainrule.data.table import Table, first_double, place_in
from chainrule.errors import DataError, FileError


def read_delimited(path: Path, data: bytes, kinds: Mapping[str, Kind]) -> Table:
    """Read the bytes of the CSV or TSV file `path`; `kinds` overrides what the entries look like.

    Raises `FileError` for bytes that are no UTF-8 text; `DataError` for an empty file, ragged rows,
    names that stand twice, and text among numbers.
    """
    text = _decode(path, data)
    separator = "\t" if path.suffix.lower() == ".tsv" else _separator(text)
    sheet = _with_names(path, list(_rows(path, text, separator)), separator)
    lines = np.array(sheet.lines, dtype=np.int64)
    columns = tuple(
        infer(
            name,
            entries,
            lambda row: place_in(str(path), row, lines),
            kind=kinds.get(name),
            decimal_comma=separator == ";",
        )
        for name, entries in zip(sheet.names, zip(*sheet.rows, strict=True), strict=True)
    )
    return Table(columns, str(path), lines, sheet.notes)


@dataclass(frozen=True)
class _Sheet:
    """The texts of a file: names, rows, and the line on which each row begins."""

    names: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    notes: tuple[str, ...] = ()


def _decode(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(f"'{path}' is UTF-16, not UTF-8", hint="save it again as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"'{path}' is not UTF-8: byte {error.start} (counted from 0) is "
            f"0x{error.object[error.start]:02x}",
            hint=f"save it again as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8 '{path}'",
        ) from error
    if "\0" in text:
        raise FileError(f"'{path}' is not text: it holds a zero byte at {data.index(0)}")
    return text


def _separator(text: str) -> str:
    first = text.lstrip("\r\n").partition("\n")[0]
    if "," in first:
        return ","
    return max(";\t", key=first.count) if ";" in first or "\t" in first else ","


def _rows(path: Path, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line on which it begins."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"line {line} of '{path}' cannot be split into entries: {error}",
            hint="look for a quotation mark that is not closed",
        ) from error


def _with_names(path: Path, rows: list[tuple[int, list[str]]], separator: str) -> _Sheet:
    if not rows:
        raise DataError(f"'{path}' is empty", hint="a table needs a line of names, then rows")
    first = [name.strip() for name in rows[0][1]]
    notes: tuple[str, ...] = ()
    if _is_row(first):
        first = [f"x{i}" for i in range(len(first))]
        notes = (f"the first line holds numbers, so it is a row; columns are x0 to {first[-1]}",)
    else:
        rows = rows[1:]
    if not rows:
        raise DataError(f"'{path}' holds a line of names and no rows", hint="add rows below it")
    names = [name or f"unnamed {i + 1}" for i, name in enumerate(first)]
    _refuse_doubles(path, names)
    _refuse_ragged(path, rows, len(names), separator)
    return _Sheet(names, [row for _, row in rows], [line for line, _ in rows], notes)


def _is_row(first: Sequence[str]) -> bool:
    """Tell whether the first line is a row: a number with a point in it, or nothing but numbers."""
    numbers = [as_number(text) is not None for text in first if text not in MISSING]
    point = any("." in text and as_number(text) is not None for text in first)
    return point or (bool(numbers) and all(numbers))


def _refuse_doubles(path: Path, names: Sequence[str]) -> None:
    double = first_double(names)
    if double:
        at = [i + 1 for i, name in enumerate(names) if name == double]
        raise DataError(
            f"'{path}' has two columns named '{double}': columns {at[0]} and {at[1]}",
            hint="rename one of them",
        )


def _refuse_ragged(
    path: Path, rows: Sequence[tuple[int, list[str]]], width: int, separator: str
) -> None:
    for line, row in rows:
        if len(row) != width:
            mark = {"\t": "tab", ";": "semicolon"}.get(separator, "comma")
            raise DataError(
                f"line {line} of '{path}' has {_count(len(row), 'entry', 'entries')}, "
                f"but the first line has {width}",
                hint=f"add or remove entries; quote an entry that contains a {mark}",
            )


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"
