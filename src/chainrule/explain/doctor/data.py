"""Rules about the data: inputs that are off centre or badly scaled, targets without variety."""

from typing import Any

import numpy as np

from chainrule.explain.doctor.finding import EFFICIENT, Finding, figure
from chainrule.explain.doctor.levels import each
from chainrule.explain.doctor.record import Array, Record

OFF = 3.0  # standard deviations from 0
FAR = 1.0  # from 0: what is nearer, as pixels from 0 to 1 and rare zeros are, pushes little
WIDE = 30.0  # standard deviation of a column, or 1 by it
FEW = 0.2  # share of the columns that may hardly vary


def labels(record: Record) -> list[Finding]:
    """Targets that are all the same: whatever the inputs, there is nothing to learn."""
    targets = record.start.get("targets") or {}
    counts = targets.get("counts") or []
    one = len(counts) > 0 and sum(n > 0 for n in counts) == 1
    known = targets.get("std") is not None and targets.get("mean") is not None
    flat = known and not varied(each(targets["mean"]), each(targets["std"])).any()
    if not (one or flat):
        return []
    return [
        Finding(
            "constant labels",
            "targets",
            0,
            1.0 if one else 0.0,
            2.0 if one else 0.0,
            "All rows have the same target: the loss falls, and nothing is learnt.",
            "CS231n notes, neural-networks-3: Before learning (sanity checks)",
            "Look at how the targets were read; choose another column, or add rows of other "
            "classes.",
        )
    ]


def inputs(record: Record) -> list[Finding]:
    """Inputs far from 0, of very different scales, or constant."""
    found = record.start.get("inputs") or {}
    if found.get("mean") is None or found.get("std") is None:
        return []
    mean, std = (each(found[name]) for name in ("mean", "std"))
    known = np.isfinite(mean) & np.isfinite(std)
    mean, std = np.where(known, mean, 0), np.where(known, std, 1)
    for look in (off_centre, scaled, constant):
        finding = look(mean, std, found.get("names"))
        if finding is not None:
            return [finding]
    return []


def varied(mean: Array, std: Array) -> Array:
    """Return which columns vary by more than rounding."""
    return std > 1e-6 * np.abs(mean)


def off_centre(mean: Array, std: Array, names: Any) -> Finding | None:
    """Return the column whose mean is farthest from 0 for its spread."""
    there = varied(mean, std) & (np.abs(mean) > FAR)
    away = np.divide(np.abs(mean), std, out=np.zeros_like(mean), where=there)
    worst = int(away.argmax())
    if not away[worst] > OFF:
        return None
    name = name_of(worst, names)
    text = (
        f"{name} has mean {figure(mean[worst])} and standard deviation {figure(std[worst])}, "
        f"so that all its values push the weights one way{also(away > OFF)}."
    )
    return _inputs(name, away[worst], OFF, text)


def scaled(mean: Array, std: Array, names: Any) -> Finding | None:
    """Return the column whose spread is farthest above 1, or below where that is no exception.

    A few columns that hardly vary, as the pixels at the border of a picture, do no harm.
    """
    size = np.where(varied(mean, std) & (std > 0), np.maximum(std, tiny(mean, std)), 1.0)
    large, small = size > WIDE, size < 1 / WIDE
    if large.any():
        return scale(int(size.argmax()), size, large, names)
    if small.mean() > FEW:
        return scale(int(size.argmin()), size, small, names)
    return None


def scale(worst: int, size: Array, columns: Array, names: Any) -> Finding:
    """Return the finding for the worst of the columns that are too wide, or too narrow."""
    wide = size[worst] > 1
    limit = WIDE if wide else 1 / WIDE
    name = name_of(worst, names)
    text = (
        f"{name} has standard deviation {figure(size[worst])}, {'above' if wide else 'below'} "
        f"{figure(limit)}{also(columns)}: one rate cannot suit all weights."
    )
    return _inputs(name, float(size[worst]), limit, text)


def tiny(mean: Array, size: Array) -> Array:
    """Return 1 for columns of rare ones, whose spread is small because they are rare."""
    rare = (mean > 0) & (np.abs(size**2 - mean * (1 - mean)) < 0.01 * size**2)
    return np.where(rare, 1.0, 0.0)


def constant(mean: Array, std: Array, names: Any) -> Finding | None:
    """Return a column that says nothing: harmless where it is 0, and they are few."""
    same = ~varied(mean, std)
    loud = same & (np.abs(mean) > OFF)
    if not (loud.any() or same.mean() > FEW):
        return None
    worst = int(np.abs(np.where(same, mean, 0)).argmax()) if loud.any() else int(same.argmax())
    name = name_of(worst, names)
    text = (
        f"{name} is {figure(mean[worst])} in every row{also(same)}: "
        f"it says nothing, and {'shifts all sums' if loud.any() else 'its weights learn nothing'}."
    )
    if loud.any():
        return _inputs(name, float(abs(mean[worst])), OFF, text)
    return _inputs(name, float(same.mean()), FEW, text)


def also(columns: Array) -> str:
    """Say how many more columns are so."""
    more = int(columns.sum()) - 1
    return f"; so it is with {more} more" if more > 0 else ""


def name_of(column: int, names: Any) -> str:
    """Return what a column is called."""
    return f"input '{names[column]}'" if names else f"input column {column}"


def _inputs(where: str, number: float, threshold: float, text: str) -> Finding:
    return Finding(
        "inputs badly scaled",
        where,
        0,
        float(number),
        threshold,
        text,
        f"{EFFICIENT}, 4.3; CS231n notes, neural-networks-2: Data preprocessing",
        "Subtract each column's mean and divide by its standard deviation, both from the training "
        "rows; drop columns that are constant.",
    )
