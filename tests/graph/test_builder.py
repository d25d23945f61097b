"""What `lower` talks to: entries, reductions, parts of an output."""

from typing import Any

import numpy as np
import pytest

from chainrule.graph.builder import INTEGER, Builder, Cast, Load, Reduce
from chainrule.graph.formula import Apply, Expression, Number, Symbol
from chainrule.graph.place import Place, indices, place
from tests.contract.entries import computed, entries_of, number, one, value

m = Builder()
X = np.arange(6.0).reshape(2, 3)


def entry_of(lower: Any, *shape: int, dtype: Any = float) -> Any:
    """Return the output of this shape that `lower(m, at)` describes."""
    at = indices(shape)
    return computed(lower(m, tuple(map(place, at))), at, dtype)


def test_an_array_is_called_at_a_place() -> None:
    x = entries_of(X)
    made = x(1, 2)
    assert isinstance(made, Load)
    assert made.at == Place(5)
    assert value(made, {}) == 5


def test_an_array_broadcasts_along_a_place() -> None:
    rows = entries_of(X[:, :1])
    np.testing.assert_array_equal(
        entry_of(lambda m, at: rows.along(at), 4, 2, 3), np.broadcast_to(X[:, :1], (4, 2, 3))
    )


def test_an_array_in_another_dtype() -> None:
    x = entries_of(X)
    assert x.astype(float) is x
    small = x.astype("float32")
    assert small.dtype == np.float32
    assert isinstance(small(0, 1), Cast)
    assert value(small(0, 1), {}).dtype == np.float32


@pytest.mark.parametrize("name", INTEGER)
def test_integers_have_functions_that_formulas_lack(name: str) -> None:
    made = getattr(m, name)(Symbol("a"), 3)
    assert made == Apply(name, (Symbol("a"), Number(3)))
    assert isinstance(one(made, [np.int64(13), 3], {}), np.int64)
    assert name in dir(m)


def test_unknown_functions_are_refused() -> None:
    with pytest.raises(AttributeError, match="no function 'bit_nand' in formulas: "):
        m.bit_nand  # noqa: B018 - the look-up itself fails


def test_sums_run_over_a_box() -> None:
    x = entries_of(X)
    made = entry_of(lambda m, at: m.sum((3,), lambda k: x(at[0], k)), 2)
    np.testing.assert_array_equal(made, X.sum(axis=1))


def test_a_reduction_over_no_axes_is_its_entry() -> None:
    x = entries_of(np.float64(3.0))
    assert isinstance(m.sum((), x), Load)
    assert m.reduce("argmax", (), x) == Number(0)
    assert isinstance(m.reduce("argmax", (1,), lambda k: x()), Reduce)


def test_a_looked_up_place_counts_negative_numbers_from_the_end() -> None:
    picks = entries_of(np.array([0, -1, 3]))
    at = [m.lookup(picks(i), 3) for i in range(3)]
    assert [number(p, {}) for p in at[:2]] == [0, 2]
    with pytest.raises(IndexError, match="index 3 is out of bounds"):
        number(at[2], {})


def test_places_count_row_by_row() -> None:
    at = [place(i) for i in indices((2, 3))]
    assert m.at_flat(m.flat(at, (2, 3)), (2, 3)) == tuple(at)
    made = entry_of(lambda m, at: m.position(m.flat(at, (2, 3))), 2, 3, dtype=int)
    np.testing.assert_array_equal(made, np.arange(6).reshape(2, 3))


def test_parts_are_written_one_after_the_other() -> None:
    x = entries_of(X)
    made = entry_of(
        lambda m, at: m.writes(
            m.part((3, 4), lambda *p: p, lambda *p: 7),
            m.box((1, 1), X.shape, x),
            m.part((2,), lambda i: (0, 3), lambda i: 1, adds=True),
        ), 3, 4,
    )  # fmt: skip
    wanted = np.full((3, 4), 7.0)
    wanted[1:, 1:] = X
    wanted[0, 3] += 2
    np.testing.assert_array_equal(made, wanted)


def test_parts_without_entries_are_left_out() -> None:
    assert m.writes(m.box((0,), (0,), lambda i: 1)).parts == ()


def test_running_sums_and_orders() -> None:
    x = entries_of(X)
    along = entry_of(lambda m, at: m.running(1, x(*at)), 2, 3)
    np.testing.assert_array_equal(along, np.cumsum(X, axis=1))
    falling = entry_of(lambda m, at: m.order(1, -x(*at)), 2, 3, dtype=int)
    np.testing.assert_array_equal(falling, [[2, 1, 0]] * 2)


def test_constants_and_other_dtypes() -> None:
    assert m.number(2) == Number(2)
    made: Expression = m.cast(2.7, int)
    assert value(made, {}) == 2
