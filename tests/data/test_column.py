"""Columns: what the types of arrays become."""

import numpy as np
import pytest

from chainrule.data import Column
from chainrule.errors import DataError


@pytest.mark.parametrize(
    ("values", "kind", "stored", "missing"),
    [
        ([1.5, np.nan], "number", [1.5, np.nan], [False, True]),
        (np.array([1, 2], np.float16), "number", [1.0, 2.0], [False, False]),
        ([1, -2], "integer", [1, -2], [False, False]),
        (np.array([0, 255], np.uint8), "integer", [0, 255], [False, False]),
        (np.array([2**63], np.uint64), "number", [2.0**63], [False]),
        ([True, False], "boolean", [True, False], [False, False]),
        (["a", "b"], "category", ["a", "b"], [False, False]),
        (np.array(["a", None], dtype=object), "category", ["a", ""], [False, True]),
        (np.array(["1970-01-02T12", "NaT"], "M8[h]"), "date", [1.5, np.nan], [False, True]),
    ],
)
def test_of(values, kind, stored, missing):
    column = Column.of("c", values)
    assert column.kind == kind
    np.testing.assert_array_equal(column.values, stored)
    np.testing.assert_array_equal(column.missing, missing)
    assert len(column) == len(stored)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            [1j],
            "column 'c' holds entries of type complex128\n"
            "hint: use numbers, booleans, texts or dates",
        ),
        (
            np.array([b"a"]),
            "column 'c' holds entries of type |S1\nhint: use numbers, booleans, texts or dates",
        ),
        (np.zeros((2, 3)), "column 'c' has shape (2, 3), but needs one dimension"),
        (
            np.array(["a", 3], dtype=object),
            "column 'c' mixes types: row 1 (counted from 0) is 3\n"
            "hint: use an array of numbers, or texts and None only",
        ),
    ],
)
def test_of_refuses(values, message):
    with pytest.raises(DataError) as caught:
        Column.of("c", values)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([1.0, 2.5, np.nan], ["1", "2.5", ""]),
        ([1, -2], ["1", "-2"]),
        ([True, False], ["true", "false"]),
        (["a", "b"], ["a", "b"]),
        ([1e300, -0.0], [str(int(1e300)), "0"]),
        ([np.inf], ["inf"]),
    ],
)
def test_texts(values, texts):
    assert Column.of("c", values).texts().tolist() == texts


def test_take():
    column = Column.of("c", [1.0, np.nan, 3.0]).take(np.array([1, 0]))
    np.testing.assert_array_equal(column.values, [np.nan, 1.0])
    np.testing.assert_array_equal(column.missing, [True, False])
