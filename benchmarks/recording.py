"""What it costs to record a run: losses, statistics, histograms, snapshots, and to write them.

    python -m benchmarks.recording [--seconds N] [--json]

The nets of the cases `digits32` and `deep50`, trained by `cr.fit`'s own loop on one core. Loops
with and without a recorder take turns of some epochs in one process, in processor time; the second
plain one shows what noise is left. `told` is what the recorder itself says that it costs.
"""

import argparse
import os
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import chainrule as cr
from benchmarks.cases import CASES, Net
from benchmarks.machine import facts
from benchmarks.problem import Problem, make
from benchmarks.results import write
from chainrule.nn import losses
from chainrule.nn.modes import as_key
from chainrule.runs.folder import Run
from chainrule.train.loop import Loop, Plan
from chainrule.train.progress import choose
from chainrule.train.recorder import Recorder
from chainrule.train.step import Objective, Stepper

GOAL = 0.02  # of the time
NAMES = ("digits32", "deep50")
KINDS = ("plain", "recorded", "plain again")
TURN = 0.1  # seconds
BEGINNING = 10.0  # seconds of a run in which more is recorded than afterwards


def loop(problem: Problem, folder: Path | None) -> Loop:
    """Return the loop of a case, which records into a folder if there is one."""
    case = problem.case
    assert isinstance(case, Net)
    net = cr.nn.MLP(*case.sizes, key=0, activation=case.activation).load_state_dict(problem.state)
    objective = Objective(losses.softmax_cross_entropy)
    stepper = Stepper(objective, cr.optim.Adam(rate=case.rate), as_key(0))
    stepper.start(net)
    plan = Plan(1 << 30, case.batch, 0, "shuffled")
    made = Loop(
        trainer=stepper,
        plan=plan,
        train=(problem.x, problem.y),
        held_out=None,
        metrics=(),
        progress=choose(False),
    )
    if folder is not None:
        made.recorder = Recorder(Run.create(folder, settings={}))
    made.recorder.start(made)
    return made


def turn(made: Loop, epochs: int) -> float:
    """Train for some epochs; return the seconds that the processor took."""
    began = time.process_time()
    for _ in range(epochs):
        for _ in made._epoch():
            made.recorder.keep(made)
        made._end_of_epoch()
    return time.process_time() - began


def measure(name: str, seconds: float) -> dict[str, Any]:
    """Return what recording a case costs, after the beginning of the run."""
    problem = make(CASES[name])
    with TemporaryDirectory() as folder:
        loops = {k: loop(problem, Path(folder, "run") if k == "recorded" else None) for k in KINDS}
        for made in loops.values():
            turn(made, 20)
        epochs = max(1, round(TURN / (turn(loops["plain"], 20) / 20)))
        ledger = loops["recorded"].recorder.ledger  # type: ignore[attr-defined]
        while ledger.total < BEGINNING:
            turn(loops["recorded"], epochs)
        before = (ledger.spent, ledger.total, ledger.measured, loops["recorded"].at.step)
        took = turns(loops, epochs, seconds)
        after = (ledger.spent, ledger.total, ledger.measured, loops["recorded"].at.step)
        loops["recorded"].recorder.end(loops["recorded"], None)
    spent, total, measured, steps = (b - a for a, b in zip(before, after, strict=True))
    return {
        "seconds_a_turn": {k: median(values) for k, values in took.items()},
        "cost": {k: sum(v) / sum(took["plain"]) - 1 for k, v in took.items()},
        "cost_of_a_usual_turn": {
            k: median(a / b for a, b in zip(v, took["plain"], strict=True)) - 1
            for k, v in took.items()
        },
        "told": spent / total,
        "told_of_the_whole_run": ledger.share,
        "every": steps / max(measured, 1),
        "turns": len(took["plain"]),
    }


def turns(loops: dict[str, Loop], epochs: int, seconds: float) -> dict[str, list[float]]:
    """Return the seconds of each turn, until so many have passed."""
    took: dict[str, list[float]] = {kind: [] for kind in loops}
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        shift = len(took["plain"]) % len(loops)
        for kind in [*loops][shift:] + [*loops][:shift]:
            took[kind].append(turn(loops[kind], epochs))
    return took


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recording")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each case")
    parser.add_argument("--json", action="store_true", help="write benchmarks/results")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    found = {name: measure(name, options.seconds) for name in NAMES}
    for name, x in found.items():
        cost, usual = x["cost"], x["cost_of_a_usual_turn"]
        print(f"{name:9} recorded {cost['recorded']:+.2%}, a usual turn {usual['recorded']:+.2%};")
        print(f"          noise {cost['plain again']:+.2%}, {usual['plain again']:+.2%}; told "
              f"{x['told']:.2%}; every {x['every']:.0f} steps")  # fmt: skip
    print(f"the goal is at most {GOAL:.0%}")
    if options.json:
        write("recording", {"machine": facts(), "goal": GOAL, "cases": found})


if __name__ == "__main__":
    main()
