"""Updates that stop at the first loss or weight which is not finite, with who is to blame."""

import math

import numpy as np

from chainrule.errors import Diverged
from chainrule.explain.blame.words import clause
from chainrule.train.blame import Explained, explained
from chainrule.train.past import Past
from chainrule.train.position import Position
from chainrule.train.record import Probes
from chainrule.train.rows import Array
from chainrule.train.step import Stepper


def checked(stepper: Stepper, x: Array, y: Array, rows: Array) -> Array:
    """Make an update for each batch of rows, (steps, batch); return the losses.

    Raises `Diverged`; the stepper is then as it was before the update at fault.
    """
    past, made = Past(stepper, x, y), stepper.updates_made
    past.note(Position(step=made), rows)
    losses: Array = stepper.run(x, y, rows)
    (bad,) = np.nonzero(~np.isfinite(losses))
    if not len(bad) and stepper.is_finite():
        return losses
    fault = int(bad[0]) if len(bad) else past.sound_updates(len(rows) - 1) + 1
    at = past.before(fault)
    found = explained(stepper, x, y, past.batches(at.step))
    step = found.fault.step if found else at.step + 1
    seen, stepper.probes = stepper.probes.until(step), Probes()
    stepper.run(x, y, rows[at.step - made : step - made - 1])
    stepper.probes = seen
    raise diverged(stepper, step, found)


def diverged(stepper: Stepper, step: int, found: Explained | None) -> Diverged:
    """Return the error that says what happened."""
    said = f"; {clause(found.blame)}" if found else ""
    loss = found.fault.loss if found else math.nan
    what = "a weight is no longer finite after" if math.isfinite(loss) else f"the loss is {loss} at"
    error = Diverged(f"{what} step {step}{said}", hint=found.blame.remedy if found else "")
    error.blame, error.probes = found.blame if found else None, stepper.probes
    return error
