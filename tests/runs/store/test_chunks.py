"""Numbers are joined to columns, on the screen and on the disk, and spikes are kept."""

import math

import numpy as np
import pytest

from chainrule.runs.store import Store, chunks
from tests.runs.store.filling import RNG, filled


def test_many_small_writes_are_one_series(store: Store) -> None:
    values = RNG.normal(size=300)
    for step, value in enumerate(values, 1):
        store.add([step], {"loss": [value]})
    np.testing.assert_array_equal(store.read(["loss"])["loss"].last, values)
    (count,) = store._connection.execute("SELECT count(*) FROM chunks").fetchone()
    assert count <= 9  # joined as they come: about as many as there are bits in 300


@pytest.mark.parametrize("columns", [1, 2, 7, 99])
def test_columns_keep_spikes(store: Store, columns: int) -> None:
    values = filled(store)
    store.add(np.arange(101, 201), {"loss": np.full(100, 2.0)})
    values = np.append(values, np.full(100, 2.0))
    found = store.read(["loss"], columns=columns)["loss"]
    assert columns / 2 <= len(found.steps) <= columns
    ends = [*found.steps[1:], 201]
    for at, (first, end) in enumerate(zip(found.steps, ends, strict=True)):
        part = values[first - 1 : end - 1]
        assert (found.min[at], found.max[at], found.last[at]) == (part.min(), part.max(), part[-1])


def test_a_nan_shows_in_its_column(store: Store) -> None:
    values = np.ones(100)
    values[41] = math.nan
    store.add(np.arange(100), {"loss": values})
    found = store.read(["loss"], columns=10)["loss"]
    assert np.flatnonzero(np.isnan(found.max)).tolist() == [4]
    assert not np.isnan(found.last).any()


def test_a_long_series_is_reduced_on_the_disk(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "MOST", 64)
    values = RNG.normal(size=1000)
    for start in range(0, 1000, 10):
        store.add(np.arange(start, start + 10), {"loss": values[start : start + 10]})
    found = store.read(["loss"])["loss"]
    assert len(found.steps) <= 64
    assert found.steps[0] == 0
    assert found.last[-1] == values[-1]
    for at, (first, end) in enumerate(zip(found.steps, [*found.steps[1:], 1000], strict=True)):
        part = values[first:end]
        assert (found.min[at], found.max[at], found.last[at]) == (part.min(), part.max(), part[-1])


def test_many_steps_at_once_are_reduced(store: Store) -> None:
    values = RNG.normal(size=100_000)
    store.add(np.arange(len(values)), {"loss": values})
    found = store.read(["loss"], columns=10**6)["loss"]
    assert len(found.steps) <= chunks.MOST
    assert (found.min.min(), found.max.max()) == (values.min(), values.max())
