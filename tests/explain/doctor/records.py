"""Records of a sound run of made numbers, in which tests plant faults."""

from typing import Any

import numpy as np

from chainrule.explain.doctor.diagnosis import examine
from chainrule.explain.doctor.record import Record, Series

STEPS = np.arange(1, 401)
SIZES = {"layers.0.weight": (20, 8), "layers.2.weight": (10, 20), "layers.4.weight": (4, 10)}
FUNCTIONS = {"layers.1": "relu", "layers.3": "relu"}


def even(value: float) -> Series:
    return Series(STEPS, np.full(len(STEPS), value))


def falling(first: float, last: float, noise: float = 0.02) -> Series:
    rng = np.random.default_rng(0)
    values = last + (first - last) * np.exp(-STEPS / 60)
    return Series(STEPS, values * (1 + noise * rng.standard_normal(len(STEPS))))


def sound(functions: dict[str, str] | None = None, **changes: Any) -> Record:
    """Return the record of a run that is well, with some parts of it replaced."""
    functions = functions or FUNCTIONS
    rng = np.random.default_rng(1)
    series = {"loss": falling(1.5, 0.1), "rate": even(0.1), "val_loss": Series(
        STEPS[19::20], falling(1.5, 0.15).values[19::20])}  # fmt: skip
    for name, shape in SIZES.items():
        series[f"{name}@grad:norm"] = even(0.01 * np.sqrt(np.prod(shape)))
        series[f"{name}:ratio"] = even(1e-3)
    for path in functions:
        series |= {f"{path}:{k}": even(v) for k, v in
                   (("std", 1.0), ("zeros", 0.5), ("dead", 0.02), ("saturated", 0.5))}  # fmt: skip
    start = {
        "parameters": [{"name": name, "shape": list(shape)} for name, shape in SIZES.items()],
        "activations": functions,
        "loss": "softmax_cross_entropy",
        "optimizer": "SGD(rate=0.1)",
        "batch": 32,
        "rows": 640,
        "steps_per_epoch": 20,
        "inputs": {"mean": {"each": [0.0] * 8}, "std": {"each": [1.0] * 8}},
        "targets": {"kind": "class", "counts": [160] * 4},
    }
    return Record(
        start={**start, **changes.pop("start", {})},
        series={**series, **changes.pop("series", {})},
        weights={name: rng.normal(size=shape) for name, shape in SIZES.items()}
        | changes.pop("weights", {}),
        **changes,
    )


def rules(record: Record) -> list[str]:
    """Return the names of the rules that fire."""
    return examine(record).rules
