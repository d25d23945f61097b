"""Where a training run is: all that a resumed loop needs beside the arrays, as plain numbers."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from chainrule.errors import FileError


@dataclass(frozen=True)
class Position:
    """What has been done so far.

    Attributes:
        epoch: epochs that are complete.
        batch: batches of the current epoch that are done.
        step: updates made altogether.
        loss_sum: sum over the rows of the current epoch of the loss of their batch.
        best: the lowest watched loss so far; `best_epoch` where it was met.
        waited: epochs since then.
        seconds: time spent in training.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    best: float = float("inf")
    best_epoch: int = 0
    waited: int = 0
    seconds: float = 0.0

    def after(self, losses: Any, size: int) -> "Position":
        """Return the position after more updates, on batches of `size` rows with these losses."""
        total = self.loss_sum
        for loss in losses.tolist():
            total += loss * size
        count = len(losses)
        return replace(self, batch=self.batch + count, step=self.step + count, loss_sum=total)

    def to_text(self) -> str:
        """Return the position as JSON; floats keep every bit."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> "Position":
        """Read what `to_text` wrote."""
        try:
            found = json.loads(text)
            start = asdict(Position())
            return Position(**{name: type(old)(found[name]) for name, old in start.items()})
        except (ValueError, KeyError, TypeError) as error:
            raise FileError(f"the checkpoint's position cannot be read: {error}") from error
