"""One named column of a table: its kind, its values, and which of them are missing.

| kind | values | where missing |
|---|---|---|
| number | float64 | nan |
| integer | int64 | 0 |
| boolean | bool | False |
| category | object, each a str | "" |
| date | float64, days since 1970-01-01 (UTC) | nan |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from chainrule.errors import DataError

Kind = Literal["number", "integer", "boolean", "category", "date"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Array = np.ndarray[Any, Any]

DAY_IN_MICROSECONDS = 86_400_000_000
_LARGEST = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Column:
    """A column: `values` of shape (n,) of the type that `kind` says, `missing` of shape (n,).

    >>> Column.of("age", [31.0, float("nan")]).missing
    array([False,  True])
    """

    name: str
    kind: Kind
    values: Array
    missing: Array

    @classmethod
    def of(cls, name: str, values: Array | Sequence[Any]) -> "Column":
        """Make a column of a 1-D array: numbers, booleans, texts, dates, or texts and None.

        Raises `DataError` for any other type of entry.
        """
        array = np.asarray(values)
        if array.ndim != 1:
            raise DataError(f"column '{name}' has shape {array.shape}, but needs one dimension")
        maker = _MAKERS.get(array.dtype.kind)
        if maker is None:
            raise DataError(
                f"column '{name}' holds entries of type {array.dtype}",
                hint="use numbers, booleans, texts or dates",
            )
        return maker(name, array)

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Array) -> "Column":
        """Return the column of these rows, in their order."""
        return Column(self.name, self.kind, self.values[rows], self.missing[rows])

    def texts(self) -> Array:
        """Return the entries as texts, "" where missing: whole numbers without a point.

        >>> Column.of("size", [2.0, 2.5]).texts().tolist()
        ['2', '2.5']
        """
        if self.kind == "category":
            return self.values
        write = _WRITERS[self.kind]
        pairs = zip(self.values.tolist(), self.missing.tolist(), strict=True)
        return _objects(["" if missing else write(value) for value, missing in pairs])


def _number(name: str, array: Array) -> Column:
    values = array.astype(np.float64)
    return Column(name, "number", values, np.isnan(values))


def _integer(name: str, array: Array) -> Column:
    if array.dtype.kind == "u" and array.size and int(array.max()) > _LARGEST:
        return _number(name, array)
    return Column(name, "integer", array.astype(np.int64), _nothing(array))


def _boolean(name: str, array: Array) -> Column:
    return Column(name, "boolean", array, _nothing(array))


def _category(name: str, array: Array) -> Column:
    return Column(name, "category", array.astype(object), _nothing(array))


def _date(name: str, array: Array) -> Column:
    missing = np.isnat(array)
    since = array.astype("datetime64[us]").astype(np.int64)
    return Column(name, "date", np.where(missing, np.nan, since / DAY_IN_MICROSECONDS), missing)


def _mixed(name: str, array: Array) -> Column:
    for i, entry in enumerate(array):
        if not (entry is None or isinstance(entry, str)):
            raise DataError(
                f"column '{name}' mixes types: row {i} (counted from 0) is {entry!r}",
                hint="use an array of numbers, or texts and None only",
            )
    missing = np.array([entry is None for entry in array], dtype=bool)
    return Column(name, "category", np.where(missing, "", array).astype(object), missing)


def _nothing(array: Array) -> Array:
    return np.zeros(array.shape, dtype=bool)


def _objects(entries: Sequence[str]) -> Array:
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array


def _write_number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


_MAKERS = {
    "f": _number,
    "i": _integer,
    "u": _integer,
    "b": _boolean,
    "U": _category,
    "T": _category,
    "M": _date,
    "O": _mixed,
}
_WRITERS: dict[Kind, Any] = {
    "number": _write_number,
    "integer": str,
    "boolean": lambda value: "true" if value else "false",
    "date": _write_number,
}
