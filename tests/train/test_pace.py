"""How many updates are made between two looks at the keyboard, and what Ctrl-C does meanwhile."""

import os
import signal
import threading

import pytest

from chainrule.train.pace import MOST, TURN, Pace, interruptible


def test_pace_is_about_a_turn() -> None:
    pace = Pace()
    seconds = 2e-5  # an update
    for _ in range(20):
        pace.note(pace.steps, pace.steps * seconds)
    assert pace.steps == pytest.approx(TURN / seconds, rel=1e-3)


def test_pace_grows_step_by_step_and_shrinks_at_once() -> None:
    pace = Pace()
    pace.note(1, 1e-9)
    assert pace.steps == 8
    pace.note(8, 0)
    assert pace.steps == 64
    pace.note(64, 64.0)
    assert pace.steps == 1
    for _ in range(99):
        pace.note(pace.steps, 0)
    assert pace.steps == MOST


def test_ctrl_c_becomes_an_event() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_keep_their_hands_off_signals() -> None:
    found: list[bool] = []

    def inside() -> None:
        with interruptible() as stop:
            found.append(stop.is_set())

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert found == [False]
