"""The folder `blame` of a run: a step that went wrong, with all that is needed to make it again.

RUN/blame/
├── step.safetensors   the arrays before the step, its rows, the key; the settings as text
└── report.json        who is to blame
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import FileError
from chainrule.files import atomic
from chainrule.files.reasons import cannot
from chainrule.runs import checkpoint, jsonfile

FOLDER, STEP, REPORT = "blame", "step.safetensors", "report.json"
Arrays = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Reproducer:
    """A step that went wrong.

    Attributes:
        arrays: by name: `model.*` and `optimizer.*` before the step, `batch.*`, `key`.
        settings: plain values.
    """

    arrays: Arrays
    settings: Mapping[str, Any]


def save(run: Path, found: Reproducer, report: Mapping[str, Any]) -> Path:
    """Write a reproducer and its report into the run's folder, atomically; return where."""
    folder = run / FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot("create", folder, error) from error
    jsonfile.write_object(folder / REPORT, report)
    text = json.dumps(dict(found.settings), sort_keys=True, allow_nan=False)
    atomic.write_bytes(folder / STEP, checkpoint.encode(found.arrays, {"settings": text}))
    return folder


def load(path: str | os.PathLike[str]) -> Reproducer:
    """Read the reproducer in `RUN/blame`, or in the run itself.

    Raises `FileError` where there is none, or one that is damaged.
    """
    folder = Path(path)
    folder = folder / FOLDER if (folder / FOLDER / STEP).is_file() else folder
    if not (folder / STEP).is_file():
        raise FileError(
            f"'{path}' keeps no step at fault: it has no {STEP}",
            hint="a run that meets NaN keeps it in RUN/blame",
        )
    found = checkpoint.load(folder / STEP)
    try:
        settings = json.loads(found.metadata["settings"])
    except (KeyError, ValueError) as error:
        raise FileError(f"'{folder / STEP}' is damaged: its settings cannot be read") from error
    return Reproducer(found.tensors, settings)


def clear(run: Path) -> None:
    """Remove the reproducer of a run, if it has one."""
    for name in (STEP, REPORT):
        (run / FOLDER / name).unlink(missing_ok=True)
