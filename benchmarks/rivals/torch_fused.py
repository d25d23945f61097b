"""torch with the fused optimizer: one kernel for the update of all weights."""

from collections.abc import Callable
from typing import Any

from benchmarks.problem import Problem
from benchmarks.rivals import _torch


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    return _torch.train_net(problem, fused=True)
