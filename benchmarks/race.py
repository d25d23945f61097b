"""A race: every implementation in a process of its own, told in turn to run a round.

First each makes the first steps, whose losses must be what the judge says; that also compiles.
Then follow the rounds, one after the other through all implementations, so that whatever slows the
machine for a while slows them all. A round of each lasts about as long.
"""

import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from time import sleep
from typing import Any

from benchmarks import judge
from benchmarks.cases import Case, Gates
from benchmarks.circuits import GATES
from benchmarks.worker import environment

ROUND = 0.15  # seconds that a round should last
PATIENCE = 300.0  # seconds after which an answer is given up
PAUSE = 0.05  # seconds between rounds when threads of the last one may still spin

ROOT = Path(__file__).parents[1]


@dataclass
class Entry:
    """What was found about one implementation in one case.

    Attributes:
        seconds_per_step, best: median and least over the rounds; a step of gate cases is one gate.
        loss: mean over the first steps, the same for all.
        rounds, steps: how many rounds were timed, and of how many steps.
        first_seconds: the first steps with all compiling.
        error: why there are no figures, or "".
        unavailable: whether that is because something is not installed.
    """

    case: str
    implementation: str
    threads: int
    seconds_per_step: float | None = None
    best: float | None = None
    loss: float | None = None
    rounds: int = 0
    steps: int = 0
    first_seconds: float | None = None
    version: str = ""
    error: str = ""
    unavailable: bool = False

    def record(self) -> dict[str, Any]:
        """Return the fields as JSON has them; what says nothing is left out."""
        fields = asdict(self)
        return {name: x for name, x in fields.items() if x != "" and x is not False}


class Failed(Exception):
    """An implementation broke down, went silent or cannot run."""

    def __init__(self, message: str, unavailable: bool = False) -> None:
        super().__init__(message)
        self.unavailable = unavailable


class Child:
    """An implementation that waits in its process."""

    def __init__(self, name: str, case: Case, threads: int) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - read when the child fails
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", name, case.name, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env=environment(threads),
        )

    def hear(self) -> dict[str, Any]:
        """Return the next answer; raise `Failed` when there is none."""
        pipe: Any = self._process.stdout
        if not select.select([pipe], [], [], PATIENCE)[0]:
            self._process.kill()
            raise Failed(f"no answer within {PATIENCE:.0f} seconds")
        line = pipe.readline()
        if not line:
            self._errors.seek(0)
            lines = self._errors.read().strip().splitlines()
            raise Failed(lines[-1] if lines else f"ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "unavailable" in answer:
            raise Failed(answer["unavailable"], unavailable=True)
        return answer

    def ask(self, **request: Any) -> dict[str, Any]:
        pipe: Any = self._process.stdin
        with suppress(BrokenPipeError):  # `hear` says why
            print(json.dumps(request), file=pipe, flush=True)
        return self.hear()

    def close(self) -> None:
        """End the process, and wait until its memory is free."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()


def race(
    case: Case,
    names: list[str],
    *,
    rounds: int,
    threads: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Entry]:
    """Return an entry for each implementation, in the order of `names`."""
    entries = {name: Entry(case.name, name, threads) for name in names}
    children: dict[str, Child] = {}
    try:
        for name in names:
            tell(f"{case.name}: {name} gets ready")
            attempt(entries[name], lambda name=name: enter(children, name, case, entries[name]))
        took: dict[str, list[float]] = {name: [] for name in names}
        for i in range(rounds):
            tell(f"{case.name}: round {i + 1} of {rounds}")
            for name in [n for n in names if not entries[n].error]:
                attempt(entries[name], lambda name=name: timed(children, entries[name], took))
                sleep(PAUSE if threads > 1 else 0)
    finally:
        for child in children.values():
            child.close()
    for name in names:
        if not entries[name].error:
            sum_up(case, entries[name], took[name])
    return list(entries.values())


def attempt(entry: Entry, act: Callable[[], None]) -> None:
    """Do something with an implementation; what goes wrong is written down."""
    try:
        act()
    except Failed as e:
        entry.error, entry.unavailable = str(e), e.unavailable


def enter(children: dict[str, Child], name: str, case: Case, entry: Entry) -> None:
    """Start an implementation, hold its first losses against the judge's, and size its rounds."""
    child = children[name] = Child(name, case, entry.threads)
    entry.version = child.hear()["version"]
    first = child.ask(steps=case.check, losses=True)
    losses = first["losses"]
    entry.loss = mean(losses) if isinstance(losses, list) else losses
    entry.first_seconds = first["seconds"]
    complaint = judge.complaint(case.name, losses)
    if complaint:
        raise Failed(complaint)
    a_step = child.ask(steps=case.check)["seconds"] / case.check
    entry.steps = max(1, min(case.most, int(ROUND / a_step)))
    child.ask(steps=entry.steps)


def timed(children: dict[str, Child], entry: Entry, took: dict[str, list[float]]) -> None:
    name = entry.implementation
    took[name].append(children[name].ask(steps=entry.steps)["seconds"] / entry.steps)


def sum_up(case: Case, entry: Entry, took: list[float]) -> None:
    if isinstance(case, Gates):
        took = [seconds / GATES[case.circuit] for seconds in took]
    entry.seconds_per_step, entry.best = median(took), min(took)
    entry.rounds = len(took)


def ratios(entries: list[Entry]) -> dict[str, float]:
    """Return how many times chainrule's time each rival takes."""
    found = {e.implementation: e.seconds_per_step for e in entries if e.seconds_per_step}
    ours = found.pop("chainrule", None)
    return {name: seconds / ours for name, seconds in found.items()} if ours else {}
