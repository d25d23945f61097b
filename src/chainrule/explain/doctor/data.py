"""Rules about the data: inputs that are off centre or badly scaled, targets without variety."""

from typing import Any

import numpy as np

from chainrule.explain.doctor.finding import EFFICIENT, Finding, figure
from chainrule.explain.doctor.levels import each
from chainrule.explain.doctor.record import Array, Record

OFF = 3.0  # standard deviations from 0
WIDE = 30.0  # standard deviation of a column, or 1 by it
CONSTANT = 0.2  # share of columns without variety that is too much, where they are near 0


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
    away = np.divide(np.abs(mean), std, out=np.zeros_like(mean), where=varied(mean, std))
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
    """Return the column whose spread is farthest from 1, either way."""
    size = np.maximum(std, 1e-300)
    size = np.where(varied(mean, std) & (std > 0), np.maximum(size, tiny(mean, size)), 1.0)
    worst = int(np.abs(np.log(size)).argmax())
    if not abs(np.log(size[worst])) > np.log(WIDE):
        return None
    name = name_of(worst, names)
    wide = size[worst] > 1
    text = (
        f"{name} has standard deviation {figure(std[worst])}, {'above' if wide else 'below'} "
        f"{figure(WIDE if wide else 1 / WIDE)}"
        f"{also(np.abs(np.log(size)) > np.log(WIDE))}: one rate cannot suit all weights."
    )
    return _inputs(name, float(size[worst]), WIDE if wide else 1 / WIDE, text)


def tiny(mean: Array, size: Array) -> Array:
    """Return 1 for columns of rare ones, whose spread is small because they are rare."""
    rare = (mean > 0) & (np.abs(size**2 - mean * (1 - mean)) < 0.01 * size**2)
    return np.where(rare, 1.0, 0.0)


def constant(mean: Array, std: Array, names: Any) -> Finding | None:
    """Return a column that says nothing: harmless where it is 0, and they are few."""
    same = ~varied(mean, std)
    loud = same & (np.abs(mean) > OFF)
    if not (loud.any() or same.mean() > CONSTANT):
        return None
    worst = int(np.abs(np.where(same, mean, 0)).argmax()) if loud.any() else int(same.argmax())
    name = name_of(worst, names)
    text = (
        f"{name} is {figure(mean[worst])} in every row{also(same)}: "
        f"it says nothing, and {'shifts all sums' if loud.any() else 'its weights learn nothing'}."
    )
    if loud.any():
        return _inputs(name, float(abs(mean[worst])), OFF, text)
    return _inputs(name, float(same.mean()), CONSTANT, text)


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
