"""Who is measured: one file each, with one function `build`.

`build(problem)` prepares the library and returns ``ready(rows)``, which prepares the batches and
returns ``run()``: it makes all the steps, goes on from where the last run ended, and returns the
losses, (steps,), or their mean where the library gives no more. Only `run` is timed.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks.cases import Case, Gates, Net
from benchmarks.problem import Problem

Run = Callable[[], Any]
Ready = Callable[[Any], Run]

PACKAGES = {  # name -> the package it needs, under its name on the index
    "chainrule": "chainrule",
    "torch_eager": "torch",
    "torch_fused": "torch",
    "torch_compile": "torch",
    "jax_step": "jax",
    "jax_scan": "jax",
    "sklearn": "scikit-learn",
    "autograd": "autograd",
    "micrograd": "micrograd",
    "numpy": "numpy",
}
GATE_BY_GATE = ("chainrule", "torch_eager", "autograd")


def refusal(name: str, case: Case) -> str:
    """Return why a rival cannot run a case, or "" if it can."""
    if isinstance(case, Gates):
        return "" if name in GATE_BY_GATE else "runs no gate by itself"
    if name == "micrograd":
        return "" if case.name in ("moons", "xor") else "works on single numbers: hours for this"
    if isinstance(case, Net):
        return ""
    if name in ("sklearn", "numpy", "torch_fused"):
        return "has nothing for functions beside nets"
    return ""


def contenders(case: Case) -> list[str]:
    """Return who runs a case unless others are asked for."""
    return [n for n in PACKAGES if (n in case.rivals or not case.rivals) and not refusal(n, case)]


def build(name: str, problem: Problem) -> Ready:
    """Return a rival, ready for batches of a problem."""
    ready: Ready = import_module(f"benchmarks.rivals.{name}").build(problem)
    return ready
