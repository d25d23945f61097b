"""The updates made lately, kept so that a run that goes wrong can return to before its fault."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

from chainrule.train.position import Position
from chainrule.train.record import Probes
from chainrule.train.step import Stepper

Array = Any


@dataclass(frozen=True)
class Stretch:
    """Updates that were made in one go.

    Attributes:
        leaves, at: the state and the position before them.
        rows: what each saw, (steps, batch).
    """

    leaves: list[Array]
    at: Position
    rows: Array


@dataclass
class Past:
    """The last two stretches of updates of a net on `x` and `y`."""

    trainer: Stepper
    x: Array
    y: Array
    _stretches: list[Stretch] = field(default_factory=list)

    def note(self, at: Position, rows: Array) -> None:
        """Keep the state before updates on these rows; the oldest gives its memory for it."""
        spare = self._stretches.pop(0).leaves if len(self._stretches) == 2 else None
        self._stretches.append(Stretch(self.trainer.snapshot(into=spare), at, rows))

    def sound_updates(self, most: int) -> int:
        """Return how many updates of the last stretch, up to `most`, leave all weights finite."""
        return self._sound(self._stretches[-1], most)

    def before(self, fault: int) -> Position:
        """Go back to a state whose loss was finite, and return its position.

        Args:
            fault: number of the update in the last stretch, from 0, that met a loss which was not
                finite. The state before the update ahead of it is the one that is restored.
        """
        *_, last = self._stretches
        if fault == 0 and len(self._stretches) == 2:
            last = self._stretches[0]
            fault = len(last.rows)
        done = self._sound(last, max(fault - 1, 0))
        losses = self._replay(last, done)
        return last.at.after(losses, last.rows.shape[1])

    def batches(self, step: int) -> list[Array]:
        """Return the rows of each update that was tried after so many, as far as they are kept."""
        return [
            rows
            for stretch in self._stretches
            for number, rows in enumerate(stretch.rows, stretch.at.step)
            if number >= step
        ]

    def _sound(self, stretch: Stretch, most: int) -> int:
        def is_broken(count: int) -> bool:
            self._replay(stretch, count)
            return not self.trainer.is_finite()

        return bisect_left(range(1, most + 1), True, key=is_broken)

    def _replay(self, stretch: Stretch, count: int) -> Array:
        """Restore the state before a stretch, make so many of its updates, return the losses."""
        self.trainer.restore(stretch.leaves)
        seen, self.trainer.probes = self.trainer.probes, Probes()
        losses = self.trainer.run(self.x, self.y, stretch.rows[:count])
        self.trainer.probes = seen
        return losses
