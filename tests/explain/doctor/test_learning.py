"""What the loss comes to."""

import numpy as np
import pytest

from chainrule.explain.doctor.learning import at_chance, level_of, not_moving, overfitting
from chainrule.explain.doctor.record import Record, Series
from tests.explain.doctor.records import STEPS, falling, sound

EPOCHS = STEPS[19::20]


def test_sound() -> None:
    record = sound()
    assert level_of(record) == pytest.approx(np.log(4))
    assert not at_chance(record)
    assert not not_moving(record)
    assert not overfitting(record)


def test_guessing() -> None:
    (found,) = at_chance(sound(series={"loss": falling(1.6, 1.38)}))
    assert (found.where, found.step) == ("loss", 400)
    assert found.text.startswith("The training loss comes to 1.4, and guessing by the shares")


def test_learning_by_heart_what_does_not_hold() -> None:
    held_out = Series(EPOCHS, np.linspace(1.4, 3.0, 20))
    (found,) = at_chance(sound(series={"val_loss": held_out}))
    assert found.where == "val_loss"


def test_standing_still() -> None:
    (found,) = not_moving(sound(series={"loss": falling(1.4, 1.39)}))
    assert found.number < 0.02


def test_standing_still_where_it_is_good() -> None:
    assert not not_moving(sound(series={"loss": falling(0.01, 0.01)}))


def test_overfitting() -> None:
    held_out = Series(
        EPOCHS, np.concatenate([np.linspace(1.4, 0.6, 10), np.linspace(0.6, 1.3, 10)])
    )
    (found,) = overfitting(sound(series={"val_loss": held_out}))
    assert (found.step, found.threshold) == (200, 1.2)
    assert found.number > 2


def test_a_single_bad_epoch_is_no_overfitting() -> None:
    values = np.full(20, 0.6)
    values[-1] = 2.0
    assert not overfitting(sound(series={"val_loss": Series(EPOCHS, values)}))


def test_a_rise_from_nothing_to_nothing_is_no_overfitting() -> None:
    values = np.geomspace(1e-3, 1e-2, 20)
    record = sound(series={"val_loss": Series(EPOCHS, values), "loss": falling(1.5, 1e-4)})
    assert not overfitting(record)


def test_nothing_is_said_of_nothing() -> None:
    for rule in (at_chance, not_moving, overfitting):
        assert not rule(Record())
