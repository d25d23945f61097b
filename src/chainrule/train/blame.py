"""A step that met a number which is not finite: made once more, gate by gate, to see where."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.explain.blame.culprit import Compute, Ran, is_bad
from chainrule.explain.blame.make import blame
from chainrule.explain.blame.records import Blame
from chainrule.explain.blame.remedies import remedy
from chainrule.explain.blame.running import ByNative, by_numpy, run
from chainrule.train.named import NamedStep
from chainrule.train.record import Probes
from chainrule.train.step import Stepper, plain

Array = Any
FAR = 100  # times as large as the others, a row of data is worth a look


@dataclass(frozen=True)
class Fault:
    """A step at fault: all that is needed to make it again.

    Attributes:
        leaves: the stepper's arrays before the step.
        x, y: the rows of the batch, in order.
        numbers: what these rows are numbered in the data.
        step: number of the update, from 1.
        loss: what the step gave.
        bad: numbers of the model's leaves that were not finite after it.
    """

    leaves: list[Array]
    x: Array
    y: Array
    numbers: Array
    step: int
    loss: float
    bad: tuple[int, ...] = field(default=())


@dataclass(frozen=True)
class Explained:
    """A fault and who is to blame for it."""

    fault: Fault
    blame: Blame


def explained(
    stepper: Stepper, x: Array, y: Array, batches: Iterable[Array], numbers: Array | None = None
) -> Explained | None:
    """Return the first step that is not finite and who is to blame; None if it cannot be found.

    Nothing is raised: whoever asks has an error to tell already, which counts more than what a
    model or a gate of the user's own raises when it is traced and run anew.
    """
    try:
        fault = find_fault(stepper, x, y, batches, numbers)
        return None if fault is None else Explained(fault, blamed(stepper, fault))
    except Exception:
        if os.environ.get("CHAINRULE_DEBUG") == "1":
            raise
        return None


def find_fault(
    stepper: Stepper, x: Array, y: Array, batches: Iterable[Array], numbers: Array | None = None
) -> Fault | None:
    """Make updates from the stepper's state on, until one is not finite; None if all are.

    The stepper is afterwards as it was.

    Args:
        stepper: a net in training, in a sound state.
        x, y: all rows.
        batches: the rows of each update.
        numbers: what the rows are numbered in the data; from 0 on by default.
    """
    kept, seen = stepper.snapshot(), stepper.probes
    stepper.probes = Probes()
    try:
        for rows in batches:
            before, step = stepper.snapshot(), stepper.updates_made + 1
            loss = float(stepper.run(x, y, rows[None])[0])
            bad = [i for i in counted(stepper) if is_bad(stepper.leaves[i]).any()]
            if bad or not np.isfinite(loss):
                called = rows if numbers is None else numbers[rows]
                return Fault(before, x[rows], y[rows], called, step, loss, tuple(bad))
    finally:
        stepper.restore(kept)
        stepper.probes = seen
    return None


def blamed(stepper: Stepper, fault: Fault) -> Blame:
    """Return who is to blame for a step's fault; the stepper is afterwards as it was."""
    kept = stepper.snapshot()
    stepper.restore(fault.leaves)
    try:
        rate = float(plain(stepper.optimizer.rate_of(stepper.current()[1])))
        step = NamedStep.of(stepper, fault.x, fault.y, np.arange(len(fault.x)))
        found = found_by(by_numpy, step, stepper, fault)
        if found is None:
            found = found_by(ByNative(), step, stepper, fault) or unknown(fault)
            found = replace(found, computed_by="native")
    finally:
        stepper.restore(kept)
    found = as_in_the_data(found, fault)
    return replace(found, remedy=remedy(found, rate))


def found_by(compute: Compute, step: NamedStep, stepper: Stepper, fault: Fault) -> Blame | None:
    """Return who is to blame as one way to compute the gates shows it, if it shows the fault."""
    trace = step.found
    arrays = [*fault.leaves, fault.x, fault.y, np.arange(len(fault.x)), stepper.key]
    values = run(trace.outputs, dict(zip(trace.inputs, arrays, strict=True)), compute)
    loss = trace.outputs[-1]
    bad = [i for i in counted(stepper) if is_bad(values[trace.outputs[i]]).any()]
    if not shows(fault, bad, not np.isfinite(values[loss]).all()):
        return None
    outputs = [*(trace.outputs[i] for i in counted(stepper)), loss]
    masks = frozenset(trace.inputs[i] for i in stepper.masks)
    ran = Ran(outputs, values, compute, masks)
    return blame(ran, step.labels(), fault.step, fault.loss)


def shows(fault: Fault, bad: list[int], loss_is_bad: bool) -> bool:
    """Return whether these bad leaves, or the loss, are a fault like the step's."""
    if not np.isfinite(fault.loss):
        return loss_is_bad
    return not loss_is_bad and not set(bad).isdisjoint(fault.bad)


def counted(stepper: Stepper) -> list[int]:
    """Return the numbers of the model's leaves that have to be finite."""
    return [i for i in range(len(stepper.model_leaves)) if i not in stepper.masks]


def unknown(fault: Fault) -> Blame:
    """Return what is known where no gate by itself is at fault."""
    note = "each gate by itself stays finite; only the whole step, computed together, does not"
    return Blame("unknown", fault.step, fault.loss, note=note, rows=tuple(range(len(fault.x))))


def as_in_the_data(found: Blame, fault: Fault) -> Blame:
    """Return the blame with rows numbered as in the data instead of as in the batch."""
    rows = tuple(sorted({int(fault.numbers[i]) for i in found.rows}))
    element = found.element
    if found.kind in ("x", "y") and element:
        element = (int(fault.numbers[element[0]]), *element[1:])
    batch = len(set(np.asarray(fault.numbers).tolist()))
    note = found.note
    if len(found.rows) == 1:
        note = outlying(found.rows[0], rows[0], fault) or note
    return replace(found, rows=rows, element=element, batch=batch, note=note)


def outlying(row: int, number: int, fault: Fault) -> str:
    """Say that a row of the batch holds far larger numbers than the others, if so it is."""
    for name, part in (("x", fault.x), ("y", fault.y)):
        if part.dtype.kind != "f" or len(part) == 1:
            continue
        sizes = np.abs(part.reshape(len(part), -1)).max(axis=1)
        others = float(np.delete(sizes, row).max())
        if sizes[row] > FAR * others:
            return (
                f"row {number} of {name} holds {sizes[row]:.4g}, "
                f"the others of the batch at most {others:.4g}"
            )
    return ""
