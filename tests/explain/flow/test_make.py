"""Tables and maps out of series whose numbers are known."""

import numpy as np
import pytest

from chainrule.explain.flow.make import binned, flow, wanted
from tests.explain.flow.made import diverging, flow_of, made, recorded, start, vanishing


def test_root_mean_squares_in_the_columns() -> None:
    found = flow_of([[1e-3], [2e-3]])
    np.testing.assert_allclose(found.sizes, np.repeat([[1e-3], [2e-3]], 40, axis=1))
    assert found.known.all()
    assert [row.gradient for row in found.rows] == pytest.approx([1e-3, 2e-3])
    assert [row.ratio for row in found.rows] == [1e-3, 1e-3]
    assert [row.idle for row in found.rows] == [0.1, None]
    assert (found.first, found.last, len(found.steps)) == (1, 40, 40)


def test_saturation_is_shown_where_there_are_two_bounds() -> None:
    assert vanishing(3).rows[0].idle == 0.7


def test_a_spike_survives_in_a_wide_column() -> None:
    row = np.full(1000, 1e-3)
    row[617] = 7.0
    found = flow_of([row, row], range(1, 1001), columns=10)
    assert found.sizes[0].tolist() == pytest.approx([1e-3] * 6 + [7.0] + [1e-3] * 3)
    assert found.rows[0].gradient == pytest.approx(1e-3)


def test_one_number_that_is_nan_or_infinite_breaks_its_column() -> None:
    for bad in (np.nan, np.inf):
        row = np.full(100, 1e-3)
        row[42] = bad
        found = flow_of([row, row], range(1, 101), columns=10)
        assert np.flatnonzero(~np.isfinite(found.sizes[0])).tolist() == [4]


def test_a_column_between_two_measured_ones_is_as_the_one_before() -> None:
    values, known = binned(np.array([3, 9]), np.array([1.0, 2.0]), np.arange(1, 13))
    assert known.tolist() == [False] * 2 + [True] * 7 + [False] * 3
    assert values[2:9].tolist() == [1.0] * 6 + [2.0]
    assert np.isnan(values[~known]).all()


def test_figures_stand_on_the_same_steps() -> None:
    found = flow_of([[1e-3], [1e-3]], accuracy=made([20, 40], [0.5, 0.75]))
    loss, accuracy = found.curves
    assert (loss.name, accuracy.name) == ("loss", "accuracy")
    assert loss.last == 1.0
    assert len(loss.values) == len(accuracy.values) == 40
    assert np.flatnonzero(accuracy.known)[0] == 19
    assert accuracy.last == 0.75


def test_accuracy_on_held_out_rows_comes_first() -> None:
    both = {"accuracy": made([40], 0.9), "val_accuracy": made([40], 0.5)}
    assert flow_of([[1e-3]], **both).curves[1].last == 0.5


def test_the_sentence() -> None:
    assert vanishing().sentence == (
        "First layer 4.2e-10, last 1.1e-4: a factor of 2.6e5 lost over 50 layers. Loss 1."
    )
    assert diverging().sentence == "Non-finite gradients in 2 of 3 layers since step 31. Loss NaN."


def test_a_net_that_recovers_is_not_called_broken() -> None:
    row = np.full(40, 1e-3)
    row[5] = np.nan
    assert "arrives whole" in flow_of([row, row]).sentence


def test_a_band_about_the_median() -> None:
    found = flow_of([[1e-8], [1e-8]], relative=True)
    assert found.band.verdict(1e-8) == "healthy"
    assert flow_of([[1e-8], [1e-8]]).band.verdict(1e-8) == "vanishing"


def test_rows_for_vectors_too() -> None:
    assert len(flow_of([[1e-3], [1e-3]], every=True).rows) == 4


def test_nothing_was_recorded() -> None:
    found = flow(start(2), {})
    assert (found.rows, found.sentence, found.first, found.last) == ((), "", 0, 0)
    assert found.as_dict()["map"] == []


def test_only_what_is_shown_is_asked_for() -> None:
    names = [*recorded([[1e-3], [1e-3]], [1]), "seconds", "layers.1:zeros", "layers.0.weight:norm"]
    assert set(names) - set(wanted(names)) == {"seconds", "layers.1:zeros", "layers.0.weight:norm"}
