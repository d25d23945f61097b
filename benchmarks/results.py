"""Result files: one for each case and number of threads, with the machine they were measured on."""

import json
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, Case
from benchmarks.machine import facts
from benchmarks.race import Entry

FOLDER = Path(__file__).parent / "results"


def save(case: Case, entries: list[Entry], threads: int, folder: Path = FOLDER) -> Path:
    """Write what was found about a case; what is not installed is left out."""
    found = {
        "case": case.name,
        "about": case.about,
        "threads": threads,
        "machine": facts(),
        "entries": [e.record() for e in entries if not e.unavailable],
    }
    return write(case.name if threads == 1 else f"{case.name}_{threads}threads", found, folder)


def write(name: str, found: dict[str, Any], folder: Path = FOLDER) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return path


def load(threads: int = 1, folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Return case -> what its file says, in the order of the cases."""
    ending = "" if threads == 1 else f"_{threads}threads"
    paths = {name: folder / f"{name}{ending}.json" for name in CASES}
    return {name: json.loads(p.read_text("utf-8")) for name, p in paths.items() if p.exists()}


def seconds(found: dict[str, Any]) -> dict[str, float]:
    """Return implementation -> median seconds a step, for those that have figures."""
    return {
        e["implementation"]: e["seconds_per_step"]
        for e in found["entries"]
        if e.get("seconds_per_step")
    }
