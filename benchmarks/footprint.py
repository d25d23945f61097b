"""What a library costs before and beside the steps: time to import, memory over a long training."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import facts

GOALS = {
    "import_seconds": 0.3, "memory_growth_mb": 1.0, "cold_seconds": 0.7, "disk_seconds": 0.05,
}  # fmt: skip
NAMES = ("numpy", "chainrule", "torch", "jax", "sklearn", "autograd")
HEAVY = ("llvmlite", "polars", "rich", "click", "scipy")  # what only some users of ours need
IMPORT = f"""
import sys, time
start = time.perf_counter()
import {{name}}
took = time.perf_counter() - start
print(took, *(m for m in {HEAVY} if m in sys.modules))
"""
COMPILE = """
import time
import numpy as np
import chainrule as cr
trainer = cr.Trainer(cr.nn.MLP(64, 128, 64, 10, key=0), loss="cross_entropy")
x, y = np.ones((1797, 64), np.float32), np.arange(1797) % 10
rows = np.zeros((1, 32), int)
times = [time.perf_counter()]
for _ in range(2):
    trainer.run(x, y, rows)
    times.append(time.perf_counter())
print((times[1] - times[0]) - (times[2] - times[1]))
"""
ROOT = Path(__file__).parents[1]


def measure(rounds: int, steps: int) -> dict[str, Any]:
    """Return import times, medians of interleaved rounds, and the growth of memory."""
    return {
        "machine": facts(),
        "goals": GOALS,
        "import_seconds": imports(rounds),
        "memory": memory(steps),
        "endurance": endurance(10 * steps),
        "compile_seconds": compiling(rounds),
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


def endurance(steps: int) -> dict[str, Any]:
    """Make so many native updates in a fresh interpreter and watch what is held."""
    command = [sys.executable, "-m", "benchmarks.endurance", str(steps)]
    found: dict[str, Any] = json.loads(subprocess.check_output(command, text=True, cwd=ROOT))
    first, last = found["samples"][1], found["samples"][-1]
    kinds = ("rss_mb", "descriptors", "threads")
    return {**found, "growth": {kind: last[kind] - first[kind] for kind in kinds}}


def compiling(rounds: int) -> dict[str, float]:
    """Time the first update of the digits net in fresh interpreters: compiled, and from the disk.

    The time of an update that is ready is taken off.
    """
    took: dict[str, list[float]] = {"cold": [], "from the disk": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            for kind in took:
                command = [sys.executable, "-c", COMPILE]
                kept = {**os.environ, "CHAINRULE_CACHE": folder}
                said = subprocess.check_output(command, text=True, cwd=ROOT, env=kept)
                took[kind].append(float(said))
    return {kind: median(seconds) for kind, seconds in took.items()}


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
        *native(found),
    ]


def native(found: dict[str, Any]) -> list[str]:
    """Say in words what native code costs beside its steps."""
    took, long = found["compile_seconds"], found["endurance"]
    grown = ", ".join(f"{kind} {value:+g}" for kind, value in long["growth"].items())
    return [
        f"seconds until the digits net's step is compiled (goals {GOALS['cold_seconds']} cold, "
        f"{GOALS['disk_seconds']} from the disk): "
        + ", ".join(f"{kind} {s:.3f}" for kind, s in took.items()),
        f"{long['steps']:,} native updates in {long['seconds']:.1f} s; held after the last against "
        f"after a tenth (goal: nothing more): {grown}",
    ]
