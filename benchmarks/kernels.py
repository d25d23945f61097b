"""Where a step's time goes: every kernel of a compiled step alone, beside what the processor can.

`python -m benchmarks.kernels digits32 digits128 --save` times each kernel on arrays that stay in
the cache, with the step's own shapes, and says which share of the peak of products and sums (FMA)
it reaches; the peak is measured by a loop that does nothing else.
"""

import ctypes
import dataclasses
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

import chainrule as cr
from benchmarks.cases import Net, chosen
from benchmarks.machine import facts
from benchmarks.problem import Problem, make
from benchmarks.rivals.chainrule import optimizer
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.executable import Executable
from chainrule.compiler.llvm import Library, build, host, link
from chainrule.compiler.main import RUN, Launch, Memory, write_main
from chainrule.compiler.plan import Plan
from chainrule.compiler.values import constant, vector

ROUNDS = 15
STEPS = 200  # a round
CHAINS = 12  # sums that are under way at once in the loop that measures the peak
RESULTS = Path(__file__).parent / "results" / "kernels.json"


def peak() -> float:
    """Return the most float32 operations a second of one core; a product and a sum are two."""
    on = host()
    kind = vector("float", on.lanes(4))
    f = Function("peak", [("turns", "i64"), ("out", "ptr")], head="")
    turns, out = f.parameters
    one = constant(kind, 0.999)
    with f.loop(turns, carried=[constant(kind, 1.0 + k) for k in range(CHAINS)]) as loop:
        loop.next = [f.fma(x, one, one) for x in loop.carried]
    total = loop.carried[0]
    for x in loop.carried[1:]:
        total = f.add(total, x)
    f.store(total, out)
    f.give()
    library = link(build(module_text([f]), on), on)
    run = library.function("peak", ctypes.c_int64, ctypes.c_void_p)
    room = np.zeros(64, np.float32)
    count = 2_000_000
    seconds = least(lambda: run(count, room.ctypes.data), 1)
    return 2 * CHAINS * on.lanes(4) * count / seconds


def least(once: Any, count: int) -> float:
    """Return the least seconds a call of `once` takes, over rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        once()
        best = min(best, (time.perf_counter() - began) / count)
    return best


def profile(case: Net, most: float) -> dict[str, Any]:
    """Return the time of a step, and of each of its kernels alone."""
    problem = make(case)
    code = step_of(problem)
    if code.plan.sharing.stages:
        raise SystemExit(f"{case.name} has kernels that threads share: they run together alone")
    sliced, stacked = code.steps.sliced, code.steps.stacked
    given = [filled(x, n in sliced) for n, x in enumerate(code.circuit.inputs)]
    found = [
        np.zeros((STEPS, *s) if n in stacked else s, d) for n, (s, d) in enumerate(code.shapes)
    ]
    code.run(given, found, STEPS)
    step = least(lambda: code.run(given, found, STEPS), STEPS)
    kernels = [one_kernel(code, code.plan, launch, most) for launch in firsts(code.plan)]
    return {"step": step, "kernels": sorted(kernels, key=lambda k: -k["seconds"] * k["times"])}


def step_of(problem: Problem) -> Executable:
    """Return the native code of an update."""
    case: Any = problem.case
    net = cr.nn.MLP(*case.sizes, activation=case.activation, key=0)
    trainer = cr.Trainer(net, loss=case.loss, optimizer=optimizer(case))
    code = trainer.executable(problem.x, problem.y, problem.rows(1))
    assert isinstance(code, Executable)
    return code


def filled(node: Any, for_all_steps: bool) -> Any:
    """Return numbers for an input: small ones, and zeros where whole numbers are wanted."""
    if node.dtype.kind != "f":
        return np.zeros((STEPS, *node.shape) if for_all_steps else node.shape, node.dtype)
    return np.random.default_rng(0).uniform(0.01, 0.1, node.shape).astype(node.dtype)


def firsts(plan: Plan) -> list[Launch]:
    """Return the first launch of every kernel."""
    found: dict[int, Launch] = {}
    for launch in plan.launches:
        found.setdefault(launch.kernel.number, launch)
    return list(found.values())


def one_kernel(code: Executable, plan: Plan, launch: Launch, most: float) -> dict[str, Any]:
    """Return what a kernel computes, its time on arrays in the cache, and its share of the peak."""
    steps = dataclasses.replace(plan.steps, sliced=frozenset(), stacked=frozenset())
    memory = Memory(plan.circuit, steps, plan.arena, plan.scratch)
    functions = [k.f for k in (launch.kernel, launch.kernel.after) if k is not None]
    library = linked(module_text([write_main([launch], memory, host()), *functions]))
    run = library.function(RUN, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)
    seconds = least(lambda: run(code._table_at, STEPS, 0, None), STEPS)
    flops = launch.kernel.work.flops
    times = Counter(x.kernel.number for x in plan.launches)[launch.kernel.number]
    return {
        "gates": " ".join(n.op.name for n in launch.group.nodes if n.op),
        "kind": launch.group.kind,
        "shape": launch.group.shape,
        "times": times,
        "seconds": seconds,
        "flops": flops,
        "share_of_peak": flops / seconds / most,
    }


def linked(text: str) -> Library:
    return link(build(text, host()), host())


def table(name: str, found: dict[str, Any]) -> str:
    """Return the kernels that take most of a step, as text."""
    total = sum(k["seconds"] * k["times"] for k in found["kernels"])
    lines = [f"{name}: a step {1e6 * found['step']:.1f} us, its kernels alone {1e6 * total:.1f} us"]
    return "\n".join([*lines, *map(line, found["kernels"][:8])])


def line(k: dict[str, Any]) -> str:
    return (
        f"  {1e6 * k['seconds'] * k['times']:8.2f} us  {k['times']:3d} x  "
        f"{k['flops'] / k['seconds'] / 1e9:6.1f} GFLOP/s {100 * k['share_of_peak']:4.0f} %  "
        f"{k['kind']} {k['gates']} {list(k['shape'])}"
    )


def main() -> None:
    names = tuple(n for n in sys.argv[1:] if not n.startswith("-")) or ("digits32", "digits128")
    most = peak()
    print(f"peak {most / 1e9:.0f} GFLOP/s")
    found = {}
    for case in chosen(names):
        if not isinstance(case, Net):
            raise SystemExit(f"{case.name} is not a net")
        found[case.name] = profile(case, most)
        print(table(case.name, found[case.name]))
    if "--save" in sys.argv:
        facts_too = {"machine": facts(), "peak_flops": most, "cases": found}
        RESULTS.write_text(json.dumps(facts_too, indent=1) + "\n")


if __name__ == "__main__":
    main()
