"""Series and the parts of a run."""

import numpy as np

from chainrule.explain.doctor.record import NOTHING, Record, Series
from tests.explain.doctor.records import sound


def test_parts_hold_finite_values_only() -> None:
    series = Series(np.arange(1, 7), np.array([1, np.nan, 2, np.inf, 3, 4.0]))
    assert series.part(0.0, 0.5).tolist() == [1, 2]
    assert series.part(1.0, 1.0).tolist() == [4]
    assert series.typical(0.5, 1.0) == 3.5


def test_nothing_has_no_parts() -> None:
    assert len(NOTHING.part(0.0, 1.0)) == 0
    assert np.isnan(NOTHING.typical())
    assert NOTHING.when(lambda x: x > 0) == 0
    assert len(NOTHING.smooth(3)) == 0


def test_first_step_of_a_condition() -> None:
    series = Series(np.array([1, 5, 9]), np.array([0.1, 2.0, 3.0]))
    assert series.when(lambda x: x > 1) == 5
    assert series.when(lambda x: x > 9) == 0


def test_means_of_neighbours() -> None:
    series = Series(np.arange(1, 8), np.arange(7.0)).smooth(3)
    assert series.steps.tolist() == [3, 6]
    assert series.values.tolist() == [1, 4]


def test_losses_of_whole_epochs() -> None:
    record = sound()
    assert len(record.epoch_loss) == 20
    assert len(record.fine_loss) == 200
    np.testing.assert_allclose(record.epoch_loss.values[0], record.loss.values[:20].mean())


def test_of_a_long_run_fewer_losses_make_an_epoch() -> None:
    loss = sound().loss
    record = sound(series={"loss": Series(loss.steps * 10, loss.values)})
    assert record.stride == 10
    assert len(record.epoch_loss) == 200


def test_few_epochs_are_not_compared() -> None:
    assert len(sound(start={"steps_per_epoch": 100}).epoch_loss) == 200


def test_parts_by_kind() -> None:
    record = sound({"layers.1": "relu", "layers.3": "tanh"})
    assert list(record.matrices) == ["layers.0.weight", "layers.2.weight", "layers.4.weight"]
    assert record.activations() == ["layers.1", "layers.3"]
    assert record.activations(("tanh",)) == ["layers.3"]
    assert record.gradient("layers.0.weight").values[0] == np.float64(0.01)
    assert record.last_step == 400
    assert Record().last_step == 0


def test_losses_of_a_long_run_that_lie_far_apart_are_fine_as_they_are() -> None:
    far = Series(np.arange(1, 80_000, 8), np.ones(10_000))
    record = Record(start={"batch": 32}, series={"loss": far})
    assert record.stride == 8
    assert record.fine_loss is far
