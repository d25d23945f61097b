"""The loop around the step: epochs, validation, early stopping, checkpoints, Ctrl-C."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.data.batches import batches, order, order_alternating
from chainrule.errors import Diverged
from chainrule.graph.mode import no_grad
from chainrule.runs.folder import Run
from chainrule.train.metrics import metric
from chainrule.train.position import Position
from chainrule.train.progress import Progress
from chainrule.train.saving import Saver
from chainrule.train.step import Trainer, plain

Array = np.ndarray[Any, Any]
Rows = tuple[Array, Array]
Record = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How a training run goes on.

    Attributes:
        epochs, batch_size, seed: passes over the rows, rows an update, and what all order and
            random draws come from.
        order: "shuffled", "alternating" (never two rows of a class in a row, where counts allow
            it) or "given".
        patience: epochs without a lower watched loss after which to stop; None never stops.
        metrics: names of metrics reported after each epoch.
    """

    epochs: int
    batch_size: int
    seed: int
    order: str
    patience: int | None
    metrics: tuple[str, ...]


@dataclass
class Loop:
    """A training run that can be stopped after any step and taken up again."""

    trainer: Trainer
    plan: Plan
    train: Rows
    held_out: Rows | None
    loss: Callable[[Any, Any], Any]
    progress: Progress
    saver: Saver | None = None
    at: Position = field(default_factory=Position)
    history: list[Record] = field(default_factory=list)
    best: list[Array] | None = None

    def run(self) -> None:
        """Train until the plan is fulfilled.

        Raises:
            Diverged: the loss is not finite; model and checkpoint keep the state before it.
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
                            raise KeyboardInterrupt
                    self._end_of_epoch()
            self._save(force=True)
        finally:
            self.progress.stop()

    def _patience_spent(self) -> bool:
        patience = self.plan.patience
        return patience is not None and self.at.waited >= patience

    def _epoch(self) -> Iterator[None]:
        """Make the updates that are left in the current epoch."""
        x, y = self.train
        rows = self._order()
        for i, chosen in enumerate(batches(rows, self.plan.batch_size)):
            if i < self.at.batch:
                continue
            before = self.trainer.leaves
            loss, _ = self.trainer.step(x[chosen], y[chosen])
            if not np.isfinite(loss):
                self.trainer.leaves = before
                raise self._diverged(loss)
            self.at = replace(
                self.at,
                batch=i + 1,
                step=self.at.step + 1,
                loss_sum=self.at.loss_sum + loss * len(chosen),
            )
            self.progress.advance(len(chosen), loss)
            yield

    def _order(self) -> Array:
        x, y = self.train
        if self.plan.order == "given":
            return np.arange(len(x))
        if self.plan.order == "alternating":
            labels = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(len(y))
            return order_alternating(labels, self.at.epoch, self.plan.seed)
        return order(len(x), self.at.epoch, self.plan.seed)

    def _end_of_epoch(self) -> None:
        record: Record = {
            "epoch": self.at.epoch + 1,
            "loss": self.at.loss_sum / len(self.train[0]),
        }
        record.update(self._figures())
        watched: float = record["loss" if self.held_out is None else "val_loss"]
        _, state = self.trainer.current()
        self.trainer.replace_state(self.trainer.optimizer.observe(state, watched))
        better = watched < self.at.best
        if better and self.plan.patience is not None:
            self.best = self.trainer.leaves
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
        if not with_loss and not self.plan.metrics:
            return {}
        model, _ = self.trainer.current()
        with no_grad():
            outputs = np.asarray(plain(model(rows[0])))
            found = {"loss": float(plain(self.loss(outputs, rows[1])))} if with_loss else {}
        for name in self.plan.metrics:
            found[name] = metric(name)(outputs, rows[1])
        return {prefix + name: value for name, value in found.items()}

    def _diverged(self, loss: float) -> Diverged:
        rate = float(plain(self.trainer.optimizer.rate_of(self.trainer.current()[1])))
        self._save(force=True)
        return Diverged(
            f"the loss became {loss} at step {self.at.step + 1} (epoch {self.at.epoch + 1}, "
            f"batch {self.at.batch + 1}); the state before it was kept",
            hint=f"lower the rate, now {rate:g}, or clip the gradients; look for extreme inputs",
        )

    def _save(self, *, force: bool = False) -> None:
        if self.saver is not None and (force or self.saver.due(self.at)):
            self.saver.save(self)


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
