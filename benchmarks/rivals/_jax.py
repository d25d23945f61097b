"""What `jax_step` and `jax_scan` share: the library, the step, and the arrays it begins with."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.library import Library
from benchmarks.problem import Problem
from benchmarks.steps import state_of, step_of, targets_of

LIBRARY = Library(
    m=jnp,
    relu=jax.nn.relu,
    softplus=jax.nn.softplus,
    logsumexp=lambda z: jax.nn.logsumexp(z, axis=1),
    grad=jax.grad,
    value_and_grad=jax.value_and_grad,
    hvp=lambda f, w, v: jax.jvp(jax.grad(f), (w,), (v,))[1],
    jacobian=jax.jacrev,
)


def started(problem: Problem) -> tuple[Callable[..., Any], Any, Any, Any]:
    """Return ``step(state, x, y, rows) -> (state, loss)``, the first state, and the table."""
    inner = step_of(problem, LIBRARY)
    x, y = jnp.asarray(problem.x), jnp.asarray(targets_of(problem))
    full = problem.case.batch == len(problem.x)

    def step(state: Any, x: Any, y: Any, rows: Any) -> tuple[Any, Any]:
        return inner(state, x, y) if full else inner(state, x[rows], y[rows])

    return step, jax.tree.map(jnp.array, state_of(problem)), x, y
