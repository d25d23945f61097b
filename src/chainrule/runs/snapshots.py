"""Snapshots of a model while it is trained: after steps 0, 1, 2, 4, 8 ... and every N of them.

They are few and small enough to be kept: where there would be more, N doubles and every other one
between the powers of two goes.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.files import atomic
from chainrule.runs import checkpoint
from chainrule.runs.checkpoint import Checkpoint

MOST = 64  # snapshots
BYTES = 1 << 28  # of all of them
EVERY = 1024  # N, at first: a power of two, as it stays

_STEP = re.compile(r"step-(\d{8,})\.safetensors")


class Snapshots:
    """The snapshots of one run."""

    def __init__(self, run: Path) -> None:
        self.folder = Path(run) / "snapshots"
        self._every = EVERY
        self._last = -1

    def steps(self) -> list[int]:
        """Return after which steps there are snapshots."""
        if not self.folder.is_dir():
            return []
        found = [_STEP.fullmatch(path.name) for path in self.folder.iterdir()]
        return sorted(int(match[1]) for match in found if match)

    def load(self, step: int) -> Checkpoint:
        """Read the model's arrays after so many steps, by their paths; `FileError` if damaged."""
        return checkpoint.load(self.path(step))

    def path(self, step: int) -> Path:
        """Return the file of a snapshot."""
        return self.folder / f"step-{step:08d}.safetensors"

    def due(self, step: int) -> bool:
        """Return whether a snapshot is wanted after so many steps."""
        return step > self._last and self._wanted(step)

    def next(self, step: int) -> int:
        """Return the next step after this one at which a snapshot is wanted."""
        power = 1 << step.bit_length()
        return min(power, (step // self._every + 1) * self._every)

    def save(self, step: int, tensors: Mapping[str, np.ndarray[Any, Any]]) -> Path | None:
        """Store the arrays after so many steps; None for a model too large to be kept twice."""
        self._last = step
        size = sum(x.nbytes for x in tensors.values())
        most = min(MOST, BYTES // max(size, 1))
        if most < 2:
            return None
        if not self.folder.is_dir():
            atomic.make_folder(self.folder)
        path = self.path(step)
        checkpoint.save(path, tensors, {"step": str(step)}, durable=False)
        self._thin(most)
        return path

    def cut(self, step: int) -> None:
        """Remove those after a step, and what a killed writer left half-written."""
        if self.folder.is_dir():
            atomic.sweep(self.folder)
        for late in self.steps():
            if late > step:
                self.path(late).unlink(missing_ok=True)
        self._last = max([at for at in self.steps() if at <= step], default=-1)

    def _wanted(self, step: int) -> bool:
        return step & (step - 1) == 0 or step % self._every == 0

    def _thin(self, most: int) -> None:
        """Remove what is between powers of two, then the oldest ones but the very first."""
        there = self.steps()
        while len(there) > most and any(step & (step - 1) for step in there):
            self._every *= 2
            there = self._only([step for step in there if self._wanted(step)], there)
        if len(there) > most:
            self._only(there[:1] + there[len(there) - most + 1 :], there)

    def _only(self, kept: list[int], there: list[int]) -> list[int]:
        for step in set(there) - set(kept):
            self.path(step).unlink(missing_ok=True)
        return kept
