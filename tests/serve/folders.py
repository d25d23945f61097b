"""Runs on the disk to be served."""

from pathlib import Path
from typing import Any

import numpy as np

from chainrule.runs.folder import Run
from chainrule.runs.store import Store

LAYERS = ("layers.0.weight", "layers.1.weight")


def begun(folder: Path, **settings: Any) -> Store:
    """Return the store of a new run that has just begun."""
    run = Run.create(folder, settings={"data": "digits", **settings})
    store = Store.create(run.path)
    store.add_event("start", 0, introduction())
    return store


def introduction() -> dict[str, Any]:
    return {
        "model": "MLP",
        "modules": [{"path": "layers.0", "class": "Linear"}],
        "parameters": [{"name": name, "shape": [2, 8]} for name in LAYERS],
        "activations": {"layers.2": "relu"},
        "epochs": 2,
    }


def trained(store: Store, first: int, last: int) -> None:
    """Record a loss of 1 / step, and gradients of norm 4 and 8 at every second step."""
    steps = np.arange(first, last + 1)
    store.add(steps, {"loss": 1 / steps})
    some = steps[steps % 2 == 0]
    ones = np.ones(len(some))
    names = [f"{name}@grad:norm" for name in LAYERS]
    store.add(some, {names[0]: 4 * ones, names[1]: 8 * ones, "layers.2:zeros": 0.25 * ones})


def ended(store: Store, step: int, how: str = "epochs") -> None:
    """Record how the run ended, and close the store."""
    store.add_event("end", step, {"stopped": how})
    store.close()


def finished(folder: Path, steps: int = 20) -> Path:
    """Write a whole run of so many steps, and return its folder."""
    store = begun(folder)
    trained(store, 1, steps)
    store.add_histograms(2, {f"{LAYERS[0]}@grad": np.arange(68)})
    store.add_event("epoch", steps, {"epoch": 1, "val_loss": float("nan")})
    ended(store, steps)
    return folder
