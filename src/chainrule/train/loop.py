"""The loop around the step: epochs, validation, early stopping, checkpoints, Ctrl-C."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.data.batches import order, order_alternating
from chainrule.errors import Diverged, UsageError, nearest
from chainrule.explain.blame.words import clause
from chainrule.runs.folder import Run
from chainrule.train.blame import explained
from chainrule.train.control import Control
from chainrule.train.metrics import metric
from chainrule.train.pace import Pace, interruptible
from chainrule.train.past import Past
from chainrule.train.position import Position
from chainrule.train.progress import Progress
from chainrule.train.record import Probes
from chainrule.train.recorder import Silent
from chainrule.train.reproducer import keep
from chainrule.train.rows import Array, Rows
from chainrule.train.saving import Saver, check_count, check_seed
from chainrule.train.step import Stepper, plain

Record = dict[str, Any]
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
        check_seed(self.seed)
        if self.order not in ORDERS:
            raise UsageError(
                f"there is no order {self.order!r}", hint=nearest(str(self.order), ORDERS)
            )


@dataclass
class Loop:
    """A training run that can be stopped after any step and taken up again."""

    trainer: Stepper
    plan: Plan
    train: Rows
    held_out: Rows | None
    metrics: tuple[str, ...]
    progress: Progress
    saver: Saver | None = None
    recorder: Silent = field(default_factory=Silent)
    at: Position = field(default_factory=Position)
    history: list[Record] = field(default_factory=list)
    best: list[Array] | None = None
    pace: Pace = field(default_factory=Pace)
    numbers: Array | None = None
    control: Control = field(default_factory=Control)
    rate: float | None = None  # that was asked for in the place of the optimizer's own

    @property
    def loss(self) -> Callable[[Any, Any], Any]:
        """The loss, (outputs, targets) -> scalar."""
        return self.trainer.objective.loss

    def __post_init__(self) -> None:
        self._past = Past(self.trainer, *self.train)

    def run(self) -> None:
        """Train until the plan is fulfilled.

        Raises:
            Diverged: the loss or a weight is not finite; the run keeps a state before that.
            KeyboardInterrupt: Ctrl-C, after a checkpoint was written.
        """
        self.progress.start(self.plan.epochs, len(self.train[0]), self.at.epoch)
        error: BaseException | None = None
        try:
            self.recorder.start(self)
            began, before = time.monotonic(), self.at.seconds
            with interruptible() as stop, np.errstate(all="ignore"):
                while self._goes_on():
                    for _ in self._epoch():
                        self.recorder.keep(self)
                        self.at = replace(self.at, seconds=before + time.monotonic() - began)
                        self._save(force=stop.is_set())
                        if stop.is_set():
                            raise KeyboardInterrupt(self._stopped())
                        self.control.heed(self, stop.is_set)
                        if self.control.stopping:
                            break
                    else:
                        self._end_of_epoch()
            self._save(force=True)
            self._end_in_mid_epoch()
        except BaseException as caught:
            error = caught
            raise
        finally:
            self.progress.stop()
            self.recorder.end(self, error)

    def _goes_on(self) -> bool:
        stopped = self.control.stopping and self.at.step > 0  # there is something to keep
        return not (self.at.epoch >= self.plan.epochs or self._patience_spent() or stopped)

    @property
    def reason(self) -> str:
        """Why the training ended, in a word: "epochs", "patience" or "stopped"."""
        if self.at.epoch >= self.plan.epochs:
            return "epochs"
        return "patience" if self._patience_spent() else "stopped"

    def _patience_spent(self) -> bool:
        patience = self.plan.patience
        return patience is not None and self.at.waited >= patience

    def _epoch(self) -> Iterator[None]:
        """Make the updates that are left in the current epoch, so many at a time as suits."""
        for rows in self._batches(self._order()):
            self._past.note(self.at, rows)
            began = time.monotonic()
            losses = self.recorder.run(self, rows)
            self.pace.note(len(rows), time.monotonic() - began)
            self._check(losses)
            self.at = self.at.after(losses, rows.shape[1])
            self.progress.advance(rows.size, float(losses[-1]))
            yield

    def _batches(self, order: Array) -> Iterator[Array]:
        """Yield the batches that are left, several of one size at a time, as (steps, batch)."""
        size = self.plan.batch_size
        whole = len(order) // size
        while self.at.batch < whole:
            start = self.at.batch
            count = min(whole - start, self.pace.steps, self._until_checkpoint(), self.control.most)
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

    def change_rate(self, rate: float) -> None:
        """Give later updates another rate; what a fault goes back to begins anew."""
        self.rate = rate
        self.trainer.change_rate(rate)
        self._past = Past(self.trainer, *self.train)
        self.recorder.note(self, "rate", {"rate": rate})

    def _end_in_mid_epoch(self) -> None:
        """Note the figures of an epoch that was stopped; one that goes on will note its own."""
        if self.at.batch:
            seen = min(self.at.batch * self.plan.batch_size, len(self.train[0]))
            record: Record = {"epoch": self.at.epoch + 1, "loss": self.at.loss_sum / seen}
            record.update(self._figures())
            self.history.append({**record, "seconds": round(self.at.seconds, 3)})

    def _end_of_epoch(self) -> None:
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
        self.recorder.epoch(self, record)
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

    def _check(self, losses: Array) -> None:
        """Raise `Diverged` if one of the last updates met a loss or left a weight not finite."""
        (bad,) = np.nonzero(~np.isfinite(losses))
        if len(bad):
            step = self.at.step + bad[0] + 1
            self._forget(step)
            raise self._diverged(f"the loss became {losses[bad[0]]} at step {step}", int(bad[0]))
        if not self.trainer.is_finite():
            fault = self._past.sound_updates(len(losses) - 1) + 1
            step = self.at.step + fault
            self._forget(step)
            raise self._diverged(f"a weight is no longer finite after step {step}", fault)

    def _forget(self, step: int) -> None:
        """Drop what was measured after the step at fault."""
        self.trainer.probes = self.trainer.probes.until(step)
        self.recorder.until(step)

    def _diverged(self, what: str, fault: int) -> Diverged:
        """Go back to a state whose loss was finite, keep it, and say what happened."""
        rate = float(plain(self.trainer.optimizer.rate_of(self.trainer.current()[1])))
        self.at = self._past.before(fault)
        found = explained(self.trainer, *self.train, self._past.batches(self.at.step), self.numbers)
        what += f"; {clause(found.blame)}" if found else ""
        if self.saver is not None:
            self.history = self.history[: self.at.epoch]
            self.saver.save_newer(self)
            if self.saver.step:
                path = self.saver.run.path
                what += f"; '{path}' keeps the state after step {self.saver.step}"
            if found:
                keep(self.saver.run, found, self)
        hint = f"lower the rate, now {rate:g}, or clip the gradients; look for extreme inputs"
        error = Diverged(what, hint=found.blame.remedy if found else hint)
        error.probes = self.trainer.probes
        error.blame = found.blame if found else None
        return error

    def _save(self, *, force: bool = False) -> None:
        if self.saver is not None and (force or self.saver.due(self.at)):
            self.recorder.keep(self, now=True)
            if self.saver.save(self):
                self.recorder.checkpoint(self, self.saver.step)

    def _stopped(self) -> str:
        """Say where Ctrl-C has left the training."""
        where = f"stopped after step {self.at.step} (epoch {self.at.epoch + 1})"
        if self.saver is None:
            return f"{where}; nothing was kept: pass run='runs/...' to have checkpoints"
        path = self.saver.run.path
        return f"{where}; go on with cr.fit(..., run='{path}', resume=True)"


@dataclass(frozen=True)
class Fit:
    """What `cr.fit` returns.

    Attributes:
        model: the trained model.
        history: name of a figure -> its value after each epoch, as Keras has it.
        run: the run folder, None when none was asked for.
        stopped: why the training ended: "epochs", "patience" or, asked by `control`, "stopped".
        probes: what was watched, at the steps of this call.
    """

    model: Any
    history: dict[str, list[Any]]
    run: Run | None
    stopped: str
    probes: Probes = field(default_factory=Probes)
