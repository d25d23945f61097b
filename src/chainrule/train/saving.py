"""Checkpoints of a loop: when they are due, what they hold, and how one is taken up again."""

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.errors import FileError, UsageError
from chainrule.graph.tree import paths
from chainrule.runs.checkpoint import Checkpoint
from chainrule.runs.folder import Run
from chainrule.train.position import Position

if TYPE_CHECKING:
    from chainrule.train.loop import Loop

TEXTS = ("settings.json", "encoder.json")


@dataclass
class Saver:
    """Writes checkpoints of a loop into its run.

    Attributes:
        run: the run folder.
        seconds: a checkpoint is due when so much time has passed since the last.
        steps: or when so many updates were made since; None leaves it to the time.
    """

    run: Run
    seconds: float = 10.0
    steps: int | None = None
    _last: float = field(default_factory=time.monotonic)
    _saved: tuple[int, int] = (0, 0)  # step and epoch of the last checkpoint

    def due(self, at: Position) -> bool:
        """Return whether it is time for a checkpoint."""
        if self.steps is not None and at.step - self._saved[0] >= self.steps:
            return True
        return time.monotonic() - self._last >= self.seconds

    def steps_left(self, at: Position) -> int:
        """Return after how many updates a checkpoint is due by count, at least 1."""
        if self.steps is None:
            return 1 << 30
        return max(1, self.steps - (at.step - self._saved[0]))

    @property
    def step(self) -> int:
        """The step of the newest checkpoint, 0 before the first."""
        return self._saved[0]

    def save_newer(self, loop: "Loop") -> None:
        """Write a checkpoint unless there is one of this step or of a later one."""
        if loop.at.step > self.step:
            self.save(loop)

    def save(self, loop: "Loop") -> bool:
        """Write the history and a checkpoint, once for each step at most; return whether it did."""
        done = (loop.at.step, loop.at.epoch)
        if done == self._saved:
            return False
        self.run.write_history(loop.history)
        tensors = dict(zip(names(loop), loop.trainer.leaves, strict=True))
        if loop.best is not None:
            best = zip(names(loop), loop.best, strict=True)
            tensors.update({f"best.{name}": value for name, value in best})
        metadata = {
            "position": loop.at.to_text(),
            "dealt": dealt(loop),
            "epochs": str(loop.plan.epochs),
            **({} if loop.rate is None else {"rate": repr(loop.rate)}),
            **fingerprints(self.run),
        }
        self.run.save_checkpoint(loop.at.step, tensors, metadata)
        self._last, self._saved = time.monotonic(), done
        return True

    def restore(self, loop: "Loop") -> bool:
        """Put the newest checkpoint's state into the loop; False when there is none."""
        self.run.sweep()
        found = self.run.latest()
        if found is None:
            return False
        check_fingerprints(self.run, found)
        self._refuse_other_rows(found, loop)
        loop.at = Position.from_text(found.metadata.get("position", ""))
        if "rate" in found.metadata:
            loop.rate = float(found.metadata["rate"])
            loop.trainer.change_rate(loop.rate)
        loop.trainer.restore(leaves_from(found, loop, ""))
        if any(name.startswith("best.") for name in found.tensors):
            loop.best = leaves_from(found, loop, "best.")
        loop.history = self.run.history()[: loop.at.epoch]
        self._saved = (loop.at.step, loop.at.epoch)
        return True

    def _refuse_other_rows(self, found: Checkpoint, loop: "Loop") -> None:
        """Raise where the rows would be dealt out in another way than before the checkpoint."""
        before, now = found.metadata.get("dealt", "an unknown order"), dealt(loop)
        if before != now:
            raise UsageError(
                f"'{self.run.path}' was trained on {before}, and cannot go on with {now}",
                hint="resume with the data and the settings it began with, or start a new run",
            )


def fingerprints(run: Run) -> dict[str, str]:
    """Return the sha256 of the run's texts: stored with the weights, which have one of their own.

    So a settings.json or an encoder.json that was damaged or exchanged is noticed.
    """
    there = [run.path / name for name in TEXTS if (run.path / name).exists()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


def check_fingerprints(run: Run, found: Checkpoint | None) -> None:
    """Raise `FileError` for a text of the run that is not as it was when `found` was written."""
    now = fingerprints(run)
    for name in TEXTS:
        was = (found.metadata if found else {}).get(name)
        if was is not None and name in now and was != now[name]:
            raise FileError(
                f"'{run.path / name}' is damaged or of another run: "
                f"its sha256 should be {was[:12]}... and is {now[name][:12]}...",
                hint="restore it from a copy",
            )


def check_times(seconds: Any, steps: Any) -> None:
    """Raise `UsageError` for times between checkpoints that make no sense."""
    check_count("checkpoint_steps", steps)
    if not seconds >= 0:
        raise UsageError(f"checkpoint_seconds must be at least 0, got {seconds!r}")


def check_count(name: str, value: Any) -> None:
    """Raise `UsageError` unless `value` is None or a whole number of at least 1."""
    if value is not None and not (is_whole(value) and value >= 1):
        raise UsageError(f"{name} must be a whole number of at least 1, got {value!r}")


def check_seed(seed: Any) -> None:
    """Raise `UsageError` unless `seed` is a whole number of 64 bits."""
    if not is_whole(seed) or not 0 <= seed < 2**64:
        raise UsageError(f"a seed is a whole number from 0 to 2^64 - 1, got {seed!r}")


def is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def dealt(loop: "Loop") -> str:
    """Say how the rows reach the net: a checkpoint in mid-epoch holds for this alone."""
    plan = loop.plan
    kind = "rows" if plan.order == "shuffled" else f"{plan.order} rows"
    return f"{len(loop.train[0])} {kind} in batches of {plan.batch_size}, seed {plan.seed}"


def names(loop: "Loop") -> list[str]:
    """Return the name of each leaf: `model.layers.0.weight`, `optimizer.step`."""
    model, state = loop.trainer.current()
    return [*paths(model, "model"), *paths(state, "optimizer")]


def leaves_from(found: Checkpoint, loop: "Loop", prefix: str) -> list[Any]:
    """Return a checkpoint's arrays in the order of the loop's leaves; refuse another net's."""
    out = []
    for name, here in zip(names(loop), loop.trainer.leaves, strict=True):
        there = found.tensors.get(prefix + name)
        if there is None:
            raise FileError(f"the checkpoint holds no {prefix + name}: it is of another net")
        if there.shape != here.shape or there.dtype != here.dtype:
            raise FileError(
                f"the checkpoint's {prefix + name} is {there.dtype}{list(there.shape)}, "
                f"the net needs {here.dtype}{list(here.shape)}"
            )
        out.append(np.ascontiguousarray(there).reshape(here.shape))
    return out
