"""The target of a table: classes or a quantity, and its way to numbers and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from chainrule.data.column import Array, Column
from chainrule.data.scaling import as_numbers, spread, standardise
from chainrule.data.stored import Stored
from chainrule.data.table import Table
from chainrule.errors import DataError, UsageError, nearest

Task = Literal["binary", "multiclass", "regression"]
TASKS: tuple[Task, ...] = get_args(Task)

MAX_NUMBER_CLASSES = 20
"""Whole numbers are classes if they take two values, or at most this many..."""

ROWS_A_CLASS = 10
"""...and there are at least this many rows for each of them."""

MAX_SINGLE_CLASSES = 20
"""Texts that are all different are refused as classes above this many."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is learnt: `classes` in sorted order, or the `mean` and `scale` of a quantity.

    `reasons` are the sentences on what was decided.
    """

    name: str
    task: Task
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    scale: float = 1.0
    reasons: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls,
        table: Table,
        name: str | None = None,
        task: str | None = None,
        *,
        rows: Array | Sequence[int] | None = None,
    ) -> "Target":
        """Find the target column and the task; `name` and `task` override what would be found.

        Without `name` the last column is the target. Texts and booleans are classes; so are whole
        numbers with few values (`MAX_NUMBER_CLASSES`, `ROWS_A_CLASS`); anything else is a quantity.
        Classes are those of the whole table, mean and scale those of `rows`.

        Raises `UsageError` for a name or task that does not exist; `DataError` for a target that is
        missing or not finite in some row, has one class only, or does not suit the task.
        """
        column, why = _column(table, name)
        _refuse_gaps(table, column)
        if task is None:
            task, because = _task(column)
        else:
            task, because = _known_task(task), "as asked"
        if task == "regression":
            return _quantity(table, column, rows, why, because)
        return _classes(table, column, task, why, because)

    @property
    def n_outputs(self) -> int:
        """The outputs a net needs: one a class, but one alone for two classes or a quantity."""
        return len(self.classes) if self.task == "multiclass" else 1

    def values(self, table: Table) -> Array:
        """Return class numbers, int64 of shape (n,), or standardised values, float32 (n, 1).

        Raises `DataError` for a value that is missing, not finite, or a class not seen in `fit`.
        """
        column = table[self.name]
        _refuse_gaps(table, column)
        if self.task == "regression":
            numbers = as_numbers(column, table.place)
            return standardise(column.name, numbers, self.mean, self.scale, table.place)[:, None]
        return self._numbers_of(table, column.texts())

    def decode(self, outputs: Array) -> Array:
        """Return the class names (n,) that outputs before the last sigmoid or softmax stand for.

        For a quantity, return the values in the units of the table, float64 of shape (n,).
        `outputs` has the shape (n, n_outputs).

        Raises `UsageError` for another shape.
        """
        outputs = np.asarray(outputs)
        if outputs.ndim != 2 or outputs.shape[1] != self.n_outputs:
            needed = f"(n, {self.n_outputs})"
            raise UsageError(f"outputs have shape {outputs.shape}, but need {needed}")
        if self.task == "regression":
            quantity: Array = outputs[:, 0].astype(np.float64) * self.scale + self.mean
            return quantity
        winners = outputs.argmax(axis=1) if self.task == "multiclass" else outputs[:, 0] > 0
        return np.array(self.classes, dtype=object)[winners.astype(np.int64)]

    def to_json(self) -> dict[str, Any]:
        """Return the target in JSON's types."""
        return {
            "name": self.name,
            "task": self.task,
            "classes": list(self.classes),
            "mean": self.mean,
            "scale": self.scale,
            "reasons": list(self.reasons),
        }

    @classmethod
    def from_json(cls, stored: Stored) -> "Target":
        """Return the target that `to_json` stored; `FileError` if it is damaged."""
        task = _as_task(stored.text("task", among=TASKS))
        classes = stored.texts("classes", distinct=True)
        least = {"regression": len(classes) == 0, "binary": len(classes) == 2}
        if not least.get(task, len(classes) >= 2):
            raise stored.refuse("classes", f"the classes of the task {task}")
        return cls(
            name=stored.text("name"),
            task=task,
            classes=classes,
            mean=stored.number("mean"),
            scale=stored.number("scale", positive=True),
            reasons=stored.texts("reasons"),
        )

    def _numbers_of(self, table: Table, texts: Array) -> Array:
        numbers = {text: i for i, text in enumerate(self.classes)}
        for i, text in enumerate(texts):
            if text not in numbers:
                raise DataError(
                    f"{table.place(i)}: '{text}' is not among the classes of '{self.name}'",
                    hint=nearest(text, self.classes),
                )
        return np.array([numbers[text] for text in texts], dtype=np.int64)


