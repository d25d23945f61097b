"""Numbers that wait to be written: many steps go into the store at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.runs.store import Store

Array = Any


@dataclass
class Page:
    """Series over the same steps, in parts.

    Attributes:
        names: of the series.
        steps: arrays of steps, (n,).
        numbers: an array for each of them, (series, n).
    """

    names: tuple[str, ...]
    steps: list[Array] = field(default_factory=list)
    numbers: list[Array] = field(default_factory=list)


@dataclass
class Pages:
    """What is to be written next.

    Attributes:
        losses: (updates made before, losses of those that follow).
        epochs: (step, figures).
        pages: other series, by their names.
        histograms: (step, name -> counts).
        events: (kind, step, data).
        newest: the last step that anything was noted for.
    """

    losses: list[tuple[int, Array]] = field(default_factory=list)
    epochs: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    pages: dict[tuple[str, ...], Page] = field(default_factory=dict)
    histograms: list[tuple[int, dict[str, Array]]] = field(default_factory=list)
    events: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    newest: int = 0

    def add_losses(self, made: int, losses: Array) -> None:
        """Note the losses of the updates after so many."""
        self.losses.append((made, losses))
        self.newest = made + len(losses)

    def add(self, steps: Array, values: Mapping[str, Array]) -> None:
        """Note numbers at several steps, (n,), for each name."""
        self.put(tuple(values), steps, np.array([*values.values()], np.float64))

    def put(self, names: Sequence[str], steps: Array, numbers: Array) -> None:
        """Note numbers, (series, n)."""
        page = self.pages.setdefault(tuple(names), Page(tuple(names)))
        page.steps.append(steps)
        page.numbers.append(numbers)
        self.newest = max(self.newest, int(steps[-1]))

    def until(self, step: int) -> None:
        """Forget everything after a step."""
        self.losses = [(made, x[: max(step - made, 0)]) for made, x in self.losses]
        for rare in (self.histograms, self.epochs):
            rare[:] = [x for x in rare if x[0] <= step]
        self.events = [x for x in self.events if x[1] <= step]
        for page in self.pages.values():
            steps, numbers = np.concatenate(page.steps), np.concatenate(page.numbers, axis=1)
            count = int(np.searchsorted(steps, step, side="right"))
            page.steps, page.numbers = [steps[:count]], [numbers[:, :count]]
        self.newest = min(self.newest, step)

    def write(self, store: Store) -> None:
        """Write everything, in one go."""
        with store.together():
            self._write_losses(store)
            for page in self.pages.values():
                numbers = np.concatenate(page.numbers, axis=1)
                store.add(np.concatenate(page.steps), dict(zip(page.names, numbers, strict=True)))
            for step, counts in self.histograms:
                store.add_histograms(step, counts)
            self._write_epochs(store)
            for kind, step, data in self.events:
                store.add_event(kind, step, data)

    def _write_losses(self, store: Store) -> None:
        if self.losses:
            first, found = self.losses[0][0] + 1, np.concatenate([x for _, x in self.losses])
            store.add(np.arange(first, first + len(found)), {"loss": found})

    def _write_epochs(self, store: Store) -> None:
        """Write the figures of all epochs, and an event for the newest."""
        if not self.epochs:
            return
        figures = [x for _, x in self.epochs]
        names = [n for n, x in figures[0].items() if n != "epoch" and np.ndim(x) == 0]
        arrays = {name: np.array([x[name] for x in figures], np.float64) for name in names}
        store.add(np.array([step for step, _ in self.epochs]), arrays)
        store.add_event("epoch", *self.epochs[-1])
