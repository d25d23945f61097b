"""From what a run has recorded to the record that the rules look at."""

from contextlib import suppress
from typing import Any

import numpy as np

from chainrule.errors import FileError
from chainrule.explain.doctor.record import Record, Series
from chainrule.runs.folder import Run
from chainrule.runs.snapshots import Snapshots
from chainrule.runs.store import Store

Array = Any
MOST = 20_000  # columns of a series: all that are kept


def record_of_run(run: Run) -> Record:
    """Return what was recorded of a run, as far as it has come."""
    with Store.open(run.path) as store:
        events = store.events()
        found = store.read(store.names, columns=MOST)
    starts = [event.data for event in events if event.kind == "start"]
    faults = [event.data for event in events if event.kind == "fault"]
    return Record(
        start=starts[-1] if starts else {},
        series={
            name: Series(part.steps, np.where(np.isnan(part.max), np.nan, part.last))
            for name, part in found.items()
        },
        weights=latest_weights(run),
        fault=str(faults[-1].get("message", "a number was no longer finite")) if faults else None,
    )


def latest_weights(run: Run) -> dict[str, Array]:
    """Return the trained weights, or those of the newest snapshot that can be read."""
    with suppress(FileError):
        return dict(run.model().tensors)
    snapshots = Snapshots(run.path)
    for step in reversed(snapshots.steps()):
        with suppress(FileError):
            return dict(snapshots.load(step).tensors)
    return {}
