"""Tables: columns of equal length under different names."""

import numpy as np
import pytest

from chainrule.data import Column, Table
from chainrule.data.table import first_double
from chainrule.errors import DataError


def test_of_names_and_length():
    table = Table.of({"b": [1, 2], "a": ["x", "y"]}, origin="here")
    assert table.names == ("b", "a")
    assert len(table) == 2
    assert "a" in table
    assert "c" not in table
    assert table["a"].kind == "category"
    assert table.place(1) == "row 1 of 'here' (counted from 0)"


def test_take_keeps_lines():
    table = Table((Column.of("a", [1, 2, 3]),), "f.csv", np.array([2, 3, 5])).take([2, 0])
    assert table["a"].values.tolist() == [3, 1]
    assert table.place(0) == "line 5 of 'f.csv'"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((), "'f': the table has no columns"),
        ((Column.of("a", np.zeros(0)),), "'f': the table has no rows"),
        ((Column.of("a", [1]), Column.of("a", [2])), "'f': two columns are named 'a'"),
        (
            (Column.of("a", [1]), Column.of("b", [2, 3])),
            "'f': the columns differ in length: {'a': 1, 'b': 2}",
        ),
    ],
)
def test_refuses(columns, message):
    with pytest.raises(DataError) as caught:
        Table(columns, "f")
    assert str(caught.value) == message


def test_unknown_column_suggests_the_nearest():
    with pytest.raises(DataError) as caught:
        Table.of({"age": [1]})["aeg"]
    assert str(caught.value) == "there is no column 'aeg'\nhint: did you mean 'age'?"


def test_first_double():
    assert first_double(["a", "b", "b", "a"]) == "b"
    assert first_double(["a", "b"]) == ""
