"""The threads of this process: how many a run gets, and the helpers that wait for work.

`CHAINRULE_THREADS` in the environment bounds them; so does OMP_NUM_THREADS, by which other programs
say that they have threads of their own. There are never more than processors, and results do not
depend on their number.
"""

import ctypes
import math
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from chainrule.errors import UsageError

VARIABLE = "CHAINRULE_THREADS"
OTHERS = "OMP_NUM_THREADS"
ENOUGH = 1 << 24  # FLOP of a run, about 0.2 ms: for less nobody is woken
CPU_MAX = Path("/sys/fs/cgroup/cpu.max")

Job = Callable[[int], object]


@dataclass(frozen=True)
class Choice:
    """How many threads share a run, and why, in a sentence with the figures that decided."""

    threads: int
    reason: str


def choose(work: int, parts: int, most: int) -> Choice:
    """Return how many threads share a run.

    Args:
        work: FLOP of the kernels that can be cut (a byte counts as some of them).
        parts: into how many parts the largest one is cut.
        most: how many threads there may be.

    >>> choose(90_000_000, 24, 4).reason
    '90 MFLOP can be shared, in up to 24 parts, by at most 4 threads'
    """
    amount = f"{work / 1e6:.3g} MFLOP can be shared"
    if most == 1:
        return Choice(1, f"{amount}, and there is one thread for it")
    if work < ENOUGH:
        return Choice(1, f"{amount}: too little to wake another thread")
    return Choice(min(most, parts), f"{amount}, in up to {parts} parts, by at most {most} threads")


def limit() -> int:
    """Return how many threads a run may have at most.

    Raises:
        UsageError: CHAINRULE_THREADS is no whole number of at least 1.
    """
    asked = os.environ.get(VARIABLE, "").strip()
    if asked and not (asked.isdecimal() and int(asked)):
        raise UsageError(f"{VARIABLE}={asked}: give a number of threads, at least 1")
    elsewhere = os.environ.get(OTHERS, "").split(",")[0].strip()
    given = asked or (elsewhere if elsewhere.isdecimal() else "")
    return min(int(given) or 1, cores()) if given else cores()


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    with suppress(OSError, ValueError):
        time, period = CPU_MAX.read_text().split()  # "max" is no number: no limit
        count = min(count, math.ceil(int(time) / int(period)))
    return max(count, 1)


@cache
def give_way() -> int:
    """Return the address of the system's function that lets other threads run."""
    if sys.platform == "win32":
        function: Any = ctypes.WinDLL("kernel32").SwitchToThread
    else:
        function = ctypes.CDLL(None).sched_yield
    return ctypes.cast(function, ctypes.c_void_p).value or 0


class Team:
    """Helpers: threads that sleep until there is a job, for as long as the process lives.

    A team does one job at a time; whoever comes meanwhile works alone.
    """

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._helpers: list[SimpleQueue[Job]] = []

    def do(self, job: Job, workers: int) -> None:
        """Do job(0) here; helpers that are free do job(1), ..., job(workers - 1) meanwhile.

        A helper may begin a job when it is over: the job itself must find that out.
        """
        free = False
        try:
            free = workers > 1 and self._free.acquire(blocking=False)
            if free:
                self._call(job, workers)
            job(0)
        finally:
            if free:
                self._free.release()

    def _call(self, job: Job, workers: int) -> None:
        with suppress(RuntimeError):  # no more threads can be started
            while len(self._helpers) < workers - 1:
                self._helpers.append(hired(len(self._helpers) + 1))
        for helper in self._helpers[: workers - 1]:
            if helper.empty():  # or it has not even begun the job before
                helper.put(job)


def hired(number: int) -> "SimpleQueue[Job]":
    """Start a helper; return where it looks for jobs."""
    jobs: SimpleQueue[Job] = SimpleQueue()

    def serve() -> None:
        while True:
            job = jobs.get()
            job(number)
            del job  # nothing is kept alive by a helper that sleeps

    threading.Thread(target=serve, name=f"chainrule-{number}", daemon=True).start()
    return jobs


_TEAM = Team()


def team() -> Team:
    """Return the team of this process."""
    return _TEAM


def _afresh() -> None:
    """Begin anew in a process that was forked: it has no other threads."""
    global _TEAM
    _TEAM = Team()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_afresh)
