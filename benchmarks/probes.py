"""What it costs to measure the norm of every parameter's gradient at every step.

    python -m benchmarks.probes [--rounds N] [--json]

The net and the batches of the case `digits32`. The trainers take turns in one process on one core,
some hundred steps at a time, in processor time. Where in memory a trainer's arrays happen to lie
alone makes some per cent, so new ones are made again and again; the second plain one shows what
noise is left.
"""

import argparse
import os
import time
from statistics import median
from typing import Any

import chainrule as cr
from benchmarks.cases import CASES, Net
from benchmarks.machine import facts
from benchmarks.problem import Problem, make
from benchmarks.results import write

GOAL = 0.02  # of the time of a step
STEPS = 200  # a turn, some milliseconds: short enough that most turns are not disturbed
TURNS = 25  # of a trainer
NORMS = cr.Watch(["*.weight@grad", "*.bias@grad"], stats="norm")
KINDS: dict[str, cr.Watch | None] = {"plain": None, "norms": NORMS, "plain again": None}


def trainer(problem: Problem, watch: cr.Watch | None) -> cr.Trainer:
    case = problem.case
    assert isinstance(case, Net)
    net = cr.nn.MLP(*case.sizes, key=0).load_state_dict(problem.state)
    rule = cr.optim.Adam(rate=case.rate)
    return cr.Trainer(net, loss=case.loss, optimizer=rule, watch=watch)


def measure(rounds: int) -> dict[str, list[float]]:
    """Return seconds a step of each kind, turn by turn."""
    problem = make(CASES["digits32"])
    rows = problem.rows(STEPS)
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for turn in range(rounds):
        order = shifted(list(KINDS), turn)
        if turn % TURNS == 0:
            trainers = {kind: trainer(problem, KINDS[kind]) for kind in order}
            for made in trainers.values():
                made.run(problem.x, problem.y, rows)
        for kind in order:
            began = time.process_time()
            trainers[kind].run(problem.x, problem.y, rows)
            took[kind].append((time.process_time() - began) / STEPS)
    return took


def shifted(names: list[str], turn: int) -> list[str]:
    """Return the names beginning with another one at each turn."""
    first = turn % len(names)
    return names[first:] + names[:first]


def report(took: dict[str, list[float]]) -> dict[str, Any]:
    """Return medians, least times, and medians of the ratios to the plain trainer, turn by turn."""
    return {
        "case": "digits32",
        "about": "norm of the gradient of every parameter tensor, at every step",
        "machine": facts(),
        "goal": GOAL,
        "rounds": len(took["plain"]),
        "steps_a_round": STEPS,
        "seconds_per_step": {
            kind: {"median": median(values), "least": min(values)} for kind, values in took.items()
        },
        "cost": {kind: cost(values, took["plain"]) for kind, values in took.items()},
    }


def cost(values: list[float], plain: list[float]) -> float:
    """Return by which share of its time a step became longer."""
    return median(a / b for a, b in zip(values, plain, strict=True)) - 1


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.probes")
    parser.add_argument("--rounds", type=int, default=1500)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    found = report(measure(options.rounds))
    for kind, seconds in found["seconds_per_step"].items():
        middle, least = (1e6 * seconds[name] for name in ("median", "least"))
        print(f"{kind:12} median {middle:.2f} us, least {least:.2f} us: {found['cost'][kind]:+.2%}")
    print(f"the goal is at most {GOAL:+.0%}")
    if options.json:
        write("probes", found)


if __name__ == "__main__":
    main()
