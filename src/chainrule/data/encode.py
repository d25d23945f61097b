"""From a table to the numbers that a net learns from, and back.

The encoder is data: it is stored as JSON, checked when it is read, and never pickled.
`features` says how columns become inputs, `target` how the task is found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.data.column import Array, Kind
from chainrule.data.features import Feature, omission
from chainrule.data.scaling import as_numbers
from chainrule.data.sentences import on_categories, on_gaps, on_inputs, on_left_out
from chainrule.data.stored import Stored
from chainrule.data.table import Table
from chainrule.data.target import Target, Task
from chainrule.errors import DataError, nearest

VERSION = 1

MIN_PIXELS = 16
"""Fewer numbers than this are always standardised one by one, see `Encoder.fit`."""

_MARK = "chainrule_encoder"


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """How a table becomes inputs and targets; `decisions` are sentences on what was decided, why.

    >>> table = Table.of({"x": [0.0, 2.0, 4.0], "y": ["no", "yes", "no"]})
    >>> encoder = Encoder.fit(table)
    >>> encoder.task, encoder.classes, encoder.n_inputs, encoder.n_outputs
    ('binary', ('no', 'yes'), 1, 1)
    >>> encoder.targets(table)
    array([0, 1, 0])
    """

    target: Target
    features: tuple[Feature, ...]
    decisions: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls,
        table: Table,
        target: str | None = None,
        task: str | None = None,
        *,
        rows: Array | Sequence[int] | None = None,
    ) -> "Encoder":
        """Decide on target, task and inputs; take means, scales and categories from `rows` only.

        Target and task are found by `Target.fit`. Columns that say nothing are left out: empty,
        constant, texts that are all different, whole numbers named as an id. Numbers get mean 0
        and standard deviation 1; but if there are `MIN_PIXELS` or more, none negative or missing,
        most of them starting at 0 and reaching half of the largest, they are taken for the pixels
        of an image and all divided by that largest.

        Raises `UsageError` for a target or task that does not exist; `DataError` for a table that
        cannot be learnt from: an unsuitable target, an infinite entry, fewer than two rows, no
        inputs.
        """
        index = np.arange(len(table)) if rows is None else np.asarray(rows)
        if len(index) < 2:
            raise DataError(f"learning needs 2 rows or more, not {len(index)}")
        goal = Target.fit(table, target, task, rows=index)
        left_out = _left_out(table, goal.name, index)
        names = [name for name in table.names if name != goal.name and name not in left_out]
        if not names:
            raise _no_inputs(goal.name, left_out)
        features = tuple(Feature.fit(table, name, index) for name in names)
        features, scaling = _share_scale(features, table, index)
        on_columns = (
            *on_inputs(features, scaling),
            *on_categories(features, table, index),
            *on_gaps(features),
            *on_left_out(left_out),
        )
        sentences = (*table.notes, *goal.reasons, *on_columns)
        return cls(target=goal, features=features, decisions=sentences)

    @property
    def task(self) -> Task:
        """ "binary", "multiclass" or "regression"."""
        return self.target.task

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes in order; empty for a regression."""
        return self.target.classes

    @property
    def inputs_by_name(self) -> tuple[str, ...]:
        """The name of each input, such as ``age`` or ``sex=female``."""
        return tuple(name for feature in self.features for name in feature.inputs)

    @property
    def n_inputs(self) -> int:
        """The number of inputs, d."""
        return len(self.inputs_by_name)

    @property
    def n_outputs(self) -> int:
        """The outputs a net needs: one a class, but one alone for two classes or a quantity."""
        return self.target.n_outputs

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each column, for `read`: a file to predict from is read like the first."""
        return {feature.name: feature.kind for feature in self.features}

    def inputs(self, table: Table) -> Array:
        """Return the inputs, float32 of shape (n, n_inputs).

        Every column that was used in `fit` must be there; others are ignored.

        Raises `DataError` for a column that is not there, text instead of numbers, or an entry that
        is infinite or too large.
        """
        known = [name for name in table.names if name != self.target.name]
        for feature in self.features:
            if feature.name not in table:
                raise DataError(
                    f"the column '{feature.name}' is missing, and the model needs it",
                    hint=nearest(feature.name, known),
                )
        result = np.empty((len(table), self.n_inputs), dtype=np.float32)
        start = 0
        for feature in self.features:
            encoded = feature.encode(table)
            result[:, start : start + encoded.shape[1]] = encoded
            start += encoded.shape[1]
        return result

    def targets(self, table: Table) -> Array:
        """Return class numbers, int64 (n,), or standardised values, float32 (n, 1)."""
        return self.target.values(table)

    def decode(self, outputs: Array) -> Array:
        """Return class names, or values in the table's units, for outputs; see `Target.decode`."""
        return self.target.decode(outputs)

    def to_json(self) -> dict[str, Any]:
        """Return the encoder in JSON's types."""
        return {
            _MARK: VERSION,
            "target": self.target.to_json(),
            "features": [feature.to_json() for feature in self.features],
            "decisions": list(self.decisions),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Encoder":
        """Return the encoder that `to_json` stored; equal to it, to the bit.

        Raises `FileError`, naming the entry, if anything is missing or wrong.
        """
        stored = Stored(value)
        if stored.number(_MARK) != VERSION:
            raise stored.refuse(_MARK, f"{VERSION}, the version that is read here")
        features = tuple(Feature.from_json(item) for item in stored.objects("features"))
        names = [feature.name for feature in features]
        if not names or len(set(names)) < len(names):
            raise stored.refuse("features", "one or more, with different names")
        return cls(
            target=Target.from_json(stored.object("target")),
            features=features,
            decisions=stored.texts("decisions"),
        )


def _left_out(table: Table, target: str, rows: Array) -> dict[str, str]:
    """Return why, for each column that is of no use."""
    reasons = {c.name: omission(c, rows) for c in table.columns if c.name != target}
    return {name: reason for name, reason in reasons.items() if reason}


def _no_inputs(target: str, left_out: Mapping[str, str]) -> DataError:
    if not left_out:
        return DataError(
            f"there are no inputs: the target '{target}' is the only column",
            hint="add a column to learn from",
        )
    return DataError("there are no inputs: " + "; ".join(on_left_out(left_out)))


def _share_scale(
    features: tuple[Feature, ...], table: Table, rows: Array
) -> tuple[tuple[Feature, ...], str]:
    """Give pixels one scale; return the sentence on how numbers are scaled."""
    pixels = [feature for feature in features if feature.kind == "number"]
    ranges = np.array([_range(table, feature.name, rows) for feature in pixels]).reshape(-1, 2)
    lows, highs = ranges.T
    if not _are_pixels(lows, highs):
        return features, "with mean 0 and standard deviation 1"
    top = float(highs.max())
    scaled = tuple(replace(f, mean=0.0, scale=top) if f.kind == "number" else f for f in features)
    return scaled, f"taken for pixels, because they share a range: divided by {top:g}"


def _range(table: Table, name: str, rows: Array) -> tuple[float, float]:
    """Return the smallest and the largest entry; nan if one is missing."""
    values = as_numbers(table[name], table.place)[rows]
    return float(values.min()), float(values.max())


def _are_pixels(lows: Array, highs: Array) -> bool:
    if len(lows) < MIN_PIXELS or not bool(np.all(lows >= 0)):  # nan, a missing entry, is no pixel
        return False
    return float(np.median(lows)) == 0 and 2 * float(np.median(highs)) >= float(highs.max())
