"""Circuits of small gates, for engines that run gate by gate.

Each circuit is ``(m, x, w) -> number``, m being the engine's namespace with NumPy's names.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

LENGTH = 20  # times each circuit repeats itself


def repeated(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return a circuit that applies `step` over and over and sums the result."""

    def circuit(m: Any, x: Any, w: Any) -> Any:
        h = x
        for _ in range(LENGTH):
            h = step(m, h, x, w)
        return m.sum(h)

    return circuit


def mixed(m: Any, h: Any, x: Any, w: Any) -> Any:
    """Five gates such as small nets are made of."""
    y = m.tanh(h * w + x)
    z = y - w
    return z * x


def product(m: Any, h: Any, x: Any, w: Any) -> Any:
    """A product of 4 by 4 matrices, between two changes of shape."""
    return m.reshape(m.matmul(m.reshape(h, (4, 4)), m.reshape(w, (4, 4))), (16,))


STEPS = {  # name -> what is repeated, gates in it
    "mixed": (mixed, 5),
    "add": (lambda m, h, x, w: h + x, 1),
    "multiply": (lambda m, h, x, w: h * w, 1),
    "divide": (lambda m, h, x, w: h / w, 1),
    "tanh": (lambda m, h, x, w: m.tanh(h), 1),
    "exp": (lambda m, h, x, w: m.exp(-h), 2),
    "maximum": (lambda m, h, x, w: m.maximum(h, w), 1),
    "matmul": (product, 4),
}
CIRCUITS = {name: repeated(step) for name, (step, _) in STEPS.items()}
GATES = {name: gates * LENGTH + 1 for name, (_, gates) in STEPS.items()}

X = np.linspace(0.1, 1.0, 16)
W = np.linspace(-1.0, 1.1, 16)


def looped(gradient: Callable[[], Any]) -> Callable[[Any], Callable[[], Any]]:
    """Return a rival that runs a circuit as often as there are rows; its loss is a checksum."""

    def ready(rows: Any) -> Callable[[], Any]:
        def run() -> Any:
            for _ in rows:
                found = gradient()
            return np.sum(found)

        return run

    return ready
