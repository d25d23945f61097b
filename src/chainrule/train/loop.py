"""The loop around the step: epochs, validation, early stopping, checkpoints, Ctrl-C."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.data.batches import order, order_alternating
from chainrule.errors import Diverged, UsageError, nearest
from chainrule.runs.folder import Run
from chainrule.train.metrics import metric
from chainrule.train.position import Position
from chainrule.train.progress import Progress
from chainrule.train.rows import Array, Rows
from chainrule.train.saving import Saver, check_count, is_whole
from chainrule.train.step import Stepper, plain

Record = dict[str, Any]
TURN = 0.1  # seconds
MOST = 1 << 20  # updates at a time
ORDERS = ("shuffled", "alternating", "given")


@dataclass(frozen=True)
class Plan:
    """How a training run goes on.

    Attributes:
        epochs, batch_size, seed: passes over the rows, rows an update, and what all order and
            random draws come from.
        order: "shuffled", "alternating" (never two rows of a class in a row, where counts allow
            it) or "given".
        patience: epochs without a lower watched loss after which to stop; None never stops.

    Raises `UsageError` for a number out of its range and an order that is not known.
    """

    epochs: int
    batch_size: int
    seed: int
    order: str
    patience: int | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience"):
            check_count(name, getattr(self, name))
        if not is_whole(self.seed) or not 0 <= self.seed < 2**64:
            raise UsageError(f"a seed is a whole number from 0 to 2^64 - 1, got {self.seed!r}")
        if self.order not in ORDERS:
            raise UsageError(
                f"there is no order {self.order!r}", hint=nearest(str(self.order), ORDERS)
            )


@dataclass
class Pace:
    """How many updates are made at a time: about a tenth of a second's.

    Python is entered in between, for the progress bar, Ctrl-C and checkpoints.
    """

    steps: int = 1

    def note(self, steps: int, seconds: float) -> None:
        """Learn from how long so many updates took."""
        fitting = int(steps * TURN / max(seconds, 1e-9))
        self.steps = max(1, min(fitting, 8 * self.steps, MOST))


@dataclass(frozen=True)
class Stretch:
    """Updates that were made in one go: the state before them, and the rows they saw."""

    leaves: list[Array]
    at: Position
    rows: Array


@dataclass
class Loop:
    """A training run that can be stopped after any step and taken up again."""

    trainer: Stepper
    plan: Plan
    train: Rows
    held_out: Rows | None
    loss: Callable[[Any, Any], Any]
    metrics: tuple[str, ...]
    progress: Progress
    saver: Saver | None = None
    at: Position = field(default_factory=Position)
    history: list[Record] = field(default_factory=list)
    best: list[Array] | None = None

    pace: Pace = field(default_factory=Pace)
    _sound: list[Stretch] = field(default_factory=list)  # the last two stretches of updates

    def run(self) -> None:
        """Train until the plan is fulfilled.

        Raises:
            Diverged: the loss or a weight is not finite; the run keeps a state before that.
            KeyboardInterrupt: Ctrl-C, after a checkpoint was written.
        """
        self.progress.start(self.plan.epochs, len(self.train[0]), self.at.epoch)
        began, before = time.monotonic(), self.at.seconds
        try:
            with interruptible() as stop, np.errstate(all="ignore"):
                while self.at.epoch < self.plan.epochs and not self._patience_spent():
                    for _ in self._epoch():
                        self.at = replace(self.at, seconds=before + time.monotonic() - began)
                        self._save(force=stop.is_set())
                        if stop.is_set():
                            raise KeyboardInterrupt(self._stopped())
                    self._end_of_epoch()
            self._save(force=True)
        finally:
            self.progress.stop()

    def _patience_spent(self) -> bool:
        patience = self.plan.patience
        return patience is not None and self.at.waited >= patience

    def _epoch(self) -> Iterator[None]:
        """Make the updates that are left in the current epoch, so many at a time as suits."""
        x, y = self.train
        for rows in self._batches(self._order()):
            self._sound = (self._sound[-1:] + [Stretch(self.trainer.snapshot(), self.at, rows)])
            began = time.monotonic()
            losses = self.trainer.run(x, y, rows)
            self.pace.note(len(rows), time.monotonic() - began)
            bad = np.flatnonzero(~np.isfinite(losses))
            if len(bad):
                raise self._diverged(
                    f"the loss became {losses[bad[0]]} at step {self.at.step + bad[0] + 1}", bad[0]
                )
            self.at = self.at.after(losses, rows.shape[1])
            self.progress.advance(rows.size, float(losses[-1]))
            yield

    def _batches(self, order: Array) -> Iterator[Array]:
        """Yield the batches that are left, several of one size at a time, as (steps, batch)."""
        size = self.plan.batch_size
        whole = len(order) // size
        while self.at.batch < whole:
            start = self.at.batch
            count = min(whole - start, self.pace.steps, self._until_checkpoint())
            yield order[start * size : (start + count) * size].reshape(count, size)
        if self.at.batch * size < len(order):
            yield order[whole * size :].reshape(1, -1)

    def _until_checkpoint(self) -> int:
        """Return after how many updates a checkpoint is due, as far as that is counted."""
        return 1 << 30 if self.saver is None else self.saver.steps_left(self.at)

    def _order(self) -> Array:
        x, y = self.train
        if self.plan.order == "given":
            return np.arange(len(x))
        if self.plan.order == "alternating":
            labels = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(len(y))
            return order_alternating(labels, self.at.epoch, self.plan.seed)
        return order(len(x), self.at.epoch, self.plan.seed)

    def _end_of_epoch(self) -> None:
        self._check_weights()
        record: Record = {
            "epoch": self.at.epoch + 1,
            "loss": self.at.loss_sum / len(self.train[0]),
        }
        record.update(self._figures())
        watched: float = record["loss" if self.held_out is None else "val_loss"]
        self.trainer.observe(watched)
        better = watched < self.at.best
        if better and self.plan.patience is not None:
            self.best = self.trainer.snapshot()
        self.history.append({**record, "seconds": round(self.at.seconds, 3)})
        self.progress.epoch(record)
        self.at = replace(
            self.at,
            epoch=self.at.epoch + 1,
            batch=0,
            loss_sum=0.0,
            best=min(watched, self.at.best),
            best_epoch=self.at.epoch + 1 if better else self.at.best_epoch,
            waited=0 if better else self.at.waited + 1,
        )

    def _figures(self) -> Record:
        """Return loss and metrics on the held-out rows, or the metrics on the training rows."""
        if self.held_out is None:
            return self.evaluate(self.train, prefix="", with_loss=False)
        return self.evaluate(self.held_out, prefix="val_")

    def evaluate(self, rows: Rows, *, prefix: str = "", with_loss: bool = True) -> Record:
        """Return the figures of the model as it is now on these rows."""
        if not with_loss and not self.metrics:
            return {}
        x, y = rows
        outputs = np.asarray(self.trainer.outputs(x))
        found = {"loss": float(plain(self.loss(outputs, y)))} if with_loss else {}
        for name in self.metrics:
            found[name] = metric(name)(outputs, y)
        return {prefix + name: value for name, value in found.items()}

    def _check_weights(self) -> None:
        if not self.trainer.is_finite():
            raise self._diverged(f"a weight is no longer finite after step {self.at.step}")

    def _diverged(self, what: str, at: int | None = None) -> Diverged:
        """Go back to a state whose loss was finite, keep it, and say what happened.

        `at` numbers the update of the last stretch whose loss was not finite; None is after it.
        """
        rate = float(plain(self.trainer.optimizer.rate_of(self.trainer.current()[1])))
        if self._sound and self.saver is not None:
            self._go_back(at)
            self.history = self.history[: self.at.epoch]
            self.saver.save_newer(self)
        if self.saver is not None and self.saver.step:
            what += f"; '{self.saver.run.path}' keeps the state after step {self.saver.step}"
        hint = f"lower the rate, now {rate:g}, or clip the gradients; look for extreme inputs"
        return Diverged(what, hint=hint)

    def _go_back(self, at: int | None) -> None:
        """Return to before the last update whose loss was finite: replay up to there."""
        *_, last = self._sound
        done = len(last.rows) - 1 if at is None else at - 1
        if done < 0:
            last, done = self._sound[0], max(len(self._sound[0].rows) - 1, 0)
            done = 0 if len(self._sound) == 1 else done
        self.trainer.restore(last.leaves)
        losses = self.trainer.run(*self.train, last.rows[:done])
        self.at = last.at.after(losses, last.rows.shape[1])

    def _save(self, *, force: bool = False) -> None:
        if self.saver is not None and (force or self.saver.due(self.at)):
            self._check_weights()
            self.saver.save(self)

    def _stopped(self) -> str:
        """Say where Ctrl-C has left the training."""
        where = f"stopped after step {self.at.step} (epoch {self.at.epoch + 1})"
        if self.saver is None:
            return f"{where}; nothing was kept: pass run='runs/...' to have checkpoints"
        path = self.saver.run.path
        return f"{where}; go on with cr.fit(..., run='{path}', resume=True)"


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Turn Ctrl-C into an event, so that a step is never cut in half.

    A second Ctrl-C interrupts at once. Other threads than the main one keep Python's behaviour.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    old = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: Any) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, old)


@dataclass(frozen=True)
class Fit:
    """What `cr.fit` returns.

    Attributes:
        model: the trained model.
        history: name of a figure -> its value after each epoch, as Keras has it.
        run: the run folder, None when none was asked for.
        stopped: why the training ended: "epochs" or "patience".
    """

    model: Any
    history: dict[str, list[Any]]
    run: Run | None
    stopped: str
