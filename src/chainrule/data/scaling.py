"""Numbers of a column, their mean and their spread, safe at the ends of float64."""

from collections.abc import Callable

import numpy as np

from chainrule.data.column import Array, Column
from chainrule.errors import DataError

FLAT = 1e-12
"""A column whose values differ by at most this share of the largest counts as constant."""


def as_numbers(column: Column, place: Callable[[int], str]) -> Array:
    """Return the column as float64, nan where missing; `place` names a row in messages.

    Raises `DataError` for text or an infinite entry, naming the first.
    """
    if column.kind == "category":
        return _no_numbers(column, place)
    values = np.where(column.missing, np.nan, column.values.astype(np.float64))
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise DataError(
            f"{place(row)}, column '{column.name}': the entry is infinite",
            hint="give it a finite value, or leave it empty",
        )
    return values


def spread(values: Array) -> tuple[float, float]:
    """Return mean and standard deviation of finite values; 1 for the latter if they are constant.

    >>> spread(np.array([1.0, 3.0]))
    (2.0, 1.0)
    """
    peak = float(np.abs(values).max())
    if is_flat(values):
        return float(values[0]), 1.0
    unit = values / peak
    return float(unit.mean() * peak), float(unit.std() * peak) or 1.0


def standardise(
    name: str, values: Array, mean: float, scale: float, place: Callable[[int], str]
) -> Array:
    """Return ``(values - mean) / scale`` as float32; nan stays.

    Raises `DataError`, naming the row, for a value so far out that float32 cannot hold the result.
    """
    with np.errstate(over="ignore"):
        halves = (values / 2 - mean / 2) / scale  # the difference itself may overflow
        result: Array = (2 * halves).astype(np.float32)
    if np.isinf(result).any():
        row = int(np.isinf(result).argmax())
        raise DataError(
            f"{place(row)}, column '{name}': {values[row]:g} is too far off",
            hint=f"in training the mean is {mean:g} and the standard deviation {scale:g}",
        )
    return result


def is_flat(values: Array) -> bool:
    """Tell whether finite values are all the same, up to `FLAT`."""
    peak = float(np.abs(values).max())
    return peak == 0 or float((values / peak).max() - (values / peak).min()) <= FLAT


def _no_numbers(column: Column, place: Callable[[int], str]) -> Array:
    if column.missing.all():
        return np.full(len(column), np.nan)
    row = int((~column.missing).argmax())
    raise DataError(
        f"{place(row)}, column '{column.name}': '{column.values[row]}' is text, "
        "but the column held numbers in training"
    )
