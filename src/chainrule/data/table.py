"""A table in memory: named columns of equal length, and where they came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.data.column import Array, Column
from chainrule.errors import DataError, nearest


@dataclass(frozen=True, eq=False)
class Table:
    """Columns in order; at least one column and one row.

    `origin` names the file or the built-in set. `lines` holds, for a text file, the line on which
    each row begins, as an editor counts. `notes` are sentences on what the reader decided.

    >>> table = Table.of({"x": [0.0, 1.0], "y": ["no", "yes"]})
    >>> table.names, len(table)
    (('x', 'y'), 2)
    """

    columns: tuple[Column, ...]
    origin: str = ""
    lines: Array | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns:
            raise DataError(f"{self._of()}the table has no columns")
        lengths = {column.name: len(column) for column in self.columns}
        if len(lengths) < len(self.columns):
            raise DataError(f"{self._of()}two columns are named '{first_double(self.names)}'")
        if len(set(lengths.values())) > 1:
            raise DataError(f"{self._of()}the columns differ in length: {lengths}")
        if len(self) == 0:
            raise DataError(f"{self._of()}the table has no rows")

    @classmethod
    def of(cls, columns: Mapping[str, Array | Sequence[Any]], *, origin: str = "") -> "Table":
        """Make a table of arrays or lists by name; see `Column.of` for what they may hold."""
        made = tuple(Column.of(name, values) for name, values in columns.items())
        return cls(made, origin)

    def __len__(self) -> int:
        return len(self.columns[0])

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise DataError(f"{self._of()}there is no column '{name}'", hint=nearest(name, self.names))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def take(self, rows: Array | Sequence[int]) -> "Table":
        """Return the table of these rows, in their order."""
        index = np.asarray(rows)
        columns = tuple(column.take(index) for column in self.columns)
        lines = None if self.lines is None else self.lines[index]
        return replace(self, columns=columns, lines=lines)

    def place(self, row: int) -> str:
        """Name a row (counted from 0) as its source counts: lines of a text file from 1."""
        return place_in(self.origin, row, self.lines)

    def _of(self) -> str:
        return f"'{self.origin}': " if self.origin else ""


def place_in(origin: str, row: int, lines: Array | None) -> str:
    """Name a row (counted from 0) as its source counts: lines of a text file from 1.

    >>> place_in("a.csv", 0, np.array([2])), place_in("", 0, None)
    ("line 2 of 'a.csv'", 'row 0 (counted from 0)')
    """
    of = f" of '{origin}'" if origin else ""
    return f"row {row}{of} (counted from 0)" if lines is None else f"line {lines[row]}{of}"


def first_double(names: Sequence[str]) -> str:
    """Return the first name that stands twice in `names`; "" if none does."""
    seen = set[str]()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
