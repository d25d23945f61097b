"""What the table of layers and the map hold: plain data, from which every renderer draws."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chainrule.explain.flow.scale import Band

Array = Any
DEAD, SATURATED = "dead", "saturated"
USUAL = (1e-4, 1e-2)  # of an update beside its weight
MOST_IDLE = {DEAD: 0.4, SATURATED: 0.6}


@dataclass(frozen=True)
class Row:
    """One tensor of parameters, as it was when it was measured last; None is not measured.

    Attributes:
        name: of the parameter: `layers.0.weight`.
        label: of the layer: `layers.0`.
        shape: of the tensor.
        gradient: root mean square of the loss's gradient.
        ratio: size of the update beside that of the weights.
        activation: the output that tells what the layer does, "" if there is none.
        spread: standard deviation of that output.
        kind: "dead", or "saturated" for activations that have two bounds.
        idle: share of its units that are so.
    """

    name: str
    label: str
    shape: tuple[int, ...]
    gradient: float | None = None
    ratio: float | None = None
    activation: str = ""
    spread: float | None = None
    kind: str = DEAD
    idle: float | None = None

    @property
    def ratio_is_usual(self) -> bool:
        """Whether updates are neither too small nor too large, as far as is known."""
        return self.ratio is None or USUAL[0] <= self.ratio <= USUAL[1]

    @property
    def is_idle(self) -> bool:
        """Whether too many units do nothing."""
        return self.idle is not None and self.idle > MOST_IDLE[self.kind]

    def trouble(self, band: Band) -> int:
        """Return how much is wrong here: 0 is nothing."""
        odd = 0 if self.gradient is None else int(band.verdict(self.gradient) != "healthy")
        broken = self.gradient is not None and not math.isfinite(self.gradient)
        return 4 * broken + 2 * odd + self.is_idle + (not self.ratio_is_usual)


@dataclass(frozen=True)
class Curve:
    """A figure over the columns of the map.

    Attributes:
        name: `loss`, `accuracy`.
        values: the largest of each column, (columns,).
        known: where there is one, (columns,).
        last: the newest number.
    """

    name: str
    values: Array
    known: Array
    last: float


@dataclass(frozen=True)
class Flow:
    """How gradients came through the layers, at every step that was measured.

    Attributes:
        rows: one for each tensor, from the input to the output.
        steps: the first step of each column, (columns,).
        last: the last step.
        sizes: root mean squares of gradients, the largest of each column, (rows, columns).
        known: where one was measured, (rows, columns).
        curves: the loss, and accuracy if there is one.
        band: what counts as healthy.
        sentence: what there is to see, in words.
    """

    rows: tuple[Row, ...]
    steps: Array
    last: int
    sizes: Array
    known: Array
    curves: tuple[Curve, ...]
    band: Band
    sentence: str

    @property
    def first(self) -> int:
        """The first step."""
        return int(self.steps[0]) if len(self.steps) else 0

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: None is not measured, "nan" and "inf" are not finite."""
        sizes = [listed(*pair) for pair in zip(self.sizes, self.known, strict=True)]
        return {
            "sentence": self.sentence,
            "band": asdict(self.band),
            "rows": [row_data(row) for row in self.rows],
            "steps": self.steps.tolist(),
            "last": self.last,
            "map": sizes,
            "curves": {
                curve.name: {
                    "values": listed(curve.values, curve.known),
                    "last": figure(curve.last),
                }
                for curve in self.curves
            },
        }


def row_data(row: Row) -> Mapping[str, Any]:
    data = {**asdict(row), "shape": list(row.shape)}
    return {name: figure(x) if isinstance(x, float) else x for name, x in data.items()}


def listed(values: Array, known: Array) -> list[float | str | None]:
    """Return numbers as JSON has them, None where there is none."""
    return [figure(x) if is_known else None for x, is_known in zip(values, known, strict=True)]


def figure(x: float) -> float | str:
    """Return a number as JSON has it."""
    return float(x) if math.isfinite(x) else str(float(x))
