"""Series, maps and histograms against what was recorded."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from chainrule.errors import UsageError
from chainrule.runs.store import Store
from chainrule.serve import reading
from chainrule.serve.packed import unpacked
from tests.serve.folders import LAYERS, begun


@pytest.fixture
def store(runs: Path) -> Iterator[Store]:
    with Store.open(runs / "one") as store:
        yield store


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    with begun(tmp_path / "run") as store:
        yield store


def test_series(store: Store) -> None:
    found = reading.series(store, ["loss", "nothing"], 3, 8, 100)
    assert unpacked(found["loss"]["steps"]).tolist() == [3, 4, 5, 6, 7, 8]
    np.testing.assert_array_equal(unpacked(found["loss"]["last"]), 1 / np.arange(3, 9))
    assert set(found["loss"]) == {"steps", "last"}
    assert unpacked(found["nothing"]["steps"]).tolist() == []


def test_series_in_few_columns_keep_their_ends(store: Store) -> None:
    found = reading.series(store, ["loss"], 0, None, 4)["loss"]
    assert len(unpacked(found["steps"])) <= 4
    assert unpacked(found["max"]).max() == 1.0
    assert unpacked(found["last"])[-1] == 1 / 20
    assert "min" not in found  # it falls: the last of each column is the least


def test_a_map_of_root_mean_squares(store: Store) -> None:
    found = reading.heat(store, "rms")
    assert found["names"] == list(LAYERS)
    assert unpacked(found["steps"]).tolist() == list(range(2, 21, 2))
    np.testing.assert_array_equal(unpacked(found["values"])[:, 0], [1.0, 2.0])  # norm / sqrt(16)
    assert found["blank"] is None
    np.testing.assert_array_equal(
        unpacked(reading.heat(store, "gradient")["values"])[:, -1], [4.0, 8.0]
    )


def test_a_map_of_layers(store: Store) -> None:
    found = reading.heat(store, "zeros", last=4)
    assert found["names"] == ["layers.2"]
    assert unpacked(found["values"]).tolist() == [[0.25, 0.25]]
    assert reading.heat(store, "saturated")["names"] == []
    assert unpacked(reading.heat(store, "saturated")["values"]).shape == (0, 0)


def test_what_was_not_recorded_is_blank_and_nan_is_not(fresh: Store) -> None:
    fresh.add([1, 2], {"a:ratio": [1.0, np.nan]})
    fresh.add([2, 3], {"b:ratio": [np.inf, 4.0]})
    found = reading.heat(fresh, "ratio")
    assert unpacked(found["blank"]).tolist() == [[0, 0, 1], [1, 0, 0]]
    values = unpacked(found["values"])
    assert np.isnan(values[0, 1])
    assert values[1, 1] == np.inf


def test_norms_of_weights_are_not_those_of_gradients(fresh: Store) -> None:
    fresh.add([1], {"w@grad:norm": [1.0], "w:norm": [2.0]})
    assert reading.rows(fresh.names) == {"rms": ["w"], "gradient": ["w"], "weight": ["w"]}
    assert unpacked(reading.heat(fresh, "weight")["values"]).tolist() == [[2.0]]


def test_columns_hold_what_is_asked_for(fresh: Store) -> None:
    fresh.add(np.arange(8), {"w:ratio": np.array([1.0, 9, 2, 3, 4, 0, 5, 6])})
    kinds = {
        kind: unpacked(reading.heat(fresh, "ratio", kind, columns=2)["values"])[0].tolist()
        for kind in reading.KINDS
    }
    assert kinds == {"last": [3, 6], "min": [1, 0], "max": [9, 6]}


def test_unknown_maps(store: Store) -> None:
    with pytest.raises(UsageError, match="no map of 'rsm'"):
        reading.heat(store, "rsm")
    with pytest.raises(UsageError, match="no 'mean' of a column"):
        reading.heat(store, "rms", "mean")


def test_histograms(store: Store) -> None:
    name = f"{LAYERS[0]}@grad"
    found = reading.histograms(store, [name, "nothing"], 5)
    assert len(found["edges"]) == 68
    assert found["histograms"][name]["steps"] == [2]
    assert unpacked(found["histograms"][name]["counts"]).tolist() == [list(range(68))]
    assert unpacked(found["histograms"]["nothing"]["counts"]).shape == (0, 68)
    assert reading.histograms(store, [name], 1)["histograms"][name]["steps"] == []


def test_details(store: Store, runs: Path) -> None:
    found = reading.details(store, runs / "one")
    assert found["start"]["model"] == "MLP"
    assert found["last_step"] == 20
    assert found["rows"] == {"rms": list(LAYERS), "gradient": list(LAYERS), "zeros": ["layers.2"]}
    assert set(reading.nothing()) == set(found)
