"""Series of made numbers: nets of any depth whose gradients are known."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.explain.flow.make import flow
from chainrule.explain.flow.records import Flow

Array = Any


@dataclass(frozen=True)
class Made:
    """A series in columns of one step."""

    steps: Array
    max: Array
    last: Array


def made(steps: Any, values: Any) -> Made:
    found = np.broadcast_to(np.asarray(values, np.float64), np.shape(steps))
    return Made(np.asarray(steps, np.int64), found, found)


def start(depth: int, function: str = "relu") -> dict[str, Any]:
    """Return what a net of so many linear layers says of itself; its weights have 4 entries."""
    modules, parameters, activations = [], [], {}
    for layer in range(depth):
        path = f"layers.{2 * layer}"
        modules += [{"path": path, "class": "Linear"}]
        parameters += [{"name": f"{path}.weight", "shape": [2, 2]}]
        parameters += [{"name": f"{path}.bias", "shape": [2]}]
        if layer < depth - 1:
            activations[f"layers.{2 * layer + 1}"] = function
            modules += [{"path": f"layers.{2 * layer + 1}", "class": "ReLU"}]
    return {"modules": modules, "parameters": parameters, "activations": activations}


def recorded(sizes: Any, steps: Any, function: str = "relu", **more: Any) -> dict[str, Made]:
    """Return the series of a net; `sizes` are root mean squares, (layers, steps) or (layers, 1)."""
    series = {}
    for layer, row in enumerate(np.asarray(sizes, np.float64)):
        name, after = f"layers.{2 * layer}.weight", f"layers.{2 * layer + 1}"
        series[f"{name}@grad:norm"] = made(steps, 2 * row)
        series[f"layers.{2 * layer}.bias@grad:norm"] = made(steps, row)
        series[f"{name}:ratio"] = made(steps, 1e-3)
        if layer < len(sizes) - 1:
            series[f"{after}:std"] = made(steps, 1.0)
            series[f"{after}:dead"] = made(steps, 0.1)
            series[f"{after}:saturated"] = made(steps, 0.7)
    series["loss"] = made(steps, np.linspace(2, 1, len(steps)))
    return {**series, **more}


def flow_of(sizes: Any, steps: Any = range(1, 41), function: str = "relu", **more: Any) -> Flow:
    """Return the flow of a net whose gradients have these sizes."""
    options = {name: more.pop(name) for name in ("columns", "relative", "every") if name in more}
    series = recorded(sizes, list(steps), function, **more)
    return flow(start(len(sizes), function), series, **options)


def healthy(depth: int = 3) -> Flow:
    return flow_of(np.full((depth, 1), 1e-3))


def vanishing(depth: int = 50) -> Flow:
    """Return a net of tanh that loses a factor of 2.6e5: from 1.1e-4 down to 4.2e-10."""
    sizes = np.geomspace(4.2e-10, 1.1e-4, depth)[:, None]
    return flow_of(sizes, function="tanh")


def diverging() -> Flow:
    """Return a net whose gradients grow a hundredfold each ten steps, and break off at step 31."""
    sizes = np.repeat([[1e-3, 1e-1, 1e1, np.nan]], 10, axis=1).repeat(3, axis=0)
    sizes[0, 30:] = 0
    loss = made(range(1, 41), np.repeat([1.0, 50.0, 1e5, np.nan], 10))
    return flow_of(sizes, loss=loss)
