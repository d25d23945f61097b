"""Importing the package is quick and leaves alone what only some of its users need."""

import json
import subprocess
import sys

import pytest

LIMIT = 0.3  # seconds of CPU time, measured by the benchmark; here five times as much is too much
HEAVY = [
    "click",
    "llvmlite",
    "pandas",
    "polars",
    "rich",
    "safetensors",
    "scipy",
    "sklearn",
    "starlette",
    "torch",
    "uvicorn",
]
PROBE = """
import json, sys, time
start = time.process_time()
{statement}
print(json.dumps([time.process_time() - start, [m for m in {heavy} if m in sys.modules]]))
"""


def after(statement: str) -> tuple[float, list[str]]:
    """Return the CPU seconds of a statement in a fresh interpreter, and what heavy it imported."""
    code = PROBE.format(statement=statement, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, heavy = json.loads(done.stdout)
    return seconds, heavy


def test_import_is_light() -> None:
    seconds, heavy = after("import chainrule")
    assert heavy == []
    assert seconds < 5 * LIMIT


@pytest.mark.parametrize("name", ["grad", "linalg", "random", "trace", "nn", "optim"])
def test_names_stay_light(name: str) -> None:
    assert after(f"import chainrule; chainrule.{name}")[1] == []


def test_probe_notices() -> None:
    assert after("import click")[1] == ["click"]
