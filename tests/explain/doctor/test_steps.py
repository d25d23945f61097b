"""The size of the steps."""

import numpy as np
import pytest

from chainrule.explain.doctor.record import Record, Series
from chainrule.explain.doctor.steps import bound, jitter, noisy, ratio, too_fast
from tests.explain.doctor.records import SIZES, STEPS, even, falling, sound


def test_sound() -> None:
    for rule in (too_fast, noisy, ratio):
        assert not rule(sound())
        assert not rule(Record())


def test_a_loss_that_is_no_number() -> None:
    loss = falling(1.5, 0.1)
    values = np.where(STEPS > 40, np.nan, loss.values)
    (found,) = too_fast(sound(series={"loss": Series(STEPS, values)}))
    assert (found.step, found.number) == (41, np.inf)


def test_a_fault_is_told() -> None:
    (found,) = too_fast(sound(fault="a weight is no longer finite after step 12"))
    assert found.text == "The training broke off: a weight is no longer finite after step 12."


def test_a_loss_that_jumps() -> None:
    values = falling(1.5, 0.1).values.copy()
    values[100:104] = 40.0
    (found,) = too_fast(sound(series={"loss": Series(STEPS, values)}))
    assert found.step in (102, 104)
    assert found.number == pytest.approx(40 / values[0])


def test_a_high_beginning_is_no_jump() -> None:
    assert not too_fast(sound(series={"loss": falling(80.0, 0.1)}))


def test_the_bound_of_gradient_descent() -> None:
    rng = np.random.default_rng(0)
    loss = Series(STEPS, rng.uniform(0.2, 1.4, 400))
    record = sound(series={"loss": loss}, start={"steps_per_epoch": 1}, curvature=50.0)
    (found,) = too_fast(record)
    assert (found.number, found.threshold) == (0.1, 0.04)
    assert "2/lambda_max = 0.04, and the rate is 0.1" in found.text
    assert not too_fast(sound(curvature=50.0)), "at the edge of stability nets learn well"
    assert bound(sound()) == ""


def test_jitter_is_measured_without_the_trend() -> None:
    rng = np.random.default_rng(0)
    line = np.linspace(2, 1, 4000)
    assert jitter(Series(np.arange(4000), line)) < 1e-6
    noise = jitter(Series(np.arange(4000), 1 + 0.1 * rng.standard_normal(4000)))
    assert noise == pytest.approx(0.1, rel=0.1)


def single_rows(moves: float) -> Record:
    rng = np.random.default_rng(0)
    norms = {f"{n}@grad:norm": Series(STEPS, rng.exponential(0.1, 400)) for n in SIZES}
    ratios = {f"{n}:ratio": even(moves) for n in SIZES}
    loss = Series(STEPS, rng.exponential(0.8, 400))
    start = {"batch": 1, "steps_per_epoch": 40}
    return sound(start=start, series={**norms, **ratios, "loss": loss}, noise=30.0)


def test_single_rows_that_drive_the_weights_about() -> None:
    (found,) = noisy(single_rows(2e-2))
    assert found.number == 2e-2
    assert "With 1 row a batch" in found.text
    assert "batches of 30 rows" in found.text
    assert not noisy(single_rows(1e-3)), "small steps add up to the gradient of many rows"


def ratios(size: float, loss: Series) -> Record:
    return sound(series={"loss": loss, **{f"{n}:ratio": even(size) for n in SIZES}})


def test_updates_that_are_too_small() -> None:
    (found,) = ratio(ratios(1e-6, falling(1.5, 1.4)))
    assert (found.number, found.threshold, found.remedy) == (1e-6, 1e-4, "Raise the rate.")
    assert not ratio(ratios(1e-6, falling(1.5, 0.1)))


def test_updates_that_are_too_large() -> None:
    (found,) = ratio(ratios(0.2, falling(1.5, 1.2)))
    assert (found.number, found.threshold, found.remedy) == (0.2, 1e-2, "Lower the rate.")
    assert not ratio(ratios(0.02, falling(1.5, 0.1)))


def test_one_layer_that_stands_still() -> None:
    (found,) = ratio(sound(series={"layers.2.weight:ratio": even(1e-7)}))
    assert found.where == "layers.2.weight"
