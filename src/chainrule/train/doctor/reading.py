"""From a run, on the disk or in memory, to the record that the rules look at."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import FileError, UsageError
from chainrule.explain.doctor.record import Record, Series
from chainrule.optim.rule import parameters
from chainrule.runs.folder import Run
from chainrule.train.doctor.stored import record_of_run
from chainrule.train.introduction import columns, parts, targets
from chainrule.train.loop import Fit
from chainrule.train.record import Probes
from chainrule.train.rows import Rows, as_rows, float_dtype
from chainrule.train.step import plain

Array = Any


def record_of(source: Any) -> tuple[Record, str]:
    """Return what is known of a run, and what it is called.

    Args:
        source: a run folder, its path, or what `cr.fit` returned.

    Raises:
        FileError: no such run, or nothing was recorded of it.
        UsageError: something else than a run.
    """
    if isinstance(source, Fit):
        return record_of_fit(source)
    if not isinstance(source, (str, Path, Run)):
        raise UsageError(
            f"the doctor looks at runs, got {type(source).__name__}",
            hint="give a run folder, its path, or what cr.fit returned",
        )
    run = source if isinstance(source, Run) else Run.open(source)
    return record_of_run(run), str(run.path)


def record_of_fit(fit: Fit) -> tuple[Record, str]:
    """Return what is known of a training in memory; all that a run has recorded, if it has one."""
    weights = weights_of(fit.model)
    if fit.run is not None:
        with suppress(FileError):
            return replace(record_of_run(fit.run), weights=weights), str(fit.run.path)
    listed = [{"name": name, "shape": [*array.shape]} for name, array in weights.items()]
    start = {**parts(fit.model), "parameters": listed}
    series = {**series_of_probes(fit.probes), **series_of_history(fit.history)}
    return Record(start=start, series=series, weights=weights), "training"


def weights_of(model: Any) -> dict[str, Array]:
    """Return path -> array of the parameters."""
    return {path: np.asarray(plain(leaf)) for path, leaf in parameters(model).items()}


def series_of_probes(probes: Probes) -> dict[str, Series]:
    """Return what was watched, as far as it is one number a step."""
    found = {}
    for name in probes.names:
        for stat, values in probes[name].items():
            if values.ndim == 1 and values.dtype.kind == "f":
                found[f"{name}:{stat}"] = Series(probes.steps, values.astype(np.float64))
    return found


def series_of_history(history: dict[str, list[Any]]) -> dict[str, Series]:
    """Return the figures of the epochs; their numbers stand for the steps."""
    epochs = np.asarray(history.get("epoch", ()), np.int64)
    return {
        name: Series(epochs, np.asarray(values, np.float64))
        for name, values in history.items()
        if name != "epoch" and len(values) == len(epochs)
    }


def with_data(record: Record, model: Any, data: Any, loss: str | None) -> Record:
    """Return the record with what the data tell that was not recorded."""
    x, y = as_rows(data, float_dtype(model))
    start = {"inputs": columns(x), "targets": targets(y), "rows": len(x), **record.start}
    known = loss or start.get("loss") or usual_loss((x, y), model)
    return replace(record, start={**start, "loss": known})


def usual_loss(data: Rows, model: Any) -> str:
    """Return the loss that `cr.fit` takes for such targets when it is not told one."""
    x, y = data
    if y.dtype.kind == "f":
        return "squared_error"
    outputs = np.asarray(plain(model(x[:1])))
    return "binary_cross_entropy" if outputs[0].size == 1 else "softmax_cross_entropy"
