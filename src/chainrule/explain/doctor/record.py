"""What is known of a training run, as plain arrays under the names of the series."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Array = Any
BOUNDED = ("tanh", "sigmoid", "lecun_tanh", "softsign", "hardtanh")  # flat at both ends
FINE = 64  # rows over which a loss is a figure and no accident
EPOCHS = 6  # from which on their losses are compared
CUT = ("relu", "relu6")  # exactly 0, and so without a gradient, on one side


@dataclass(frozen=True)
class Series:
    """Numbers over steps.

    Attributes:
        steps: numbers of updates, rising, (n,).
        values: float64, (n,); they may be NaN or infinite.
    """

    steps: Array
    values: Array

    def __len__(self) -> int:
        return len(self.steps)

    def part(self, first: float, last: float) -> Array:
        """Return the finite values between two shares of the run, at least one if there is one.

        >>> Series(np.arange(1, 11), np.arange(10.0)).part(0.8, 1.0).tolist()
        [8.0, 9.0]
        """
        known = np.isfinite(self.values)
        values = self.values[known]
        begin = min(int(first * len(values)), max(len(values) - 1, 0))
        return values[begin : max(begin + 1, int(np.ceil(last * len(values))))]

    def typical(self, first: float = 0.0, last: float = 1.0) -> float:
        """Return the median between two shares of the run, NaN where there is nothing."""
        found = self.part(first, last)
        return float(np.median(found)) if len(found) else float("nan")

    def when(self, condition: Any) -> int:
        """Return the first step at which a condition on the values holds, 0 where it never does."""
        (places,) = np.nonzero(condition(self.values))
        return int(self.steps[places[0]]) if len(places) else 0

    def smooth(self, width: int) -> "Series":
        """Return the means of so many values in a row, under the last step of each."""
        count = len(self) // max(width, 1)
        if width <= 1 or not count:
            return self
        rows = self.values[: count * width].reshape(count, width)
        return Series(self.steps[width - 1 :: width][:count], rows.mean(axis=1))


NOTHING = Series(np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True)
class Record:
    """What is known of a run. What is not known is left out, and rules about it find nothing.

    Attributes:
        start: what the run began with: "parameters" as a list of {"name", "shape"}, "activations"
            as path -> name of the function, "loss", "batch", "rows", "steps_per_epoch", "optimizer"
            as text, "inputs" and "targets" as summaries.
        series: name -> numbers over steps: `loss`, `val_loss`, `layers.0.weight@grad:norm` ...
        weights: name of a parameter -> its array, as late in the run as it is known.
        fault: why the run stopped, if a number was no longer finite.
        curvature: the largest eigenvalue of the loss's Hessian, where it was estimated.
        noise: the batch at which noise and gradient are alike, where it was estimated.
    """

    start: Mapping[str, Any] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
    weights: Mapping[str, Array] = field(default_factory=dict)
    fault: str | None = None
    curvature: float | None = None
    noise: float | None = None

    def of(self, name: str, stat: str = "") -> Series:
        """Return the numbers of a name, or of a statistic of it; none where it was not recorded."""
        return self.series.get(f"{name}:{stat}" if stat else name, NOTHING)

    @cached_property
    def matrices(self) -> dict[str, tuple[int, ...]]:
        """Name -> shape of the parameters with two or more axes, from the input to the output."""
        listed = {p["name"]: tuple(p["shape"]) for p in self.start.get("parameters", ())}
        return {name: shape for name, shape in listed.items() if len(shape) >= 2}

    def activations(self, among: tuple[str, ...] = ()) -> list[str]:
        """Return the paths of activations, from the input to the output, perhaps of some kinds."""
        known = self.start.get("activations") or {}
        return [path for path, function in known.items() if not among or function in among]

    def gradient(self, name: str) -> Series:
        """Return the root mean square of a parameter's gradient."""
        found = self.of(f"{name}@grad", "norm")
        size = float(np.prod(self.matrices[name]))
        return Series(found.steps, found.values / np.sqrt(size))

    @property
    def loss(self) -> Series:
        """The loss of each update."""
        return self.of("loss")

    @cached_property
    def stride(self) -> float:
        """Steps from one loss to the next: of a long run not all are kept."""
        return max(1.0, float(np.median(np.diff(self.loss.steps)))) if len(self.loss) > 1 else 1.0

    @cached_property
    def fine_loss(self) -> Series:
        """The loss of 64 rows or more: of one batch, or of several small ones in a row."""
        steps = -(-FINE // max(1, int(self.start.get("batch") or FINE)))
        return self.loss.smooth(round(steps / self.stride))

    @cached_property
    def epoch_loss(self) -> Series:
        """The loss of whole epochs; where there are few of them, `fine_loss`.

        Each row is in it once. So weights that stand still have no ups and downs here.
        """
        epoch = round(int(self.start.get("steps_per_epoch") or 0) / self.stride)
        enough = epoch and len(self.loss) // epoch >= EPOCHS
        return self.loss.smooth(epoch) if enough else self.fine_loss

    @property
    def last_step(self) -> int:
        """The last step of which anything is known."""
        return max((int(s.steps[-1]) for s in self.series.values() if len(s)), default=0)
