"""What a net decides over two inputs, as plain values."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.runs.folder import Run
from chainrule.serve.packed import NARROW, packed
from chainrule.train.decision import decision

WIDE = ("rows", "targets", "found")  # numbers of rows and classes, and values that are read


def decided(path: Path, step: int | None, axes: tuple[int, int]) -> dict[str, Any]:
    """Return what the net of a run decides: arrays packed, counts as lists."""
    found = decision(Run.open(path), step, axes)
    made: dict[str, Any] = {}
    for field in fields(found):
        value = getattr(found, field.name)
        if field.name in ("confusion", "hardest"):
            value = value.tolist()
        elif isinstance(value, np.ndarray):
            value = packed(value) if field.name in WIDE else packed(value, NARROW)
        made[field.name] = value
    for name in ("units", "weights"):
        made[name] = {key: packed(array, NARROW) for key, array in getattr(found, name).items()}
    return made
