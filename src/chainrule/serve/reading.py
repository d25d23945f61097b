"""What a server answers about one run: its store and its files as plain values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import UsageError, nearest
from chainrule.runs.snapshots import Snapshots
from chainrule.runs.store import Event, Reduced, Store
from chainrule.serve.outcome import introduction
from chainrule.serve.packed import NARROW, packed
from chainrule.train.record import edges

Array = Any
MAPS = {  # stat -> what stands after the name of a row in the name of its series
    "rms": "@grad:norm",
    "gradient": "@grad:norm",
    "weight": ":norm",
    "ratio": ":ratio",
    "mean": ":mean",
    "std": ":std",
    "zeros": ":zeros",
    "dead": ":dead",
    "saturated": ":saturated",
}
KINDS = ("last", "min", "max")
BINS = len(edges())


def details(store: Store, path: Path) -> dict[str, Any]:
    """Return what is known of a run apart from its numbers."""
    events = store.events()
    begun = introduction(events)
    return {
        "start": begun,
        "names": store.names,
        "rows": rows(store.names),
        "last_step": store.last_step,
        "last_event": events[-1].id if events else 0,
        "version": store.version,
        "snapshots": Snapshots(path).steps(),
    }


def nothing() -> dict[str, Any]:
    """Return the same for a run of which nothing was recorded, yet."""
    empty: dict[str, Any] = {"start": {}, "names": [], "rows": {}, "snapshots": []}
    return {**empty, "last_step": 0, "last_event": 0, "version": 0}


def rows(names: Sequence[str]) -> dict[str, list[str]]:
    """Return the rows of each map that there is something for."""
    found = {stat: rows_of(names, stat) for stat in MAPS}
    return {stat: listed for stat, listed in found.items() if listed}


def rows_of(names: Sequence[str], stat: str) -> list[str]:
    """Return the names of the parameters or layers that a statistic was recorded for."""
    end = MAPS[stat]
    named = [name.removesuffix(end) for name in names if name.endswith(end)]
    return [name for name in named if not name.endswith("@grad")]


def series(
    store: Store, names: Sequence[str], first: int, last: int | None, columns: int
) -> dict[str, Any]:
    """Return some series between two steps; a name that nothing was recorded under is empty."""
    found = store.read(names, first, last, columns)
    return {name: columns_of(reduced) for name, reduced in found.items()}


def columns_of(reduced: Reduced) -> dict[str, Any]:
    """Return a series; minimum and maximum are left out where they are the last number."""
    made = {"steps": packed(reduced.steps), "last": packed(reduced.last)}
    for kind in ("min", "max"):
        numbers = getattr(reduced, kind)
        if not np.array_equal(numbers, reduced.last, equal_nan=True):
            made[kind] = packed(numbers)
    return made


def heat(
    store: Store,
    stat: str,
    kind: str = "max",
    first: int = 0,
    last: int | None = None,
    columns: int = 2000,
) -> dict[str, Any]:
    """Return a statistic of all layers over the steps: a matrix with a row for each.

    Args:
        store: of the run.
        stat: one of `MAPS`.
        kind: which number of a column that holds several steps: min, max or last.
        first, last: steps, both included.
        columns: how many at most.
    """
    if stat not in MAPS:
        raise UsageError(f"there is no map of {stat!r}", hint=nearest(stat, MAPS))
    if kind not in KINDS:
        raise UsageError(f"there is no {kind!r} of a column", hint=nearest(kind, KINDS))
    names = rows_of(store.names, stat)
    found = store.read([name + MAPS[stat] for name in names], first, last, columns)
    steps, matrix, known = aligned(list(found.values()), kind)
    if stat == "rms":
        sizes = sizes_of(introduction(store.events()))
        matrix /= np.sqrt([[sizes.get(name, 1)] for name in names]).reshape(len(names), 1)
    return {
        "stat": stat,
        "kind": kind,
        "names": names,
        "steps": packed(steps),
        "values": packed(matrix, NARROW),
        "blank": None if known.all() else packed(~known, "|u1"),
    }


def aligned(parts: Sequence[Reduced], kind: str) -> tuple[Array, Array, Array]:
    """Return series over all their steps: the steps, a matrix, and where it holds a number."""
    every = [part.steps for part in parts if len(part.steps)]
    steps = np.unique(np.concatenate(every)) if every else np.empty(0, np.int64)
    matrix = np.full((len(parts), len(steps)), np.nan)
    known = np.zeros(matrix.shape, bool)
    for row, part in enumerate(parts):
        places = np.searchsorted(steps, part.steps)
        matrix[row, places] = getattr(part, kind)
        known[row, places] = True
    return steps, matrix, known


def sizes_of(begun: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of entries of each parameter."""
    return {
        one["name"]: max(1, int(np.prod(one["shape"], dtype=np.int64)))
        for one in begun.get("parameters", ())
    }


def histograms(store: Store, names: Sequence[str], step: int | None) -> dict[str, Any]:
    """Return for each name the newest histogram up to a step; all of them where none is given."""
    found = {}
    for name in names:
        listed = store.histograms(name, step)
        counts = np.array([counts for _, counts in listed]).reshape(len(listed), BINS)
        found[name] = {"steps": [at for at, _ in listed], "counts": packed(counts)}
    return {"edges": edges().tolist(), "histograms": found}


def events(store: Store, after: int) -> list[dict[str, Any]]:
    """Return the events with an id above `after`."""
    return [event_of(event) for event in store.events(after)]


def event_of(event: Event) -> dict[str, Any]:
    """Return an event as plain values."""
    return {
        "id": event.id,
        "kind": event.kind,
        "step": event.step,
        "time": event.time,
        "data": event.data,
    }
