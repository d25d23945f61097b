"""Compare a text with the one that was stored and reviewed by eye.

`GOLDEN=update pytest tests` stores what comes out now; look at the difference before committing it.
"""

import os
import re
from pathlib import Path

HERE = Path(__file__).parent
RELATIVE_ERROR = re.compile(r"(?:0|\d\.\de-\d+) +(?=✓)")  # differs from machine to machine


def matches(name: str, text: str) -> bool:
    """Tell whether `text` is what is stored under `name`; relative errors that agree aside."""
    path = HERE / name
    steady = RELATIVE_ERROR.sub("tiny  ", text).rstrip() + "\n"
    if os.environ.get("GOLDEN") == "update":
        path.write_text(steady, encoding="utf-8")
    stored = path.read_text(encoding="utf-8")
    assert steady == stored, f"tests/golden/{name} differs"
    return True
