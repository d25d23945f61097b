"""Dead, saturated and duplicated units."""

from typing import Any

import numpy as np
import pytest

from chainrule.explain.doctor.units import copies, dead, saturated, symmetric
from tests.explain.doctor.records import even, sound

TANH = {"layers.1": "tanh", "layers.3": "tanh"}


def test_sound() -> None:
    record = sound()
    assert not dead(record)
    assert not saturated(record)
    assert not symmetric(record)


def test_dead_units() -> None:
    (found,) = dead(sound(series={"layers.3:dead": even(0.55)}))
    assert (found.where, found.number, found.step) == ("layers.3", 0.55, 1)
    assert found.text == (
        "55 % of the units of layers.3 are 0 for whole batches: no gradient passes them."
    )


def test_the_worst_layer_is_named_and_the_others_counted() -> None:
    series = {"layers.1:dead": even(0.9), "layers.3:dead": even(0.5)}
    (found,) = dead(sound(series=series))
    assert found.where == "layers.1"
    assert ", and so it is in another layer" in found.text


def test_idle_units_of_small_batches_may_wait_for_their_row() -> None:
    assert not dead(sound(start={"batch": 4}, series={"layers.3:dead": even(0.6)}))
    assert dead(sound(start={"batch": 4}, series={"layers.3:zeros": even(0.99)}))


def test_only_activations_that_are_cut_off_can_die() -> None:
    assert not dead(sound(TANH, series={"layers.3:dead": even(0.9)}))


def test_saturated_units() -> None:
    (found,) = saturated(sound(TANH, series={"layers.1:saturated": even(0.8)}))
    assert (found.where, found.number) == ("layers.1", 0.8)
    assert not saturated(sound(series={"layers.1:saturated": even(0.8)})), "a relu is half flat"


@pytest.mark.parametrize("fill", [0.0, 0.3])
def test_units_of_one_kind(fill: float) -> None:
    weights = {"layers.0.weight": np.full((20, 8), fill), "layers.0.bias": np.zeros(20)}
    (found,) = symmetric(sound(weights=weights))
    assert (found.where, found.number, found.step) == ("layers.0.weight", 1.0, 400)


def test_biases_tell_units_apart() -> None:
    weights = {"layers.0.weight": np.ones((20, 8)), "layers.0.bias": np.arange(20.0)}
    assert not symmetric(sound(weights=weights))


def test_the_last_layer_may_begin_at_zero() -> None:
    assert not symmetric(sound(weights={"layers.4.weight": np.zeros((4, 10))}))


def test_copies_of_any_size() -> None:
    rng = np.random.default_rng(0)
    rows: Any = rng.normal(size=(50, 3)) * 10.0 ** rng.integers(-6, 6, (50, 1))
    assert copies(rows) == 0
    rows[7] = rows[3]
    assert copies(rows) == pytest.approx(2 / 50)
    assert copies(rows[:1]) == 0
    assert copies(np.full((3, 2), np.nan)) == 0
