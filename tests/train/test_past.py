"""Back to before a fault: the state is the one that was, bit by bit."""

from dataclasses import replace
from typing import Any

import numpy as np

from chainrule import nn, optim
from chainrule.nn import losses
from chainrule.train.past import Past
from chainrule.train.position import Position
from chainrule.train.record import Watch
from chainrule.train.step import Objective, Stepper

RNG = np.random.default_rng(3)
X, Y = RNG.normal(size=(9, 2)).astype(np.float32), RNG.normal(size=(9, 1)).astype(np.float32)
ROWS = RNG.integers(0, 9, (10, 4))


def started(watch: Watch | None = None) -> Stepper:
    made = Stepper(Objective(losses.squared_error), optim.Adam(rate=0.1), 0, watch)
    made.start(nn.MLP(2, 3, 1, key=0))
    return made


def states() -> list[list[Any]]:
    """Return the state before each of the updates, and after the last."""
    made, found = started(), []
    for rows in ROWS:
        found.append(made.snapshot())
        made.run(X, Y, rows[None])
    return [*found, made.leaves]


def trained(*lengths: int) -> tuple[Past, Position]:
    """Train in stretches of these lengths."""
    made, at = started(), Position()
    past = Past(made, X, Y)
    for length in lengths:
        rows = ROWS[at.step : at.step + length]
        past.note(at, rows)
        at = at.after(made.run(X, Y, rows), 4)
    return past, at


def assert_at(past: Past, at: Position, step: int) -> None:
    assert (at.step, at.batch) == (step, step)
    _, want = trained(step)
    assert at == replace(want, seconds=at.seconds)
    for one, two in zip(past.trainer.leaves, states()[step], strict=True):
        np.testing.assert_array_equal(one, two)


def test_within_the_last_stretch() -> None:
    past, _ = trained(3, 5)
    assert_at(past, past.before(4), 6)  # update 7 met the fault: the state before update 6


def test_at_the_beginning_of_the_last_stretch() -> None:
    past, _ = trained(2, 3, 5)
    assert_at(past, past.before(0), 4)
    past, _ = trained(2, 3, 5)
    assert_at(past, past.before(1), 5)


def test_nothing_lies_before_the_first_updates() -> None:
    for fault in (0, 1):
        past, _ = trained(3)
        assert_at(past, past.before(fault), 0)


def test_no_further_than_weights_are_finite() -> None:
    past, _ = trained(6)
    broken = Stepper.is_finite
    past.trainer.is_finite = lambda: past.trainer.updates_made < 3  # type: ignore[method-assign]
    assert past.sound_updates(5) == 2
    assert_at(past, past.before(5), 2)
    assert broken is Stepper.is_finite


def test_what_was_measured_is_not_measured_again() -> None:
    made = started(Watch("layers.0.weight", stats="norm"))
    past = Past(made, X, Y)
    past.note(Position(), ROWS)
    made.run(X, Y, ROWS)
    past.before(7)
    assert made.probes.steps.tolist() == list(range(1, 11))
