"""JAX, one compiled call a round: `jax.lax.scan` over the batches, gathered inside by index."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.problem import Problem
from benchmarks.rivals._jax import started


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    step, state, x, y = started(problem)

    def epoch(state: Any, x: Any, y: Any, rows: Any) -> Any:
        return jax.lax.scan(lambda state, batch: step(state, x, y, batch), state, rows)

    compiled = jax.jit(epoch, donate_argnums=0)

    def ready(rows: Any) -> Callable[[], Any]:
        batches = jnp.asarray(rows, jnp.int32)

        def run() -> Any:
            nonlocal state
            state, losses = compiled(state, x, y, batches)
            jax.block_until_ready(state)
            return np.asarray(losses)

        return run

    return ready
