"""From the texts of a column to its kind and its values.

A column whose present entries are all "true" or "false" is boolean; all numbers: integer or number;
all ISO dates (2024-05-17, perhaps with a time): dates; anything else: a category.
Text among numbers is refused rather than guessed at, see `STRAY_SHARE`.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from chainrule.data.column import Array, Column, Kind
from chainrule.errors import DataError

MISSING = frozenset(
    {"", "?", "NA", "N/A", "#N/A", "n/a", "NaN", "nan", "NULL", "null", "None"},
)
"""The entries that mean "no value", once the spaces around them are gone."""

STRAY_SHARE = 0.1
"""A column is one of numbers with mistakes in it, and refused, if at most this share of its present
entries (or a single one of three and more) is text. Above it, the column is a category."""

Place = Callable[[int], str]

_TRUTH = {"true": True, "false": False}
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")
_LARGEST = 2**63 - 1
_DAY = 86400.0


def infer(
    name: str,
    texts: Sequence[str],
    place: Place,
    *,
    kind: Kind | None = None,
    decimal_comma: bool = False,
) -> Column:
    """Make a column of texts, of the `kind` given or else found.

    `place` names a row in messages. Raises `DataError` for text among numbers, naming the first.
    """
    entries = [text.strip() for text in texts]
    values = {text: _value(text, decimal_comma) for text in set(entries)}
    if kind is None:
        kind = _kind(entries, values)
    if kind in ("number", "integer"):
        return _numbers(name, entries, values, place)
    return _READERS[kind](name, entries, place)


def as_number(text: str, *, decimal_comma: bool = False) -> float | None:
    """Return the number that `text` is, or None."""
    if "_" in text:
        return None
    try:
        return float(text.replace(",", ".") if decimal_comma else text)
    except ValueError:
        return None


def _value(text: str, decimal_comma: bool) -> float | None:
    return math.nan if text in MISSING else as_number(text, decimal_comma=decimal_comma)


def _kind(entries: Sequence[str], values: Mapping[str, float | None]) -> Kind:
    strays = {text for text, value in values.items() if value is None}
    if not strays:
        return "number"
    distinct = values.keys() - MISSING
    if all(text.lower() in _TRUTH for text in distinct):
        return "boolean"
    if all(as_days(text) is not None for text in distinct):
        return "date"
    present = sum(text not in MISSING for text in entries)
    count = sum(text in strays for text in entries)
    few = count <= STRAY_SHARE * present or (count == 1 and present > 2)
    return "number" if few else "category"


def _numbers(
    name: str, entries: Sequence[str], values: Mapping[str, float | None], place: Place
) -> Column:
    numbers = [values[text] for text in entries]
    if None in values.values():
        raise _stray(name, entries, numbers, place)
    distinct = values.keys() - MISSING
    if distinct and all(map(_is_whole, distinct)):
        gaps = _gaps(entries)
        whole = [0 if gap else int(text) for text, gap in zip(entries, gaps.tolist(), strict=True)]
        return Column(name, "integer", np.array(whole, dtype=np.int64), gaps)
    return Column.of(name, np.array(numbers, dtype=np.float64))


def _stray(
    name: str, entries: Sequence[str], numbers: Sequence[float | None], place: Place
) -> DataError:
    at = numbers.index(None)
    others = numbers.count(None) - 1
    more = f" ({others} more in this column)" if others else ""
    return DataError(
        f"{place(at)}, column '{name}': '{entries[at]}' is text among numbers{more}",
        hint="correct the entry, or leave it empty if the value is not known",
    )


def _is_whole(text: str) -> bool:
    return bool(_WHOLE.fullmatch(text)) and len(text) < 20 and abs(int(text)) <= _LARGEST


def _booleans(name: str, entries: Sequence[str], place: Place) -> Column:
    gaps = _gaps(entries)
    for i in np.flatnonzero(~gaps).tolist():
        if entries[i].lower() not in _TRUTH:
            raise _other(name, entries[i], "neither 'true' nor 'false'", place(i))
    return Column(name, "boolean", np.array([text.lower() == "true" for text in entries]), gaps)


def _dates(name: str, entries: Sequence[str], place: Place) -> Column:
    gaps = _gaps(entries)
    days = [math.nan if gap else as_days(text) for text, gap in zip(entries, gaps, strict=True)]
    if None in days:
        i = days.index(None)
        raise _other(name, entries[i], "no date such as 2024-05-17", place(i))
    return Column(name, "date", np.array(days, dtype=np.float64), gaps)


def as_days(text: str) -> float | None:
    """Return the days from 1970-01-01 to an ISO date (UTC unless it names a zone), or None.

    >>> as_days("1970-01-02 12:00")
    1.5
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() / _DAY
    except (ValueError, OverflowError):
        return None


def _other(name: str, text: str, fault: str, place: str) -> DataError:
    return DataError(
        f"{place}, column '{name}': '{text}' is {fault}",
        hint="correct the entry, or leave it empty if the value is not known",
    )


def _categories(name: str, entries: Sequence[str], _: Place) -> Column:
    values = np.empty(len(entries), dtype=object)
    values[:] = ["" if text in MISSING else text for text in entries]
    return Column(name, "category", values, _gaps(entries))


def _gaps(entries: Sequence[str]) -> Array:
    return np.array([text in MISSING for text in entries], dtype=bool)


_READERS = {"boolean": _booleans, "date": _dates, "category": _categories}
