"""How far a run has come."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chainrule.explain.flow.records import figure

RUNNING = "running"


@dataclass(frozen=True)
class Course:
    """How far a run has come; None is not known.

    Attributes:
        title: which run.
        state: "running", "finished", "stopped" or "diverged".
        step, steps: the last update that was recorded, and how many there will be.
        epoch, epochs: the same in passes over the rows, the one it is in.
        seconds: of training.
        rate: of the last update that was measured.
        cost: share of the time that recording takes.
        fault: why it went no further, if a number was no longer finite.
    """

    title: str
    state: str
    step: int = 0
    steps: int | None = None
    epoch: int | None = None
    epochs: int | None = None
    seconds: float | None = None
    rate: float | None = None
    cost: float | None = None
    fault: str = ""

    @property
    def left(self) -> float | None:
        """Seconds to the end, if it goes on as it did; None where it does not go on."""
        if self.state != RUNNING or not (self.steps and self.step and self.seconds):
            return None
        return self.seconds / self.step * max(0, self.steps - self.step)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        data = {**asdict(self), "left": self.left}
        return {name: figure(x) if isinstance(x, float) else x for name, x in data.items()}


def course(
    title: str,
    state: str,
    step: int,
    start: Mapping[str, Any],
    figures: Mapping[str, float],
    fault: str = "",
) -> Course:
    """Return how far a run has come.

    Args:
        title, state, step, fault: as they are.
        start: what the run said of itself.
        figures: the newest `seconds`, `rate` and `cost`, as far as they are there.
    """
    epochs, each = int(start.get("epochs") or 0), int(start.get("steps_per_epoch") or 0)
    known = bool(epochs and each)
    return Course(
        title=title,
        state=state,
        step=step,
        steps=epochs * each if known else None,
        epoch=min(epochs, -(-max(step, 1) // each)) if known else None,
        epochs=epochs if known else None,
        seconds=figures.get("seconds"),
        rate=figures.get("rate"),
        cost=figures.get("cost"),
        fault=fault,
    )
