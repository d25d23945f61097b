"""Clipping: gradients that are too long are cut, each entry by itself or all by one factor."""

from collections.abc import Mapping
from typing import Any

from chainrule.graph.registry import ops


def clip_by_value(gradients: Mapping[str, Any], limit: float) -> dict[str, Any]:
    """Return the gradients with every entry brought into [-limit, limit]. NaN stays NaN.

    >>> import numpy as np
    >>> clip_by_value({"w": np.array([-3.0, 0.5])}, 1.0)["w"].tolist()
    [-1.0, 0.5]
    """
    return {path: ops.clip(g, -limit, limit) for path, g in gradients.items()}


def clip_by_norm(gradients: Mapping[str, Any], limit: float) -> dict[str, Any]:
    """Return the gradients, scaled by one factor so that their common norm is at most `limit`.

        g <- g limit / max(limit, |g|)

    Directions stay as they are. The norm is summed in float64.

    >>> import numpy as np
    >>> clipped = clip_by_norm({"w": np.array([3.0]), "b": np.array([4.0])}, 1.0)
    >>> [round(g.item(), 6) for g in clipped.values()]
    [0.6, 0.8]

    Source: Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent
    neural networks.
    """
    if not gradients:
        return {}
    factor = limit / ops.maximum(global_norm(gradients), limit)
    return {path: g * ops.astype(factor, g.dtype.name) for path, g in gradients.items()}


def global_norm(gradients: Mapping[str, Any]) -> Any:
    """Return the norm of all entries of all gradients together, in float64.

    >>> import numpy as np
    >>> global_norm({"w": np.array([3.0]), "b": np.array([4.0])}).item()
    5.0
    """
    squares = [ops.sum(ops.square(ops.astype(g, "float64"))) for g in gradients.values()]
    total = squares[0]
    for term in squares[1:]:
        total = total + term
    return ops.sqrt(total)