def _column(table: Table, name: str | None) -> tuple[Column, str]:
    if name is None:
        return table.columns[-1], "the last column"
    if name not in table:
        raise UsageError(f"there is no column '{name}'", hint=nearest(name, table.names))
    return table[name], "as asked"


def _known_task(task: str) -> Task:
    if task not in TASKS:
        raise UsageError(f"there is no task '{task}'", hint=nearest(task, TASKS))
    return _as_task(task)


def _as_task(task: str) -> Task:
    return next(known for known in TASKS if known == task)


def _refuse_gaps(table: Table, column: Column) -> None:
    if column.missing.all():
        raise DataError(f"the target '{column.name}' is missing in every row")
    if column.missing.any():
        row = int(column.missing.argmax())
        count = int(column.missing.sum())
        rows = "1 row" if count == 1 else f"{count} rows"
        raise DataError(
            f"{table.place(row)}: the target '{column.name}' is missing or not a number"
            f" ({rows} of {len(column)})",
            hint="give it a value, or remove the row",
        )
    if column.kind == "number" and not np.isfinite(column.values).all():
        row = int((~np.isfinite(column.values)).argmax())
        raise DataError(
            f"{table.place(row)}: the target '{column.name}' is infinite",
            hint="give it a finite value, or remove the row",
        )


def _task(column: Column) -> tuple[Task, str]:
    kinds = {"category": "because it holds text", "boolean": "because it holds true and false"}
    distinct = len(set(column.values.tolist()))
    of_classes: Task = "binary" if distinct <= 2 else "multiclass"
    if column.kind in kinds:
        return of_classes, kinds[column.kind]
    whole = column.kind != "date" and bool(np.all(column.values == np.round(column.values)))
    few = distinct <= MAX_NUMBER_CLASSES and distinct * ROWS_A_CLASS <= len(column)
    if whole and (few or distinct == 2):
        return of_classes, f"because it takes {distinct} whole values in {len(column)} rows"
    return "regression", f"because it takes {distinct} values in {len(column)} rows"


def _classes(table: Table, column: Column, task: Task, why: str, because: str) -> Target:
    names = _sorted_classes(column)
    _check_classes(column, names, task)
    shown = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    reasons = (
        f"target: '{column.name}', {why}",
        f"task: {task}, {because}: {len(names)} classes ({shown})",
    )
    return Target(name=column.name, task=task, classes=names, reasons=reasons)


def _sorted_classes(column: Column) -> tuple[str, ...]:
    """Return the classes: numbers by value, false before true, texts by alphabet."""
    pairs = dict(zip(column.values.tolist(), column.texts().tolist(), strict=True))
    return tuple(dict.fromkeys(pairs[value] for value in sorted(pairs)))


def _check_classes(column: Column, names: Sequence[str], task: Task) -> None:
    if len(names) == 1:
        raise DataError(
            f"the target '{column.name}' has one class only, '{names[0]}'",
            hint="there is nothing to tell apart: choose another target or add rows",
        )
    if task == "binary" and len(names) > 2:
        raise DataError(
            f"the task 'binary' needs 2 classes, but the target '{column.name}' has {len(names)}",
            hint="use the task 'multiclass'",
        )
    if len(names) == len(column) > MAX_SINGLE_CLASSES:
        raise DataError(
            f"the target '{column.name}' is different in each of the {len(column)} rows, "
            "so its values are no classes",
            hint="choose another target",
        )


def _quantity(
    table: Table,
    column: Column,
    rows: Array | Sequence[int] | None,
    why: str,
    because: str,
) -> Target:
    if column.kind == "category":
        raise DataError(
            f"the task 'regression' needs numbers, but the target '{column.name}' holds text: "
            f"'{column.values[0]}' in {table.place(0)}",
            hint="use the task 'multiclass'",
        )
    values = as_numbers(column, table.place)
    mean, scale = spread(values if rows is None else values[np.asarray(rows)])
    reasons = (
        f"target: '{column.name}', {why}",
        f"task: regression, {because}; learnt with mean 0 and standard deviation 1",
    )
    return Target(name=column.name, task="regression", mean=mean, scale=scale, reasons=reasons)
