"""From texts to kinds and values."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.data.infer import MISSING, as_days, as_number, infer
from chainrule.errors import DataError
from tests.data.attempt import attempt


def line(row):
    return f"line {row + 2}"


@pytest.mark.parametrize(
    ("texts", "kind", "values"),
    [
        (["1", " 2 ", "-3"], "integer", [1, 2, -3]),
        (["1", "", "3"], "integer", [1, 0, 3]),
        (["1", "2.5"], "number", [1.0, 2.5]),
        (["1e3", "NA"], "number", [1000.0, np.nan]),
        (["1", "99999999999999999999"], "number", [1.0, 1e20]),
        (["1", "inf"], "number", [1.0, np.inf]),
        (["NA", "?"], "number", [np.nan, np.nan]),
        (["true", "FALSE", "None"], "boolean", [True, False, False]),
        (["yes", "no"], "category", ["yes", "no"]),
        ([" a b ", "null"], "category", ["a b", ""]),
        (["1", "x"], "category", ["1", "x"]),
        (["1_000", "2"], "category", ["1_000", "2"]),
        (["1970-01-02", ""], "date", [1.0, np.nan]),
        (["1970-01-02", "then"], "category", ["1970-01-02", "then"]),
        (["true", "1"], "category", ["true", "1"]),
    ],
)
def test_kind_and_values(texts, kind, values):
    column = infer("c", texts, line)
    assert column.kind == kind
    np.testing.assert_array_equal(column.values, values)
    expected = [text.strip() in MISSING for text in texts]
    assert column.missing.tolist() == expected


@pytest.mark.parametrize("mark", sorted(MISSING))
def test_each_mark_is_missing(mark):
    assert infer("c", ["1", mark], line).missing.tolist() == [False, True]
    assert infer("c", ["a", mark, "b"], line).missing.tolist() == [False, True, False]


HINT = "\nhint: correct the entry, or leave it empty if the value is not known"


def test_text_among_numbers_is_refused():
    with pytest.raises(DataError) as caught:
        infer("age", ["31", "abc", "40"], line)
    assert str(caught.value) == "line 3, column 'age': 'abc' is text among numbers" + HINT


def test_several_texts_among_numbers():
    texts = [str(i) for i in range(18)] + ["-", "-"]
    with pytest.raises(DataError) as caught:
        infer("age", texts, line)
    expected = "line 20, column 'age': '-' is text among numbers (1 more in this column)"
    assert str(caught.value) == expected + HINT


def test_more_than_a_tenth_of_text_is_a_category():
    assert infer("code", [str(i) for i in range(17)] + ["-", "-"], line).kind == "category"


def test_two_entries_are_too_few_to_call_one_a_mistake():
    assert infer("code", ["1", "a", ""], line).kind == "category"


@pytest.mark.parametrize(
    ("kind", "texts", "message"),
    [
        (
            "number",
            ["a", "b", "1"],
            "line 2, column 'c': 'a' is text among numbers (1 more in this column)",
        ),
        ("boolean", ["true", "2"], "line 3, column 'c': '2' is neither 'true' nor 'false'"),
        (
            "date",
            ["1970-01-01", "NA", "soon"],
            "line 4, column 'c': 'soon' is no date such as 2024-05-17",
        ),
    ],
)
def test_a_given_kind_is_held(kind, texts, message):
    with pytest.raises(DataError) as caught:
        infer("c", texts, line, kind=kind)
    assert str(caught.value) == message + HINT


def test_a_given_category_keeps_the_texts():
    column = infer("zip", ["007", "1.0", "NA"], line, kind="category")
    assert column.values.tolist() == ["007", "1.0", ""]
    assert column.missing.tolist() == [False, False, True]


def test_decimal_comma():
    assert infer("c", ["3,14", "2"], line, decimal_comma=True).values.tolist() == [3.14, 2.0]
    assert infer("c", ["3,14", "2"], line).kind == "category"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1970-01-01", 0.0),
        ("1969-12-31", -1.0),
        ("1970-01-01T06:00:00Z", 0.25),
        ("1970-01-01 06:00+06:00", 0.0),
        ("2024-02-30", None),
        ("20240101", None),
        ("2024-W01-1", None),
        ("2024-01-01 noon", None),
        ("", None),
    ],
)
def test_days(text, days):
    assert as_days(text) == days


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be set here")
def test_days_do_not_depend_on_the_zone_of_the_machine(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert as_days("1970-01-01") == 0.0
    finally:
        monkeypatch.undo()
        time.tzset()


def test_more_digits_than_an_integer_has():
    column = infer("c", ["9" * 5000, "0" * 30 + "1"], line)
    assert column.kind == "number"
    assert column.values.tolist() == [np.inf, 1.0]


@given(st.floats(allow_nan=False))
def test_numbers_survive(value):
    assert as_number(repr(value)) == value


@given(st.lists(st.text(max_size=6), min_size=1, max_size=12))
def test_any_texts_make_a_column_or_a_data_error(texts):
    got = attempt(lambda: infer("c", texts, line))
    if isinstance(got, DataError):
        assert "is text among numbers" in got.message
    else:
        assert len(got) == len(texts) == len(got.missing)
