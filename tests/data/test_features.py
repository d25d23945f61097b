"""One column as inputs."""

import numpy as np
import pytest

from chainrule.data import Column, Feature, Table
from chainrule.data.features import MAX_CATEGORIES, omission
from chainrule.data.stored import Stored
from chainrule.errors import DataError, FileError


def fit(values, rows=None):
    table = Table.of({"c": values})
    return Feature.fit(table, "c", np.arange(len(table)) if rows is None else np.array(rows))


def encode(feature, values):
    return feature.encode(Table.of({"c": values})).tolist()


def test_numbers():
    feature = fit([1, 3])
    assert feature.inputs == ("c",)
    assert encode(feature, [2.0, 4.0, np.nan]) == [[0], [2], [0]]
    assert feature.encode(Table.of({"c": [1]})).dtype == np.float32


def test_numbers_with_gaps():
    feature = fit([1.0, 3.0, np.nan])
    assert feature.inputs == ("c", "c is missing")
    assert encode(feature, [3.0, np.nan]) == [[1, 0], [0, 1]]


def test_categories():
    feature = fit(["b", "a", "b"])
    assert feature.inputs == ("c=a", "c=b")
    assert encode(feature, np.array(["b", "a", "z", None], dtype=object)) == [
        [0, 1],
        [1, 0],
        [0, 0],
        [0, 0],
    ]


def test_categories_with_gaps():
    feature = fit(np.array(["b", "a", None], dtype=object))
    assert feature.inputs == ("c=a", "c=b", "c is missing")
    assert encode(feature, np.array(["b", None], dtype=object)) == [[0, 1, 0], [0, 0, 1]]


def test_an_empty_text_in_an_array_is_a_category():
    assert encode(fit(["", "a", ""]), ["", "a"]) == [[1, 0], [0, 1]]


def test_categories_of_numbers_and_booleans():
    assert encode(fit(["1", "2", "1"]), [2, 1]) == [[0, 1], [1, 0]]
    assert encode(fit(["1", "2", "1"]), [2.0, 1.0]) == [[0, 1], [1, 0]]
    assert encode(fit(["true", "other", "true"]), [True]) == [[0, 1]]


def test_booleans():
    feature = fit([True, False])
    assert encode(feature, [True, False]) == [[1], [0]]
    gaps = Table((Column("c", "boolean", np.array([True, False]), np.array([False, True])),))
    assert feature.encode(gaps).tolist() == [[1], [0]]
    with_gaps = Feature.fit(gaps, "c", np.arange(2))
    assert with_gaps.encode(gaps).tolist() == [[1, 0], [0, 1]]


def test_dates():
    feature = fit(np.array(["2024-01-01", "2024-01-03"], "M8[D]"))
    assert feature.kind == "date"
    assert encode(feature, np.array(["2024-01-03"], "M8[D]")) == [[1]]


def test_only_the_given_rows_count():
    feature = fit([1.0, 3.0, 100.0, np.nan], rows=[0, 1])
    assert (feature.mean, feature.scale, feature.gaps) == (2.0, 1.0, False)
    assert fit(["a", "b", "c"], rows=[0, 1]).categories == ("a", "b")


def test_the_most_frequent_categories_are_kept():
    names = [f"c{i:03}" for i in range(MAX_CATEGORIES + 10)]
    feature = fit(names + names[5:])
    assert len(feature.categories) == MAX_CATEGORIES
    assert feature.categories == tuple(names[5 : MAX_CATEGORIES + 5])


@pytest.mark.parametrize(
    ("first", "then", "message"),
    [
        (
            [1, 2],
            ["x"],
            "row 0 (counted from 0), column 'c': 'x' is text, "
            "but the column held numbers in training",
        ),
        (
            [1, 2],
            np.array(["2024-01-01"], "M8[D]"),
            "column 'c' holds dates, but held numbers in training",
        ),
        (
            np.array(["2024-01-01", "2024-01-02"], "M8[D]"),
            [1],
            "column 'c' holds numbers, but held dates in training",
        ),
    ],
)
def test_encode_refuses(first, then, message):
    with pytest.raises(DataError) as caught:
        encode(fit(first), then)
    assert str(caught.value) == message


def test_a_column_of_gaps_fits_every_kind():
    nothing = np.array([None], dtype=object)
    for values in ([1, 2], ["a", "b"], np.array(["2024-01-01", "2024-01-02"], "M8[D]")):
        assert not np.any(encode(fit(values), nothing))


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("c", [np.nan, np.nan], "no entry is present"),
        ("c", [2, 2], "always the same"),
        ("c", ["a", "a"], "always the same"),
        ("c", [2.0, np.nan], ""),
        ("c", ["a", "b", "c"], "every text is different"),
        ("c", ["a", "b", "a"], ""),
        ("c", [f"{i % 51}" for i in range(101)], "51 different texts in 101 rows"),
        ("c", [f"{i % 51}" for i in range(102)], ""),
        ("c", [1, 2, 3], ""),
        ("id", [3, 1, 2], "it numbers the rows"),
        ("PassengerId", [3, 1, 2], "it numbers the rows"),
        ("user_id", [3, 1, 2], "it numbers the rows"),
        ("unnamed 1", [0, 1, 2], "it numbers the rows"),
        ("user_id", [3, 1, 3], ""),
        ("humid", [3, 1, 2], ""),
        ("id", [0.5, 1.5], ""),
    ],
)
def test_omission(name, values, reason):
    column = Column.of(name, values)
    assert omission(column, np.arange(len(column))) == reason


def test_omission_looks_at_the_given_rows():
    assert omission(Column.of("c", [1, 1, 2]), np.array([0, 1])) == "always the same"


@pytest.mark.parametrize("values", [[0.1, 0.7], ["a", "b", "a"], [True, False]])
def test_json_round_trip(values):
    feature = fit(values)
    assert Feature.from_json(Stored(feature.to_json())) == feature


@pytest.mark.parametrize("key", ["name", "kind", "gaps", "mean", "scale", "categories"])
def test_json_refuses_a_wrong_type(key):
    stored = {**fit([0.1, 0.7]).to_json(), key: None}
    with pytest.raises(
        FileError, match=rf"^the stored encoder is damaged: features\[3\].{key} is None"
    ):
        Feature.from_json(Stored(stored, "features[3]"))
