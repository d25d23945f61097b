"""Signals and gradients that are lost, or grow, on their way."""

import numpy as np
import pytest

from chainrule.explain.doctor.flow import exploding, vanishing
from chainrule.explain.doctor.record import Series
from tests.explain.doctor.records import STEPS, even, rules, sound

NORM = "layers.0.weight@grad:norm"
SIZE = np.sqrt(160)


def test_sound() -> None:
    assert not vanishing(sound())
    assert not exploding(sound())


def test_a_gradient_that_is_lost() -> None:
    (found,) = vanishing(sound(series={NORM: even(1e-7 * SIZE)}))
    assert (found.where, found.step) == ("layers.0.weight", 1)
    assert found.number == pytest.approx(1e-5)
    assert found.text == (
        "The gradient of layers.0.weight is 1e-05 times that of layers.4.weight: "
        "a factor of 1e+05 is lost over 3 layers."
    )


def test_a_gradient_that_is_nothing() -> None:
    (found,) = vanishing(sound(series={NORM: even(0.0)}))
    assert found.text.startswith("The gradient of layers.0.weight is 0, although one reaches")


def test_a_dead_net_has_no_gradient_to_compare_with() -> None:
    assert not vanishing(sound(series={NORM: even(0.0), "layers.4.weight@grad:norm": even(0.0)}))


def test_a_signal_that_is_lost() -> None:
    (found,) = vanishing(sound(series={"layers.3:std": even(1e-5)}))
    assert (found.where, found.number) == ("layers.3", pytest.approx(1e-5))


def test_the_first_sight_counts_for_the_signal() -> None:
    values = np.where(STEPS > 1, 1.0, 1e-5)
    assert vanishing(sound(series={"layers.3:std": Series(STEPS, values)}))


def test_it_may_vanish_later() -> None:
    values = np.where(STEPS > 60, 1e-8, 0.1)
    (found,) = vanishing(sound(series={NORM: Series(STEPS, values)}))
    assert found.step == 61


def test_a_gradient_that_grows() -> None:
    (found,) = exploding(sound(series={NORM: even(5.0 * SIZE)}))
    assert (found.where, found.number) == ("layers.0.weight", pytest.approx(500))


def test_a_signal_that_grows() -> None:
    (found,) = exploding(sound(series={"layers.3:std": even(1e4)}))
    assert found.where == "layers.3"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_no_number(bad: float) -> None:
    values = np.where(STEPS >= 17, bad, 0.1)
    (found,) = exploding(sound(series={NORM: Series(STEPS, values)}))
    assert (found.step, found.number) == (17, np.inf)


def test_statistics_at_other_steps_are_left_alone() -> None:
    record = sound(series={NORM: Series(STEPS[::7], np.full(len(STEPS[::7]), 1e-9))})
    assert "vanishing gradient" in rules(record)
    record = sound(series={NORM: Series(STEPS + 1000, np.full(len(STEPS), 1e-9))})
    assert "vanishing gradient" not in rules(record)
