"""What a model and its data tell beside a record: curvature, and the noise of the gradient."""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.data.draws import generator
from chainrule.eager.transforms import grad, hvp
from chainrule.optim.rule import parameters
from chainrule.train.rows import Rows
from chainrule.train.step import plain

Array = Any
Loss = Callable[[Any, Any], Any]
ROWS = 512  # that stand for all
ROUNDS = 20  # of the power method: some per cent are enough
SMALL, DRAWS = 4, 128  # rows of the small batches, and how many of them
STREAM = 5


def curvature(model: Any, data: Rows, loss: Loss, seed: int = 0) -> float:
    """Return the largest eigenvalue, by size, of the loss's Hessian at the model's parameters.

    A few rounds of the power method, each a product of the Hessian with a direction.

    Source: LeCun, Simard, Pearlmutter (1993), Automatic learning rate maximization by on-line
    estimation of the Hessian's eigenvectors.
    """
    x, y = some(data, seed)
    rng = generator(seed, STREAM)
    value = 0.0
    direction = {p: rng.standard_normal(w.shape) for p, w in leaves(model).items()}
    for _ in range(ROUNDS):
        length = size(direction) or 1.0
        direction = {p: (d / length).astype(leaves(model)[p].dtype) for p, d in direction.items()}
        product = hvp(lambda m: loss(m(x), y), (model,), (like(model, direction),))
        turned = leaves(product)
        value = sum(float((direction[p] * turned[p]).sum()) for p in direction)
        direction = turned
    return value


def noise(model: Any, data: Rows, loss: Loss, seed: int = 0) -> float:
    """Return the batch size at which noise and gradient are alike in size: tr(S) / |G|^2.

    From the norms of the gradients of small batches, and of all rows at once.

    Source: McCandlish, Kaplan, Amodei (2018), An Empirical Model of Large-Batch Training,
    appendix A.1.
    """
    x, y = some(data, seed)
    rng = generator(seed, STREAM + 1)
    n, few = len(x), SMALL if len(x) > 2 * SMALL else 1

    def squared(rows: Any) -> float:
        found = leaves(grad(lambda m: loss(m(x[rows]), y[rows]))(model))
        return size(found) ** 2

    whole = squared(slice(None))
    parts = float(np.mean([squared(rng.choice(n, few, replace=False)) for _ in range(DRAWS)]))
    if n <= few:
        return 0.0
    gradient = (n * whole - few * parts) / (n - few)
    spread = max((parts - whole) / (1 / few - 1 / n), 0.0)
    return spread / gradient if gradient > 0 else float("inf")


def some(data: Rows, seed: int) -> Rows:
    """Return at most so many rows as stand for all."""
    x, y = data
    if len(x) <= ROWS:
        return x, y
    rows = generator(seed, STREAM + 2).choice(len(x), ROWS, replace=False)
    return x[rows], y[rows]


def leaves(model: Any) -> dict[str, Array]:
    return {path: np.asarray(plain(leaf)) for path, leaf in parameters(model).items()}


def size(arrays: dict[str, Array]) -> float:
    """Return the root of the sum of squares of all entries."""
    return float(np.sqrt(sum(np.square(x.astype(np.float64)).sum() for x in arrays.values())))


def like(model: Any, arrays: dict[str, Array]) -> Any:
    """Return a model with these arrays in place of its parameters."""
    return model.load_state_dict({**model.state_dict(), **arrays})
