"""From a table to inputs and targets, through JSON, and back."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.data import NAMES, Encoder, Table, load
from chainrule.errors import DataError, FileError, UsageError

PEOPLE = Table.of(
    {
        "id": [1, 2, 3, 4],
        "name": ["Ann", "Bob", "Cid", "Dan"],
        "age": [20.0, 40.0, np.nan, 30.0],
        "member": [True, False, True, True],
        "city": np.array(["Rome", "Bonn", "Rome", None], dtype=object),
        "planet": ["Earth"] * 4,
        "empty": [np.nan] * 4,
        "joined": np.array(["2024-01-01", "2024-01-03", "2024-01-01", "2024-01-03"], "M8[D]"),
        "buys": ["yes", "no", "yes", "no"],
    }
)


def test_a_mixed_table():
    encoder = Encoder.fit(PEOPLE)
    s = np.float32(np.sqrt(1.5))
    assert encoder.inputs_by_name == (
        "age", "age is missing", "member", "city=Bonn", "city=Rome", "city is missing", "joined",
    )  # fmt: skip
    x = encoder.inputs(PEOPLE)
    assert (x.dtype, x.shape, encoder.n_inputs) == (np.float32, (4, 7), 7)
    expected = [
        [-s, 0, 1, 0, 1, 0, -1],
        [s, 0, 0, 1, 0, 0, 1],
        [0, 1, 1, 0, 1, 0, -1],
        [0, 0, 1, 0, 0, 1, 1],
    ]
    np.testing.assert_allclose(x, expected, rtol=1e-6, atol=1e-7)
    assert encoder.targets(PEOPLE).tolist() == [1, 0, 1, 0]
    assert (encoder.task, encoder.classes, encoder.n_outputs) == ("binary", ("no", "yes"), 1)
    assert encoder.decode(np.array([[1.0], [-1.0]])).tolist() == ["yes", "no"]


def test_decisions():
    assert Encoder.fit(PEOPLE).decisions == (
        "target: 'buys', the last column",
        "task: binary, because it holds text: 2 classes (no, yes)",
        "1 number with mean 0 and standard deviation 1: 'age'",
        "1 date as days since 1970-01-01, with mean 0 and standard deviation 1: 'joined'",
        "1 boolean as 0 and 1: 'member'",
        "1 category as one input of 0 or 1 for each category: 'city'",
        "entries are missing in 'age', 'city': one more input says where",
        "left out 'id': it numbers the rows",
        "left out 'name': every text is different",
        "left out 'planet': always the same",
        "left out 'empty': no entry is present",
    )


def test_kinds_are_what_read_needs():
    kinds = {"age": "number", "member": "boolean", "city": "category", "joined": "date"}
    assert Encoder.fit(PEOPLE).kinds == kinds


def test_only_the_given_rows_are_learnt_from():
    quantity = Encoder.fit(Table.of({"x": [1, 2, 3], "y": [0.5, 1.5, 9.5]}), rows=[0, 1])
    assert (quantity.target.mean, quantity.target.scale) == (1.0, 0.5)
    encoder = Encoder.fit(PEOPLE, rows=[0, 1])
    age = encoder.features[0]
    assert (age.name, age.mean, age.scale, age.gaps) == ("age", 30.0, 10.0, False)
    assert encoder.inputs(PEOPLE)[2, 0] == 0


def test_changing_the_other_rows_changes_nothing():
    x = np.arange(12.0)
    tables = [
        Table.of({"x": np.r_[x, extra], "y": np.r_[x**2, 0.5, 0.25]})
        for extra in ([5, 6], [1e9, -7])
    ]
    a, b = (Encoder.fit(table, rows=np.arange(12)) for table in tables)
    assert a == b


@pytest.mark.parametrize("name", NAMES)
def test_json_round_trip_of_the_built_in_tables(name):
    table = load(name)
    encoder = Encoder.fit(table)
    again = Encoder.from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False)))
    assert again == encoder
    assert again.inputs(table).tobytes() == encoder.inputs(table).tobytes()
    assert again.targets(table).tobytes() == encoder.targets(table).tobytes()


numbers = st.one_of(st.just(float("nan")), st.integers(-(10**6), 10**6).map(lambda i: i / 64))
words = st.one_of(st.none(), st.text(max_size=3))
rows = st.lists(st.tuples(numbers, words, st.booleans()), min_size=2, max_size=12)


def mixed(rows):
    x, c, b = zip(*rows, strict=True)
    columns = {"x": list(x), "c": np.array([*c, None], dtype=object)[:-1], "b": list(b)}
    return Table.of({**columns, "anchor": [1.0, *[2.0] * (len(x) - 1)], "y": np.arange(len(x)) / 3})


@given(rows, rows)
def test_json_round_trip_gives_equal_bits_on_other_rows_too(first, second):
    encoder = Encoder.fit(mixed(first))
    again = Encoder.from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False)))
    assert again == encoder
    for table in (mixed(first), mixed(second)):
        x = encoder.inputs(table)
        assert np.isfinite(x).all()
        assert again.inputs(table).tobytes() == x.tobytes()
        assert again.targets(table).tobytes() == encoder.targets(table).tobytes()


@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=10), st.text(min_size=2))
def test_a_category_never_seen_is_all_zeros(letters, unseen):
    letters = ["a", "a", "b", *letters]
    y = np.arange(len(letters)) / 3
    encoder = Encoder.fit(Table.of({"c": letters, "y": y}))
    x = encoder.inputs(Table.of({"c": [*letters, unseen]}))
    assert x.sum(axis=1).tolist() == [1.0] * len(letters) + [0.0]


def test_extra_columns_are_ignored_and_the_target_may_be_absent():
    encoder = Encoder.fit(Table.of({"a": [1, 2], "y": [0.5, 1.5]}))
    other = Table.of({"zzz": ["text"], "a": [2]})
    assert encoder.inputs(other).tolist() == [[1.0]]


def test_pixels_share_one_scale():
    x = np.arange(8 * 16).reshape(8, 16) % 13
    x[0] = 0
    table = Table.of({**{f"x{i}": x[:, i] for i in range(16)}, "y": ["a", "b"] * 4})
    encoder = Encoder.fit(table)
    np.testing.assert_array_equal(encoder.inputs(table), (x / 12).astype(np.float32))
    expected = "16 numbers taken for pixels, because they share a range: divided by 12: "
    assert encoder.decisions[2].startswith(expected)


@pytest.mark.parametrize("fault", ["negative", "missing", "few", "unlike", "above"])
def test_other_numbers_do_not(fault):
    x = (np.arange(8 * 16).reshape(8, 16) % 13).astype(float)
    x[0] = 0
    if fault == "negative":
        x[1, 1] = -1
    if fault == "missing":
        x[1, 1] = np.nan
    if fault == "few":
        x = x[:, :15]
    if fault == "unlike":
        x[1, 1] = 100
    if fault == "above":
        x += 1
    columns = {f"x{i}": x[:, i] for i in range(x.shape[1])}
    encoder = Encoder.fit(Table.of({**columns, "y": ["a", "b"] * 4}))
    assert "with mean 0 and standard deviation 1" in encoder.decisions[2]


def test_notes_of_the_reader_come_first():
    table = Table(PEOPLE.columns, notes=("read somehow",))
    assert Encoder.fit(table).decisions[0] == "read somehow"


@pytest.mark.parametrize(
    ("error", "columns", "given", "message"),
    [
        (
            DataError,
            {"y": [0, 1]},
            {},
            "there are no inputs: the target 'y' is the only column\n"
            "hint: add a column to learn from",
        ),
        (
            DataError,
            {"a": [1, 1], "b": [np.nan, np.nan], "y": [0, 1]},
            {},
            "there are no inputs: left out 'a': always the same; left out 'b': no entry is present",
        ),
        (
            DataError,
            {"a": [1], "y": [1]},
            {},
            "learning needs 2 rows or more, not 1",
        ),
        (
            DataError,
            {"a": [1, 2], "y": [0, 1]},
            {"rows": []},
            "learning needs 2 rows or more, not 0",
        ),
        (
            DataError,
            {"a": [1.0, np.inf, 2.0], "y": [0, 1, 0]},
            {"rows": [0, 2]},
            "row 1 (counted from 0), column 'a': the entry is infinite\n"
            "hint: give it a finite value, or leave it empty",
        ),
        (
            UsageError,
            {"species": [0, 1], "y": [0, 1]},
            {"target": "specis"},
            "there is no column 'specis'\nhint: did you mean 'species'?",
        ),
    ],
)
def test_fit_refuses(error, columns, given, message):
    with pytest.raises(error) as caught:
        Encoder.fit(Table.of(columns), **given)
    assert type(caught.value) is error
    assert str(caught.value) == message


def test_a_missing_column_is_named_with_the_nearest():
    encoder = Encoder.fit(Table.of({"width": [1, 2], "y": [0, 1]}))
    with pytest.raises(DataError) as caught:
        encoder.inputs(Table.of({"widht": [1], "y": [0]}))
    assert str(caught.value) == (
        "the column 'width' is missing, and the model needs it\nhint: did you mean 'widht'?"
    )


def test_the_target_is_not_suggested_for_a_missing_column():
    encoder = Encoder.fit(Table.of({"width": [1, 2], "width2": [0, 1]}))
    with pytest.raises(DataError) as caught:
        encoder.inputs(Table.of({"h": [1], "width2": [0]}))
    assert caught.value.hint == "known names: h"


def damaged(**changes):
    stored = Encoder.fit(PEOPLE).to_json()
    stored.update(changes)
    return {key: value for key, value in stored.items() if value != "absent"}


ONE = Encoder.fit(PEOPLE).features[0].to_json()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"chainrule_encoder": 2},
            "chainrule_encoder is 2, but needs to be 1, the version that is read here",
        ),
        (
            {"chainrule_encoder": "absent"},
            "chainrule_encoder is None, but needs to be a finite number",
        ),
        ({"features": []}, "features is [], but needs to be one or more, with different names"),
        ({"features": {}}, "features is {}, but needs to be a list"),
        ({"features": [3]}, "features[0] is 3, but needs to be an object"),
        (
            {"features": [{**ONE, "scale": 0}]},
            "features[0].scale is 0, but needs to be a number above 0",
        ),
        ({"target": "absent"}, "target is None, but needs to be an object"),
        ({"decisions": "absent"}, "decisions is None, but needs to be a list of texts"),
    ],
)
def test_damaged_json_is_refused(changes, message):
    with pytest.raises(FileError) as caught:
        Encoder.from_json(damaged(**changes))
    assert str(caught.value) == "the stored encoder is damaged: " + message


def test_two_features_of_one_name_are_refused():
    with pytest.raises(FileError, match=r"but needs to be one or more, with different names$"):
        Encoder.from_json(damaged(features=[ONE, ONE]))
