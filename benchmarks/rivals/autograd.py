"""autograd: NumPy functions recorded and differentiated, the update by hand."""

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

from benchmarks.cases import Gates
from benchmarks.circuits import CIRCUITS, W, X, looped
from benchmarks.library import Library
from benchmarks.problem import Problem
from benchmarks.steps import state_of, step_of, targets_of

Function = Callable[..., Any]


def logsumexp(z: Any) -> Any:
    top = anp.max(z, axis=1, keepdims=True)
    return anp.log(anp.sum(anp.exp(z - top), axis=1)) + top[:, 0]


def value_and_grad(f: Function) -> Function:
    return autograd.value_and_grad(f)  # type: ignore[no-any-return]


def hvp(f: Function, w: Any, v: Any) -> Any:
    """Return the gradient of the gradient's product with v."""

    def along(w: Any) -> Any:
        g = autograd.grad(f)(w)
        return sum(anp.sum(g[name] * v[name]) for name in v)

    return autograd.grad(along)(w)


def jacobian(f: Function) -> Function:
    """Return the Jacobian by each array of a dict, which autograd takes one at a time."""

    def full(w: Any) -> Any:
        return {
            name: autograd.jacobian(lambda p, name=name: f({**w, name: p}))(p)
            for name, p in w.items()
        }

    return full


LIBRARY = Library(
    m=anp,
    relu=lambda x: anp.maximum(x, 0),
    softplus=lambda x: anp.logaddexp(0, x),
    logsumexp=logsumexp,
    grad=autograd.grad,
    value_and_grad=value_and_grad,
    hvp=hvp,
    jacobian=jacobian,
)


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    if isinstance(problem.case, Gates):
        circuit = CIRCUITS[problem.case.circuit]
        gradient = autograd.grad(lambda x, w: circuit(anp, x, w), (0, 1))
        return looped(lambda: gradient(X, W)[0])
    step, state = step_of(problem, LIBRARY), state_of(problem)
    x, y = problem.x, targets_of(problem)

    def ready(rows: Any) -> Callable[[], Any]:
        def run() -> Any:
            nonlocal state
            losses = np.empty(len(rows))
            for i, batch in enumerate(rows):
                state, losses[i] = step(state, x[batch], y[batch])
            return losses

        return run

    return ready
