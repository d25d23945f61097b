"""What is recorded of a step: statistics of every layer and parameter, measured beside the step.

The step is computed once more from the same state and rows, by code that measures and updates
nothing. So a run that is recorded comes to the same bits as one that is not, at whichever steps it
is measured.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from chainrule.errors import UsageError
from chainrule.graph.registry import ops
from chainrule.train.record import HIGHEST, LOWEST, SIDE, STATS, Seen
from chainrule.train.step import Stepper

Array = Any
OF_PARAMETERS = (("@grad", "norm"), ("", "norm"), ("", "ratio"))
OF_OUTPUTS = (("", "mean"), ("", "std"))
OF_ACTIVATIONS = (("", "zeros"), ("", "dead"), ("", "saturated"))


class Gauge:
    """Measures steps on batches of one shape; made by a first one.

    Attributes:
        names: of what is measured: `rate`, `layers.0.weight@grad:norm`.
        gradients: paths of the parameters whose gradients are kept for histograms.
    """

    def __init__(self, stepper: Stepper, x: Array, y: Array, rows: Array) -> None:
        self.names: list[str] = []
        self.gradients: list[str] = []
        self._stepper = stepper
        self._code = stepper.measuring(x, y, rows, self._pick)
        self._found = [np.empty(shape, dtype) for shape, dtype in self._code.shapes]

    def measure(self, x: Array, y: Array, rows: Array) -> Array:
        """Return the statistics of the step ahead on these rows, (names,), float64."""
        made = self._stepper
        self._code.run([*made.leaves, x, y, rows, made.key], self._found)
        return self._found[0].astype(np.float64)

    def histograms(self) -> dict[str, Array]:
        """Return name -> counts for the gradients of the step that was measured last."""
        pairs = zip(self.gradients, self._found[1:], strict=True)
        return {f"{path}@grad": counted(gradient) for path, gradient in pairs}

    def _pick(self, seen: Mapping[str, Seen], rate: Any) -> list[Any]:
        """Return the gate of all statistics in one, then the gradients of the parameters."""
        found = {"rate": np.asarray(rate) if isinstance(rate, float) else rate, **statistics(seen)}
        self.names = list(found)
        self.gradients = [n for n, x in seen.items() if is_parameter(x) and x.gradient is not None]
        numbers = [ops.reshape(ops.astype(x, "float64"), (1,)) for x in found.values()]
        return [ops.concatenate(*numbers), *(seen[name].gradient for name in self.gradients)]


def statistics(seen: Mapping[str, Seen]) -> dict[str, Any]:
    """Return name -> the gate of each statistic that is recorded."""
    found = {}
    activated = {id(x.value.inputs[0]) for x in seen.values() if activates(x)}
    for name, entry in seen.items():
        if "#" in name or id(entry.value) in activated:  # what enters an activation is told by it
            continue
        for suffix, stat in kinds(entry):
            try:
                gate = STATS[stat](entry, entry.part(name + suffix))
            except UsageError:  # a parameter that no gradient reaches, a layer without units
                continue
            found[f"{name}{suffix}:{stat}"] = gate
    return found


def kinds(entry: Seen) -> tuple[tuple[str, str], ...]:
    """Return the suffixes and statistics for what stands under a name."""
    if is_parameter(entry):
        return OF_PARAMETERS
    return OF_OUTPUTS + OF_ACTIVATIONS if activates(entry) else OF_OUTPUTS


def activates(entry: Seen) -> bool:
    """Return whether a gate is a function of one array, entry by entry."""
    gate = entry.value
    elementwise = gate.op is not None and gate.op.formula and len(gate.inputs) == 1
    return bool(elementwise) and not is_parameter(entry)


def is_parameter(entry: Seen) -> bool:
    return entry.update is not None


def counted(x: Array) -> Array:
    """Return how many entries there are of each sign and power of two, as `record.histogram` does.

    >>> counted(np.array([1.0, -0.5, 0.0, np.nan]))[[58, 9, 33, 67]]
    array([1, 1, 1, 1])
    """
    size = np.abs(x.ravel())
    _, power = np.frexp(size)
    power = np.clip(power - 1, LOWEST, HIGHEST) - LOWEST
    place = SIDE + np.where(x.ravel() > 0, power + 1, -1 - power)
    place[size < np.finfo(x.dtype).tiny] = SIDE
    place[~np.isfinite(size)] = 2 * SIDE + 1
    return np.bincount(place, minlength=2 * SIDE + 2)
