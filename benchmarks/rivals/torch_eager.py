"""torch as most people use it: layers, an optimizer, `loss.backward()`."""

from collections.abc import Callable
from typing import Any

import torch

from benchmarks.cases import Gates, Net
from benchmarks.circuits import CIRCUITS, W, X, looped
from benchmarks.problem import Problem
from benchmarks.rivals import _torch
from benchmarks.steps import step_of


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    case = problem.case
    if isinstance(case, Net):
        return _torch.train_net(problem)
    _torch.settle(problem)
    if isinstance(case, Gates):
        return gates(case)
    step = step_of(problem, _torch.EAGER)
    return _torch.step_functions(step, problem.state, problem, problem.y)


def gates(case: Gates) -> Callable[[Any], Callable[[], Any]]:
    """Run a circuit forward and backward."""
    circuit = CIRCUITS[case.circuit]
    x, w = torch.tensor(X, requires_grad=True), torch.tensor(W, requires_grad=True)

    def gradient() -> Any:
        x.grad = w.grad = None
        circuit(torch, x, w).backward()
        return x.grad.numpy()

    return looped(gradient)
