"""torch.compile of the whole step: forward, backward and update as one graph. Needs g++.

The state is changed in place, which was the fastest form, a third faster than returning a new one;
`max-autotune`, `reduce-overhead` and the C++ wrapper changed nothing within the noise, or lost.
"""

from collections.abc import Callable
from shutil import which
from typing import Any

import torch

from benchmarks.problem import Problem
from benchmarks.rivals import _torch
from benchmarks.steps import state_of, step_of, targets_of


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    if which("g++") is None and which("clang++") is None:
        raise ImportError("torch.compile needs a C++ compiler, and there is none")
    _torch.settle(problem)
    step = step_of(problem, _torch.LIBRARY)

    def update(state: Any, x: Any, y: Any) -> Any:
        new, loss = step(state, x, y)
        torch.utils._pytree.tree_map(lambda old, now: old.copy_(now), state, new)
        return loss

    compiled = torch.compile(update, fullgraph=True, dynamic=False)
    return _torch.step_functions(
        lambda state, x, y: (state, compiled(state, x, y)),
        state_of(problem),
        problem,
        targets_of(problem),
    )
