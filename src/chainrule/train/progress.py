"""What a person sees of a training run while it runs: a bar on a terminal, plain lines elsewhere.

Everything goes to stderr; results belong to stdout.
"""

import sys
import time
from collections.abc import Mapping
from typing import Any, Protocol


class Progress(Protocol):
    """Told by the loop where it is."""

    def start(self, epochs: int, rows: int, done: int) -> None:
        """`done` of `epochs` epochs, each of so many rows, have been trained."""

    def advance(self, rows: int, loss: float) -> None:
        """So many more rows have been seen, with this loss."""

    def epoch(self, record: Mapping[str, Any]) -> None:
        """An epoch has ended with these figures."""

    def stop(self) -> None:
        """Nothing more will come."""


class Silent:
    """Shows nothing."""

    def start(self, epochs: int, rows: int, done: int) -> None: ...

    def advance(self, rows: int, loss: float) -> None: ...

    def epoch(self, record: Mapping[str, Any]) -> None: ...

    def stop(self) -> None: ...


class Lines:
    """One line at about every second, and at the last epoch: for files and pipes."""

    def __init__(self, every: float = 1.0) -> None:
        self._every = every
        self._last = float("-inf")
        self._epochs = 0

    def start(self, epochs: int, rows: int, done: int) -> None:
        self._epochs = epochs

    def advance(self, rows: int, loss: float) -> None: ...

    def epoch(self, record: Mapping[str, Any]) -> None:
        now = time.monotonic()
        if now - self._last < self._every and record["epoch"] < self._epochs:
            return
        self._last = now
        print(f"epoch {record['epoch']}/{self._epochs}  {figures(record)}", file=sys.stderr)

    def stop(self) -> None: ...


class Bar:
    """A bar with loss, metric, examples a second and the time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Rich
        from rich.table import Column

        self._bar = Rich(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[figures]}"),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True, min_width=5)),
            TextColumn("left"),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,
        )
        self._pending = 0
        self._shown = float("-inf")
        self._record: Mapping[str, Any] = {}

    def start(self, epochs: int, rows: int, done: int) -> None:
        self._epochs, self._seen, self._began = epochs, 0, time.monotonic()
        self._bar.start()
        total, already = epochs * rows, done * rows
        self._task = self._bar.add_task(
            self._title(done), total=total, completed=already, figures="", speed=""
        )

    def advance(self, rows: int, loss: float) -> None:
        self._pending += rows
        now = time.monotonic()
        if now - self._shown < 0.1:
            return
        self._shown = now
        self._seen += self._pending
        speed = self._seen / max(now - self._began, 1e-9)
        shown = headline(self._record) or f"loss {loss:.4f}"
        self._bar.update(
            self._task, advance=self._pending, figures=shown, speed=f"{speed:,.0f} rows/s"
        )
        self._pending = 0
        self._bar.refresh()

    def epoch(self, record: Mapping[str, Any]) -> None:
        self._record = record
        self._bar.update(self._task, description=self._title(record["epoch"]))

    def stop(self) -> None:
        self._bar.stop()

    def _title(self, done: int) -> str:
        return f"epoch {min(done + 1, self._epochs)}/{self._epochs}"


def figures(record: Mapping[str, Any]) -> str:
    """Return the figures of an epoch's record in a few words."""
    shown = [f"{name} {record[name]:.4f}" for name in record if isinstance(record[name], float)
             and name not in ("rate", "seconds")]  # fmt: skip
    return "  ".join(shown)


def headline(record: Mapping[str, Any]) -> str:
    """Return the loss and the first metric, on held-out rows where there are any: for a bar."""
    names = [name for name in record if name.startswith("val_")] or list(record)
    shown = [name for name in names if isinstance(record[name], float) and name != "seconds"][:2]
    return "  ".join(f"{name} {record[name]:.4f}" for name in shown)


def choose(progress: "Progress | bool | None") -> Progress:
    """Return the bar on a terminal, lines elsewhere; True and None choose, False is silent."""
    if progress is False:
        return Silent()
    if progress is None or progress is True:
        return Bar() if sys.stderr.isatty() else Lines()
    return progress
