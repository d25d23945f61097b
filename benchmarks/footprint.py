"""What a library costs before and beside the steps: time to import, memory over a long training."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import facts

GOALS = {"import_seconds": 0.3, "memory_growth_mb": 1.0}
NAMES = ("numpy", "chainrule", "torch", "jax", "sklearn", "autograd")
HEAVY = ("llvmlite", "polars", "rich", "click", "scipy")  # what only some users of ours need
IMPORT = f"""
import sys, time
start = time.perf_counter()
import {{name}}
took = time.perf_counter() - start
print(took, *(m for m in {HEAVY} if m in sys.modules))
"""
ROOT = Path(__file__).parents[1]


def measure(rounds: int, steps: int) -> dict[str, Any]:
    """Return import times, medians of interleaved rounds, and the growth of memory."""
    return {
        "machine": facts(),
        "goals": GOALS,
        "import_seconds": imports(rounds),
        "memory": memory(steps),
    }


def imports(rounds: int) -> dict[str, Any]:
    """Time imports in fresh interpreters; list what ours brings along of what few need."""
    took: dict[str, list[float]] = {name: [] for name in NAMES if is_installed(name)}
    heavy: set[str] = set()
    for _ in range(rounds):
        for name in took:
            command = [sys.executable, "-c", IMPORT.format(name=name)]
            seconds, *others = subprocess.check_output(command, text=True, cwd=ROOT).split()
            took[name].append(float(seconds))
            heavy |= set(others) if name == "chainrule" else set()
    return {**{name: median(seconds) for name, seconds in took.items()}, "heavy": sorted(heavy)}


def is_installed(name: str) -> bool:
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is None)"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def memory(steps: int) -> dict[str, Any]:
    """Train for many steps in a fresh interpreter and watch what is held."""
    command = [sys.executable, "-m", "benchmarks.eager_memory", str(steps)]
    samples = json.loads(subprocess.check_output(command, text=True, cwd=ROOT))
    growth = {kind: samples[-1][kind] - samples[0][kind] for kind in ("rss_mb", "traced_mb")}
    return {"steps": steps, "growth": growth, "samples": samples}


def sentences(found: dict[str, Any]) -> list[str]:
    """Say in words what was measured."""
    took = {n: s for n, s in found["import_seconds"].items() if n != "heavy"}
    grown = found["memory"]["growth"]
    return [
        f"seconds to import (goal {GOALS['import_seconds']}): "
        + ", ".join(f"{name} {s:.3f}" for name, s in took.items()),
        "chainrule brings along of what only some need: "
        + (", ".join(found["import_seconds"]["heavy"]) or "nothing"),
        f"memory from a tenth of {found['memory']['steps']:,} training steps to the last "
        f"(goal: less than {GOALS['memory_growth_mb']:g} MB more): "
        + ", ".join(f"{kind} {value:+.3f}" for kind, value in grown.items()),
    ]
