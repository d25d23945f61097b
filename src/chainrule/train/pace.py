"""How often Python is entered between native updates: for the progress bar, Ctrl-C, checkpoints."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

TURN = 0.1  # seconds
MOST = 1 << 20  # updates at a time


@dataclass
class Pace:
    """How many updates are made at a time: about a tenth of a second's."""

    steps: int = 1

    def note(self, steps: int, seconds: float) -> None:
        """Learn from how long so many updates took."""
        fitting = int(steps * TURN / max(seconds, 1e-9))
        self.steps = max(1, min(fitting, 8 * self.steps, MOST))


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
