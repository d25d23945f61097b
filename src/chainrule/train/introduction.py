"""What a recording says first: the net, the settings and the data it is trained on."""

from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.nn.activations import Activation
from chainrule.nn.walk import survey
from chainrule.optim.rule import parameters
from chainrule.train.tasks import GOALS

if TYPE_CHECKING:
    from chainrule.train.loop import Loop

Array = Any
ROWS = 4096  # of a large table, to summarise it
LISTED = 256  # columns or classes that are listed one by one


def introduction(loop: "Loop", settings: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a recording's first event, as plain values."""
    x, y = loop.train
    plan, trainer = loop.plan, loop.trainer
    model, _ = trainer.current()
    return {
        "model": repr(model) if hasattr(type(model), "named_modules") else type(model).__name__,
        **parts(model),
        "parameters": [
            {"name": path, "shape": list(leaf.shape), "dtype": str(leaf.dtype)}
            for path, leaf in parameters(model).items()
        ],
        "settings": settings,
        "loss": name_of(loop.loss),
        "optimizer": repr(trainer.optimizer),
        "l2": trainer.objective.l2,
        "l1": trainer.objective.l1,
        "epochs": plan.epochs,
        "batch": plan.batch_size,
        "order": plan.order,
        "seed": plan.seed,
        "patience": plan.patience,
        "rows": len(x),
        "held_out": 0 if loop.held_out is None else len(loop.held_out[0]),
        "steps_per_epoch": -(-len(x) // plan.batch_size),
        "classes": classes(y),
        "inputs": columns(x),
        "targets": targets(y),
    }


def parts(model: Any) -> dict[str, Any]:
    """Return the modules and, among them, the activations with their names."""
    modules = survey(model).modules if hasattr(type(model), "named_modules") else {}
    return {
        "modules": [{"path": p, "class": type(m).__name__} for p, m in modules.items()],
        "activations": {p: m.function for p, m in modules.items() if isinstance(m, Activation)},
    }


def name_of(loss: Any) -> str:
    """Return the name of a loss, by which it is asked for where it has one."""
    known = {goal.loss: name for name, goal in GOALS.items()}
    return known.get(loss) or str(getattr(loss, "__name__", type(loss).__name__))


def classes(y: Array) -> int | None:
    """Return how many classes the targets name; None for values."""
    if y.dtype.kind in "iub":
        return int(y.max()) + 1 if y.size else 0
    binary = y.reshape(len(y), -1).shape[1] == 1 and bool(np.isin(y, (-1, 0, 1)).all())
    return 2 if binary and len(np.unique(y)) <= 2 else None


def columns(x: Array) -> dict[str, Any]:
    """Return how the inputs are centred and scaled, and which columns never change."""
    flat = x.reshape(len(x), -1)
    some = flat[:: -(-len(flat) // ROWS)].astype(np.float64)
    mean, std = some.mean(axis=0), some.std(axis=0)
    still = [int(i) for i in np.flatnonzero(std == 0) if np.ptp(flat[:, i]) == 0]
    return {
        "columns": flat.shape[1],
        "shape": list(x.shape[1:]),
        "dtype": str(x.dtype),
        "mean": summary(mean),
        "std": summary(std),
        "largest": float(np.abs(some).max(initial=0)),
        "constant": still[:LISTED],
        "constant_columns": len(still),
    }


def summary(values: Array) -> dict[str, Any]:
    """Return the range of one number for each column, and the numbers where they are few."""
    found = {"min": values.min(), "median": np.median(values), "max": values.max()}
    listed = {"each": values.tolist()} if len(values) <= LISTED else {}
    return {**{name: float(value) for name, value in found.items()}, **listed}


def targets(y: Array) -> dict[str, Any]:
    """Return how many rows each class has, or the range of the values."""
    if y.dtype.kind in "iub":
        counts = np.bincount(y.reshape(-1))
        return {"kind": "class", "counts": counts[:LISTED].tolist()}
    if classes(y) is not None:
        values, counts = np.unique(y, return_counts=True)
        return {"kind": "class", "values": values.tolist(), "counts": counts.tolist()}
    found = columns(y)
    return {"kind": "value", **{k: found[k] for k in ("columns", "mean", "std", "constant")}}
