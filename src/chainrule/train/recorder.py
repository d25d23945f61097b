"""The recorder: what `cr.fit` writes into its run while it trains.

The loss of every step; statistics of layers and parameters at as many steps as 2 % of the time pay
for; the figures of each epoch; histograms of gradients and snapshots of the model more seldom. The
training itself is not touched: its results are the same bits with a recorder and without one.
"""

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.errors import ChainruleError, Diverged, FileError
from chainrule.files.reasons import cannot
from chainrule.runs.folder import Run
from chainrule.runs.snapshots import Snapshots
from chainrule.runs.store import Store
from chainrule.train.gauge import Gauge
from chainrule.train.introduction import introduction
from chainrule.train.ledger import LONG, PARTS, SHARE, Ledger
from chainrule.train.pages import Pages

if TYPE_CHECKING:
    from chainrule.train.loop import Loop

Array = Any
GROWTH = 1.1  # from one histogram to the next, in steps: few dozens for each power of ten
LEAST, MOST = 0.2, 10.0  # seconds of training between two writes


class Silent:
    """Records nothing."""

    def start(self, loop: "Loop") -> None:
        """Begin with a loop that is where it goes on from."""

    def run(self, loop: "Loop", rows: Array) -> Array:
        """Make an update for each batch of rows; return the losses before the updates."""
        return loop.trainer.run(*loop.train, rows)

    def until(self, step: int) -> None:
        """Forget what was recorded after a step and is not written yet."""

    def keep(self, loop: "Loop", *, now: bool = False) -> None:
        """Write what was recorded, if it is time for that."""

    def epoch(self, loop: "Loop", record: dict[str, Any]) -> None:
        """Record the figures of an epoch."""

    def checkpoint(self, loop: "Loop", step: int) -> None:
        """Record that a checkpoint was written."""

    def note(self, loop: "Loop", kind: str, data: dict[str, Any]) -> None:
        """Record something that was asked of the loop: a pause, another rate."""

    def end(self, loop: "Loop", error: BaseException | None) -> None:
        """Write what is left, and how the training ended."""


