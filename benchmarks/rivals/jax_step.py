"""JAX, one compiled call a step: `jax.jit` with the state donated."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.problem import Problem
from benchmarks.rivals._jax import started


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    step, state, x, y = started(problem)
    compiled = jax.jit(step, donate_argnums=0)

    def ready(rows: Any) -> Callable[[], Any]:
        batches = [jnp.asarray(batch, jnp.int32) for batch in rows]

        def run() -> Any:
            nonlocal state
            losses = []
            for batch in batches:
                state, loss = compiled(state, x, y, batch)
                losses.append(loss)
            jax.block_until_ready(state)
            return np.array(losses)

        return run

    return ready
