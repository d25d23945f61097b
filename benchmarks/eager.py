"""What it costs to run gate by gate: time per gate, time to import, memory over a long training.

    python -m benchmarks.eager [--json] [--rivals PYTHON] [--rounds N] [--steps N]

Rivals run beside us, each in a process of its own, in interleaved rounds, on one thread. Those
that are not installed are passed over. `--rivals` names an interpreter that has them.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import IO, Any

from benchmarks.eager_engines import CIRCUITS, ENGINES
from benchmarks.machine import facts

HERE = Path(__file__).parent
GOALS = {"us_per_gate": 3.5, "import_seconds": 0.3, "memory_growth_mb": 1.0}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
IMPORT = """
import sys, time
start = time.perf_counter()
import {name}
took = time.perf_counter() - start
print(took, *(m for m in ("llvmlite", "polars", "rich", "click", "scipy") if m in sys.modules))
"""


def main() -> None:
    options = parsed()
    installed = [name for name in ENGINES if is_installed(interpreter(name, options), name)]
    for name in ENGINES:
        if name not in installed:
            print(f"{name} is not installed for {Path(options.rivals).name}: passed over")
    found = {
        "machine": facts(),
        "goals": GOALS,
        "us_per_gate": gates(installed, options),
        "import_seconds": imports(["numpy", *installed], options),
        "memory": memory(options.steps),
    }
    if options.json:
        path = HERE / "results" / "eager.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, indent=2) + "\n")
        print(f"written: {path.relative_to(HERE.parent)}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.eager")
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/eager.json")
    parser.add_argument("--rivals", default=sys.executable, help="interpreter that has the rivals")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--steps", type=int, default=100_000, help="training steps for the memory")
    return parser.parse_args()


def interpreter(name: str, options: argparse.Namespace) -> str:
    return sys.executable if name in ("chainrule", "numpy") else str(options.rivals)


def is_installed(python: str, name: str) -> bool:
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is None)"
    return subprocess.run([python, "-c", code], check=False).returncode == 0


# Time per gate -----------------------------------------------------------------------------------


class Engine:
    """An engine that waits in a process of its own."""

    def __init__(self, name: str, python: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [python, str(HERE / "eager_engines.py"), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
        )
        self.version = self._answer()

    def _answer(self) -> str:
        pipe: IO[str] = self._process.stdout  # type: ignore[assignment]
        return pipe.readline().strip()

    def time(self, circuit: str, times: int) -> tuple[float, float]:
        """Return microseconds per gate, and the sum of a gradient."""
        pipe: IO[str] = self._process.stdin  # type: ignore[assignment]
        print(circuit, times, file=pipe, flush=True)
        us, checksum = self._answer().split()
        return float(us), float(checksum)

    def close(self) -> None:
        self._process.communicate()


def gates(installed: list[str], options: argparse.Namespace) -> dict[str, Any]:
    """Time every circuit in every engine, round by round, and print the medians."""
    engines = [Engine(name, interpreter(name, options)) for name in installed]
    head = " ".join(f"{e.name + ' ' + e.version:>20}" for e in engines)
    print("\nus per gate, forward + backward, 16 float64 entries, one thread")
    print(f"goal {GOALS['us_per_gate']} on 'mixed', and ahead of torch\n{'':10}{head}")
    found: dict[str, Any] = {"versions": {e.name: e.version for e in engines}}
    for circuit in CIRCUITS:
        found[circuit] = rounds(engines, circuit, options.rounds)
        print(f"{circuit:10}" + " ".join(f"{found[circuit][e.name]:20.2f}" for e in engines))
    for engine in engines:
        engine.close()
    return found


def rounds(engines: list[Engine], circuit: str, n: int) -> dict[str, float]:
    """Return the median of interleaved rounds; all engines must agree on the gradient."""
    times = max(1, 2000 // CIRCUITS[circuit][1])
    sums = {round(e.time(circuit, times)[1], 6) for e in engines}
    if len(sums) != 1:
        raise SystemExit(f"the engines disagree on {circuit}: {sums}")
    took = [[e.time(circuit, times)[0] for e in engines] for _ in range(n)]
    return {
        e.name: median(column) for e, column in zip(engines, zip(*took, strict=True), strict=True)
    }


# Time to import ----------------------------------------------------------------------------------


def imports(names: list[str], options: argparse.Namespace) -> dict[str, Any]:
    """Time the import in fresh interpreters, in interleaved rounds."""
    took: dict[str, list[float]] = {name: [] for name in names}
    heavy: set[str] = set()
    for _ in range(options.rounds):
        for name in names:
            command = [interpreter(name, options), "-c", IMPORT.format(name=name)]
            seconds, *others = subprocess.check_output(command, text=True).split()
            took[name].append(float(seconds))
            heavy |= set(others) if name == "chainrule" else set()
    found = {name: median(seconds) for name, seconds in took.items()}
    print(
        f"\nseconds to import (goal {GOALS['import_seconds']}): "
        + ", ".join(f"{n} {s:.3f}" for n, s in found.items())
    )
    print(
        f"chainrule imports of what only some users need: {', '.join(sorted(heavy)) or 'nothing'}"
    )
    return {**found, "heavy": sorted(heavy)}


# Memory ------------------------------------------------------------------------------------------


def memory(steps: int) -> dict[str, Any]:
    """Train for many steps in a fresh interpreter and watch what is held."""
    command = [sys.executable, "-m", "benchmarks.eager_memory", str(steps)]
    samples = json.loads(subprocess.check_output(command, text=True, cwd=HERE.parent))
    growth = {kind: samples[-1][kind] - samples[0][kind] for kind in ("rss_mb", "traced_mb")}
    print(f"\nmemory over {steps:,} training steps, from a tenth of them to the last")
    print(f"(goal: less than {GOALS['memory_growth_mb']} MB more)")
    print(", ".join(f"{kind} {value:+.3f}" for kind, value in growth.items()))
    return {"steps": steps, "growth": growth, "samples": samples}


if __name__ == "__main__":
    main()