@dataclass
class Recorder(Silent):
    """Records a loop into the store of its run.

    A disk that fails stops the recording with one warning, and never the training.

    Attributes:
        run: the run.
        ledger: what it costs.
    """

    folder: Run
    ledger: Ledger = field(default_factory=Ledger)
    _store: Store | None = None
    _gauge: Gauge | None = None
    _pages: Pages = field(default_factory=Pages)
    _batch: int = 0
    _ended: list[int] = field(default_factory=list)  # last updates of epochs already recorded
    _timed: int = 0  # the last step of which the time is known
    _histogram: float = 0.0  # the next step at which there may be one
    _next: int = 0  # updates after which to look what is due
    _due: float = 0.0  # seconds of training after which to write
    _before: float = 0.0

    def start(self, loop: "Loop") -> None:
        """Open the store, cut off what came after the step to go on from, and introduce the run."""
        self._snapshots = Snapshots(self.folder.path)
        self._batch = min(loop.plan.batch_size, len(loop.train[0]))
        with self._guarded():
            self._store = Store.create(self.folder.path)
            step, resumed = loop.at.step, bool(self._store.events())
            self._timed = step
            self._store.cut(step)
            self._snapshots.cut(step)
            self._ended = self._store.read("epoch_loss", first=step)["epoch_loss"].steps.tolist()
            kind = "resume" if resumed else "start"
            self._store.add_event(kind, step, introduction(loop, self.folder.settings()))
        if self._store is not None:
            self._prepare(loop)
        self._before = loop.at.seconds - time.monotonic()

    def _prepare(self, loop: "Loop") -> None:
        """Compile what measures a step."""
        x, y = loop.train
        try:
            self._gauge = Gauge(loop.trainer, x, y, np.zeros(self._batch, np.int64))
        except ChainruleError as error:
            warnings.warn(f"layers are not recorded: {error.message}", stacklevel=2)

    def run(self, loop: "Loop", rows: Array) -> Array:
        """Make the updates, in so many calls as there are steps to measure among them."""
        if self._store is None:
            return super().run(loop, rows)
        entered, before = time.perf_counter(), self.ledger.total
        start, parts = loop.at.step, []
        first, last = start, start + len(rows)
        while first < last:
            if first >= self._next:
                self._next = first + self._look(loop, first, rows[first - start])
            end = min(last, self._next)
            parts.append(self._train(loop, rows[first - start : end - start]))
            self.ledger.calls += end < last
            first = end
        found = parts[0] if len(parts) == 1 else np.concatenate(parts)
        self._pages.add_losses(start, found)
        told = self.ledger.total - before
        self.ledger.pay("calls", time.perf_counter() - entered - told)  # what is left: this here
        return found

    def _train(self, loop: "Loop", rows: Array) -> Array:
        began = time.perf_counter()
        found = loop.trainer.run(*loop.train, rows)
        self.ledger.train(len(rows), time.perf_counter() - began)
        return found

    def _look(self, loop: "Loop", step: int, rows: Array) -> int:
        """Record the state after so many steps as far as it is due; return when to look again."""
        self._snapshot(loop, step)
        count = self._snapshots.next(step) - step
        if self._gauge is None:
            return count
        if len(rows) != self._batch:  # a last short batch is of another shape
            return 1
        if self.ledger.wants_many and step >= 4 * LONG:
            return min(count, LONG)
        left = self.ledger.wait()
        if not left:
            self._measure(loop, step + 1, rows)
            left = max(1, self.ledger.wait())
        return min(count, left)

    def _measure(self, loop: "Loop", step: int, rows: Array) -> None:
        assert self._gauge is not None
        x, y = loop.train
        began = time.perf_counter()
        found = self._gauge.measure(x, y, rows)
        self._pages.put(self._gauge.names, np.array([step]), found[:, None])
        self.ledger.measure(time.perf_counter() - began)
        if step >= self._histogram and self.ledger.affords("histograms"):
            with self._counting("histograms"):
                self._pages.histograms.append((step, self._gauge.histograms()))
            self._histogram = step * GROWTH

    def _snapshot(self, loop: "Loop", step: int) -> None:
        if self._store is None or not self._snapshots.due(step):
            return
        if step & (step - 1) and not self.ledger.affords("snapshots"):
            return
        with self._guarded(), self._counting("snapshots"):
            path = self._snapshots.save(step, loop.trainer.of_model)
            if path is not None:
                self._pages.events.append(("snapshot", step, {"file": f"snapshots/{path.name}"}))

    def until(self, step: int) -> None:
        """Forget what was recorded after a step and is not written yet."""
        self._pages.until(step)

    def keep(self, loop: "Loop", *, now: bool = False) -> None:
        """Write what was recorded, if so much time has passed that it costs little."""
        if self._store is None or not (now or self.ledger.total >= self._due):
            return
        with self._guarded(), self._counting("writing"):
            began = time.monotonic()
            if self._pages.newest > self._timed:
                figures = {"seconds": self._before + began, "cost": self.ledger.share}
                arrays = {name: np.array([value]) for name, value in figures.items()}
                self._timed = self._pages.newest
                self._pages.add(np.array([self._timed]), arrays)
            self._pages.write(self._store)
            self._pages = Pages(newest=self._pages.newest)
            wait = (time.monotonic() - began) / (SHARE * PARTS["writing"])
            self._due = self.ledger.total + min(max(LEAST, wait), MOST)

    def epoch(self, loop: "Loop", record: dict[str, Any]) -> None:
        """Record the figures of an epoch."""
        if self._store is None or loop.at.step in self._ended:
            return  # resumed between the last update of an epoch and its figures
        figures = {"epoch_loss" if name == "loss" else name: x for name, x in record.items()}
        self._pages.epochs.append((loop.at.step, figures))

    def checkpoint(self, loop: "Loop", step: int) -> None:
        """Record that a checkpoint was written."""
        if self._store is not None:
            self._pages.events.append(("checkpoint", step, {}))

    def note(self, loop: "Loop", kind: str, data: dict[str, Any]) -> None:
        """Record something that was asked of the loop: a pause, another rate."""
        if self._store is not None:
            self._pages.events.append((kind, loop.at.step, data))
            if kind == "rate":
                self._prepare(loop)

    def end(self, loop: "Loop", error: BaseException | None) -> None:
        """Write what is left, and how the training ended."""
        step = max(loop.at.step, self._pages.newest)
        if isinstance(error, Diverged):
            self._pages.events.append(("fault", step, fault_data(error)))
        elif error is None:
            self._snapshot(loop, loop.at.step)
        said = {"stopped": reason(loop, error), "seconds": loop.at.seconds}
        said |= {"cost": self.ledger.share, "kept": loop.at.step}
        self._pages.events.append(("end", step, said))
        self.keep(loop, now=True)
        with self._guarded():
            if self._store is not None:
                self._store.close()
        self._store = None

    @contextmanager
    def _counting(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.ledger.pay(what, time.perf_counter() - began)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Stop the recording, and nothing else, where the disk fails."""
        try:
            yield
        except OSError as error:
            known = error if isinstance(error, FileError) else cannot("record", "", error)
            warnings.warn(f"the recording stops here: {known.message}", stacklevel=2)
            self._drop()

    def _drop(self) -> None:
        store, self._store, self._gauge, self._pages = self._store, None, None, Pages()
        if store is not None:
            with suppress(OSError):  # it has been said that the disk fails
                store.close()


def fault_data(error: Diverged) -> dict[str, Any]:
    """Return what is told of a divergence: message, hint, and who is to blame, as `Blame.data`."""
    found = {"message": error.message, "hint": error.hint}
    return found if error.blame is None else {**found, "blame": error.blame.data()}


def reason(loop: "Loop", error: BaseException | None) -> str:
    """Say in a word why a training ended."""
    if error is None:
        return loop.reason
    if isinstance(error, Diverged):
        return "diverged"
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "error"
