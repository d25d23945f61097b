"""chainrule by its README: `Trainer` for nets, `compile` for functions, tensors for gates."""

from collections.abc import Callable
from typing import Any

import numpy as np

import chainrule as cr
from benchmarks.cases import MOMENTUM, Gates, Net
from benchmarks.circuits import CIRCUITS, W, X, looped
from benchmarks.library import Library
from benchmarks.problem import Problem
from benchmarks.steps import step_of

LIBRARY = Library(
    m=cr,
    relu=cr.relu,
    softplus=cr.softplus,
    logsumexp=lambda z: cr.logsumexp(z, axis=1),
    grad=cr.grad,
    value_and_grad=cr.value_and_grad,
    hvp=lambda f, w, v: cr.hvp(f, (w,), (v,)),
    jacobian=cr.jacobian,
)


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    case = problem.case
    if isinstance(case, Gates):
        return gates(case)
    return trained(problem) if isinstance(case, Net) else compiled(problem)


def trained(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    """Train a net."""
    case: Any = problem.case
    net = cr.nn.MLP(*case.sizes, activation=case.activation, key=0)
    trainer = cr.Trainer(
        net.load_state_dict(problem.state), loss=case.loss, optimizer=optimizer(case)
    )

    def ready(rows: Any) -> Callable[[], Any]:
        return lambda: trainer.run(problem.x, problem.y, rows)

    return ready


def optimizer(case: Net) -> Any:
    """Return the update rule of a case; the betas of Adam are those of the others by default."""
    if case.optimizer == "momentum":
        return cr.optim.Momentum(rate=case.rate, momentum=MOMENTUM)
    return {"sgd": cr.optim.SGD, "adam": cr.optim.Adam}[case.optimizer](rate=case.rate)


def compiled(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    """Call a compiled function step by step."""
    return by_steps(problem, cr.compile(step_of(problem, LIBRARY)))


def by_steps(problem: Problem, step: Callable[..., Any]) -> Callable[[Any], Callable[[], Any]]:
    """Return a rival that applies ``step(state, x, y) -> (state, loss)``."""
    state, x, y = problem.state, problem.x, problem.y
    full = problem.case.batch == len(x)

    def ready(rows: Any) -> Callable[[], Any]:
        def run() -> Any:
            nonlocal state
            losses = np.empty(len(rows))
            for i, batch in enumerate(rows):
                given = (x, y) if full else (x[batch], y[batch])
                state, losses[i] = step(state, *given)
            return losses

        return run

    return ready


def gates(case: Gates) -> Callable[[Any], Callable[[], Any]]:
    """Run a circuit forward and backward, gate by gate."""
    circuit = CIRCUITS[case.circuit]
    x, w = cr.tensor(X), cr.tensor(W)

    def gradient() -> Any:
        circuit(cr, x, w).backward()
        return x.grad

    return looped(gradient)
