"""Pause, go on, one step, another rate, stop: what is asked of a training while it runs.

Another thread asks, a page for example; the loop heeds it between two stretches of updates, so that
no update is ever cut in half.
"""

import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chainrule.errors import UsageError, nearest

if TYPE_CHECKING:
    from chainrule.train.loop import Loop

COMMANDS = ("go", "pause", "rate", "step", "stop")
LOOK = 0.1  # seconds until a paused training looks whether Ctrl-C was pressed
ALL = 1 << 30


class Control:
    """What a training is asked to do; each method may be called from any thread.

    >>> control = Control()
    >>> control.command({"do": "pause"})["paused"]
    True
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = self._stopping = False
        self._single = 0  # updates to make before the next pause
        self._wanted: float | None = None
        self._rate: float | None = None
        self._told = False  # that it is paused

    def state(self) -> dict[str, Any]:
        """Return what holds: "paused", "stopping", and "rate", None where nobody changed it."""
        with self._changed:
            rate = self._rate if self._wanted is None else self._wanted
            return {"paused": self._paused, "stopping": self._stopping, "rate": rate}

    def command(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for something, as a mapping, and return what holds then.

        `{"do": "pause"}`, `"go"`, `"step"` (one update, then pause), `"stop"` (end, and keep what
        there is), `{"do": "rate", "rate": 0.01}` (a schedule ends then).

        Raises `UsageError` for anything else.
        """
        todo = str(asked.get("do", ""))
        if todo not in COMMANDS:
            raise UsageError(f"there is no command {todo[:40]!r}", hint=nearest(todo, COMMANDS))
        rate = checked(asked.get("rate")) if todo == "rate" else None
        with self._changed:
            self._wanted = rate if rate is not None else self._wanted
            self._paused = todo in ("pause", "step") or (self._paused and todo != "go")
            self._single = self._single + 1 if todo == "step" else self._single
            self._single = 0 if todo in ("go", "pause") else self._single
            self._stopping = self._stopping or todo == "stop"
            self._changed.notify_all()
        return self.state()

    @property
    def most(self) -> int:
        """How many updates the loop may make at a time."""
        with self._changed:
            return 1 if self._paused else ALL

    @property
    def stopping(self) -> bool:
        """Whether the training is to end."""
        with self._changed:
            return self._stopping

    def heed(self, loop: "Loop", interrupted: Callable[[], bool]) -> None:
        """Do what is asked of the loop; return when it may go on, or is to end.

        Args:
            loop: the training, between two stretches.
            interrupted: whether Ctrl-C was pressed.
        """
        while not (self._goes_on(loop) or interrupted()):
            with self._changed:
                if self._paused and not (self._single or self._stopping or self._wanted):
                    self._changed.wait(LOOK)

    def _goes_on(self, loop: "Loop") -> bool:
        """Return whether nothing holds the loop back; tell it of what has changed."""
        with self._changed:
            wanted, self._wanted = self._wanted, None
            self._rate = self._rate if wanted is None else wanted
            holds = self._paused and not self._single and not self._stopping
            news = "" if self._paused == self._told else "pause" if self._paused else "resume"
            self._told = self._paused
            self._single -= 1 if self._paused and self._single else 0
        if wanted is not None:
            loop.change_rate(wanted)
        if news:
            loop.recorder.note(loop, news, {})
        if holds or wanted is not None:
            loop.recorder.keep(loop, now=True)
        return not holds


def checked(rate: Any) -> float:
    """Return a rate; `UsageError` unless it is a finite number above 0."""
    number = isinstance(rate, int | float) and not isinstance(rate, bool)
    if not (number and 0 < rate <= sys.float_info.max):
        raise UsageError(f"a rate is a finite number above 0, got {str(rate)[:40]}")
    return float(rate)
