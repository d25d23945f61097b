"""The child process of one implementation: it waits, and runs a round when told to.

    python -m benchmarks.worker NAME CASE THREADS

Lines of JSON on standard input and output. `{"steps": n}` makes n steps and answers with their
seconds, `{"steps": n, "losses": true}` with their losses as well. Threads and processors are set
before any library is imported; whatever libraries print goes to standard error.
"""

import json
import os
import sys
from importlib.metadata import version
from time import perf_counter
from typing import Any, TextIO

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
ONE_THREAD_OF_XLA = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def environment(threads: int) -> dict[str, str]:
    """Return the environment in which all libraries take this many threads."""
    made = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(threads)), "JAX_PLATFORMS": "cpu"}
    if threads == 1:
        made["XLA_FLAGS"] = ONE_THREAD_OF_XLA
    return made


def keep_to(threads: int) -> None:
    """Stay on as many processors as there are threads, the same ones for everyone."""
    if hasattr(os, "sched_setaffinity"):
        mine = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, mine[-threads:])


class Worker:
    """An implementation that is ready for rounds."""

    def __init__(self, name: str, case: str, threads: int) -> None:
        from benchmarks import rivals
        from benchmarks.cases import CASES
        from benchmarks.problem import make

        self.problem = make(CASES[case], threads)
        self.ready = rivals.build(name, self.problem)
        self.version = version(rivals.PACKAGES[name])
        self.steps = 0
        self.run: Any = None

    def answer(self, steps: int, losses: bool = False) -> dict[str, Any]:
        """Run a round of so many steps; the first of another length goes before it, untimed."""
        if steps != self.steps:
            self.run, self.steps = self.ready(self.problem.rows(steps)), steps
            if not losses:
                self.run()
        start = perf_counter()
        found = self.run()
        seconds = perf_counter() - start
        return {"seconds": seconds, **({"losses": found.tolist()} if losses else {})}


def main() -> None:
    name, case, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    keep_to(threads)
    try:
        worker = Worker(name, case, threads)
    except (ImportError, AttributeError) as e:
        say(out, {"unavailable": str(e).splitlines()[0]})
        return
    say(out, {"version": worker.version})
    for line in sys.stdin:
        say(out, worker.answer(**json.loads(line)))


def say(out: TextIO, message: dict[str, Any]) -> None:
    print(json.dumps(message), file=out, flush=True)


if __name__ == "__main__":
    main()
