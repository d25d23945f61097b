"""What the doctor says of a run, as plain values."""

from importlib import import_module
from pathlib import Path
from typing import Any


def findings(path: Path) -> dict[str, Any]:
    """Return what is wrong with the run in a folder, and which rules were asked."""
    diagnose = getattr(import_module("chainrule.train.doctor"), "diagnose", None)
    if diagnose is None:
        return {"findings": [], "looked": []}
    found = diagnose(path).as_dict()
    return {"findings": found["findings"], "looked": found["looked"]}
