"""Slopes by differences: the judge of every derivative, which knows nothing of the rules."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

STEP = 5e-4
NODES = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))  # fourth order, centred


def slope(f: Callable[[Any], float], x: Any, direction: Any, step: float = STEP) -> float:
    """Return the derivative of `f` at `x` in a direction."""
    return sum(w * f(x + k * step * direction) for k, w in NODES) / step


def crosses_kink(state: Callable[[Any], Any], x: Any, direction: Any) -> bool:
    """Tell whether a discrete state changes between the points that `slope` visits."""
    here = state(x)
    return any(np.any(state(x + k * STEP * direction) != here) for k, _ in NODES)


def replaced(values: Sequence[Any], position: int, value: Any) -> list[Any]:
    return [value if i == position else v for i, v in enumerate(values)]


def close(a: float, b: float, tolerance: float = 1e-7) -> bool:
    return bool(abs(a - b) <= tolerance * max(1.0, abs(a), abs(b)))
