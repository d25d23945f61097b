"""The table of layers and the map of a run that was recorded, or is being recorded."""

from typing import Any

from chainrule.explain.flow.course import Course, course
from chainrule.explain.flow.make import COLUMNS, flow, wanted
from chainrule.explain.flow.records import Flow
from chainrule.runs.store import Store


def flow_of(
    store: Store, *, columns: int = COLUMNS, relative: bool = False, every: bool = False
) -> Flow:
    """Return how gradients came through the layers of a run, as far as it has come.

    Args:
        store: of the run.
        columns: of the map, at most.
        relative: let the healthy band lie about the run's own median.
        every: a row for vectors too, as biases are.

    Raises:
        FileError: the store is damaged.
    """
    series = store.read(wanted(store.names), columns=max(columns, COLUMNS))
    return flow(begun(store), series, columns=columns, relative=relative, every=every)


def course_of(store: Store, title: str, state: str) -> Course:
    """Return how far a run has come."""
    found = store.read(("seconds", "rate", "cost"), columns=1)
    figures = {name: float(x.last[-1]) for name, x in found.items() if len(x.last)}
    faults = [str(e.data.get("message", "")) for e in store.events() if e.kind == "fault"]
    fault = faults[-1] if faults else ""
    return course(title, state, store.last_step, begun(store), figures, fault)


def begun(store: Store) -> dict[str, Any]:
    """Return what the run said of itself when it began, or was last taken up again."""
    said = [event.data for event in store.events() if "parameters" in event.data]
    return said[-1] if said else {}
