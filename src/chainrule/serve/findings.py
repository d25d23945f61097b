"""What the doctor says of a run, as plain values."""

from pathlib import Path
from typing import Any

from chainrule.train.doctor.diagnose import diagnose


def findings(path: Path) -> dict[str, Any]:
    """Return what is wrong with the run in a folder, and which rules were asked."""
    found = diagnose(path).as_dict()
    return {"findings": found["findings"], "looked": found["looked"]}
