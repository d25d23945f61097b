"""What the losses of the first steps must be: computed in float64, by code that is not timed.

Nets are judged by NumPy by hand, functions by chainrule run gate by gate, circuits by their
gradients there. Everyone else must come out the same within the tolerance.
"""

from functools import cache
from typing import Any

import numpy as np

from benchmarks.cases import CASES, Gates, Net
from benchmarks.problem import make
from benchmarks.rivals import chainrule, numpy
from benchmarks.steps import step_of

Array = Any

TOLERANCE = 1e-3  # relative, of float32 after the first steps; observed: 2e-6 and less


@cache
def losses(name: str) -> Array:
    """Return the losses of the first steps of a case, (check,)."""
    case = CASES[name]
    problem = make(case).astype(np.float64)
    if isinstance(case, Gates):
        ready = chainrule.build(problem)
    elif isinstance(case, Net):
        ready = numpy.build(problem)
    else:
        ready = chainrule.by_steps(problem, step_of(problem, chainrule.LIBRARY))
    return np.array(ready(problem.rows(case.check))())


def complaint(name: str, found: Array) -> str:
    """Return how the losses differ from what they must be, or "" if they agree.

    A single loss is the mean of the steps.
    """
    wanted, found = losses(name), np.asarray(found, np.float64)
    if found.ndim == 0:
        wanted = wanted.mean()
    if found.shape != wanted.shape:
        return f"losses of shape {found.shape}, not {wanted.shape}"
    far = ~(np.abs(found - wanted) <= TOLERANCE * np.abs(wanted))
    if not far.any():
        return ""
    step = int(np.argmax(far))
    got, should = found.ravel()[step], wanted.ravel()[step]
    return f"computes something else: loss {got:.6g} at step {step}, where it must be {should:.6g}"
