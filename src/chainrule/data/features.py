"""One column of a table as inputs of a net.

| kind | inputs | missing entry | not seen in fit |
|---|---|---|---|
| number, date | ``(value - mean) / scale`` | 0, the mean | |
| boolean | 0 or 1 | 0 | |
| category | one input for each category, 1 for the entry's own | all 0 | all 0 |

If entries were missing in fit, one more input is 1 where the entry is missing and 0 elsewhere.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from chainrule.data.column import Array, Column, Kind
from chainrule.data.scaling import as_numbers, spread, standardise
from chainrule.data.stored import Stored
from chainrule.data.table import Table
from chainrule.errors import DataError

FeatureKind = Literal["number", "date", "boolean", "category"]
FEATURE_KINDS: tuple[FeatureKind, ...] = get_args(FeatureKind)

MAX_CATEGORIES = 50
"""The most frequent categories that get an input of their own; the others count as not seen."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    """How one column becomes inputs; `gaps` tells whether there is an input for "missing"."""

    name: str
    kind: FeatureKind
    gaps: bool = False
    mean: float = 0.0
    scale: float = 1.0
    categories: tuple[str, ...] = ()

    @classmethod
    def fit(cls, table: Table, name: str, rows: Array) -> "Feature":
        """Learn mean and scale, or the categories, from these rows of a column.

        Raises `DataError` for an infinite entry anywhere in the column.
        """
        column = table[name]
        gaps = bool(column.missing[rows].any())
        if column.kind == "category":
            return cls(name=name, kind="category", gaps=gaps, categories=_frequent(column, rows))
        if column.kind == "boolean":
            return cls(name=name, kind="boolean", gaps=gaps)
        values = as_numbers(column, table.place)[rows]
        mean, scale = spread(values[~np.isnan(values)])
        kind: FeatureKind = "date" if column.kind == "date" else "number"
        return cls(name=name, kind=kind, gaps=gaps, mean=mean, scale=scale)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs: ``age``, ``sex=female``, ``age is missing``."""
        own: tuple[str, ...] = (self.name,)
        if self.kind == "category":
            own = tuple(f"{self.name}={category}" for category in self.categories)
        return (*own, f"{self.name} is missing") if self.gaps else own

    def encode(self, table: Table) -> Array:
        """Return the inputs, float32 of shape (n, len(inputs)).

        Raises `DataError` if the column is not there, holds text instead of numbers, or an entry
        that is infinite or too large.
        """
        column = table[self.name]
        if self.kind == "category":
            own = _one_hot(column.texts(), self.categories)
        else:
            self._refuse_mixture(column)
            numbers = as_numbers(column, table.place)
            scaled = standardise(self.name, numbers, self.mean, self.scale, table.place)
            own = np.where(column.missing, np.float32(0), scaled)[:, None]
        return np.column_stack([own, column.missing.astype(np.float32)]) if self.gaps else own

    def to_json(self) -> dict[str, Any]:
        """Return the feature in JSON's types."""
        return {
            "name": self.name,
            "kind": self.kind,
            "gaps": self.gaps,
            "mean": self.mean,
            "scale": self.scale,
            "categories": list(self.categories),
        }

    @classmethod
    def from_json(cls, stored: Stored) -> "Feature":
        """Return the feature that `to_json` stored; `FileError` if it is damaged."""
        kind = stored.text("kind", among=FEATURE_KINDS)
        return cls(
            name=stored.text("name"),
            kind=next(known for known in FEATURE_KINDS if known == kind),
            gaps=stored.truth("gaps"),
            mean=stored.number("mean"),
            scale=stored.number("scale", positive=True),
            categories=stored.texts("categories", distinct=True),
        )

    def _refuse_mixture(self, column: Column) -> None:
        """Days since 1970 and plain numbers are both floats, but do not mean the same."""
        if not column.missing.all() and (column.kind == "date") != (self.kind == "date"):
            needed, found = ("dates", "numbers") if self.kind == "date" else ("numbers", "dates")
            raise DataError(f"column '{self.name}' holds {found}, but held {needed} in training")


def omission(column: Column, rows: Array) -> str:
    """Return why a column is of no use as an input, judged by these rows; "" if it is of use."""
    present = column.values[rows][~column.missing[rows]]
    if len(present) == 0:
        return "no entry is present"
    distinct = len(set(present.tolist()))
    if distinct == 1 and len(present) == len(rows):
        return "always the same"
    judge = _OMISSIONS.get(column.kind)
    return judge(column.name, distinct, len(present)) if judge else ""


def _omit_text(_: str, distinct: int, present: int) -> str:
    if distinct == present:
        return "every text is different"
    if distinct > MAX_CATEGORIES and 2 * distinct > present:
        return f"{distinct} different texts in {present} rows"
    return ""


def _omit_integer(name: str, distinct: int, present: int) -> str:
    words = name.replace("_", " ").replace("-", " ")
    names_rows = words.lower() in ("id", "index", "row") or words.endswith((" id", "Id", "ID"))
    if distinct == present and (names_rows or name.startswith(_UNNAMED)):
        return "it numbers the rows"
    return ""


_OMISSIONS: dict[Kind, Callable[[str, int, int], str]] = {
    "category": _omit_text,
    "integer": _omit_integer,
}
_UNNAMED = ("unnamed ", "__index_level_")  # what is read from a table that pandas has written


def _frequent(column: Column, rows: Array) -> tuple[str, ...]:
    """Return the most frequent categories of these rows, sorted by name."""
    counts = Counter(column.values[rows][~column.missing[rows]].tolist())
    by_count = sorted(counts, key=lambda name: (-counts[name], name))
    return tuple(sorted(by_count[:MAX_CATEGORIES]))


def _one_hot(texts: Array, categories: tuple[str, ...]) -> Array:
    number = {category: i for i, category in enumerate(categories)}
    at = np.array([number.get(text, -1) for text in texts], dtype=np.int64)
    known = np.flatnonzero(at >= 0)
    hot = np.zeros((len(texts), len(categories)), dtype=np.float32)
    hot[known, at[known]] = 1
    return hot
