"""The target: which column, which task, which classes, and back again."""

import numpy as np
import pytest

from chainrule.data import Column, Table, Target
from chainrule.data.stored import Stored
from chainrule.errors import ChainruleError, DataError, FileError, UsageError


def table(y, **others):
    return Table.of({**others, "y": y})


def whole(distinct, rows):
    return np.arange(rows) % distinct


@pytest.mark.parametrize(
    ("y", "task", "n_outputs"),
    [
        (["a", "b", "a"], "binary", 1),
        (["a", "b", "c"], "multiclass", 3),
        ([True, False], "binary", 1),
        ([0, 1, 1], "binary", 1),
        ([0.0, 1.0, 1.0], "binary", 1),
        ([0.5, 1.0, 1.0], "regression", 1),
        (whole(3, 29), "regression", 1),
        (whole(3, 30), "multiclass", 3),
        (whole(20, 200), "multiclass", 20),
        (whole(21, 2100), "regression", 1),
        (np.array(["2024-01-01", "2024-01-02"], "M8[D]"), "regression", 1),
    ],
)
def test_task(y, task, n_outputs):
    target = Target.fit(table(y))
    assert (target.task, target.n_outputs) == (task, n_outputs)


def test_the_last_column_or_the_named_one():
    both = table([1.5, 2.5, 3.5], first=["a", "b", "a"])
    assert Target.fit(both).name == "y"
    assert Target.fit(both, "first").classes == ("a", "b")


def test_reasons():
    assert Target.fit(table(["b", "a"])).reasons == (
        "target: 'y', the last column",
        "task: binary, because it holds text: 2 classes (a, b)",
    )
    assert Target.fit(table([0, 1]), "y", "multiclass").reasons == (
        "target: 'y', as asked",
        "task: multiclass, as asked: 2 classes (0, 1)",
    )
    assert Target.fit(table([0.5, 1.5])).reasons[1] == (
        "task: regression, because it takes 2 values in 2 rows; "
        "learnt with mean 0 and standard deviation 1"
    )
    many = Target.fit(table([f"c{i:02}" for i in range(12)])).reasons[1]
    assert many.endswith("12 classes (c00, c01, c02, c03, c04, c05, c06, c07, c08, c09, ...)")


@pytest.mark.parametrize(
    ("y", "classes", "numbers"),
    [
        (["b", "a", "b"], ("a", "b"), [1, 0, 1]),
        ([10, 9, 10], ("9", "10"), [1, 0, 1]),
        ([2.0, -1.0], ("-1", "2"), [1, 0]),
        ([True, False], ("false", "true"), [1, 0]),
    ],
)
def test_classes_and_values(y, classes, numbers):
    target = Target.fit(table(y))
    values = target.values(table(y))
    assert target.classes == classes
    assert values.tolist() == numbers
    assert values.dtype == np.int64


def test_a_task_may_be_asked_for():
    assert Target.fit(table([1, 2, 3]), task="multiclass").classes == ("1", "2", "3")
    assert Target.fit(table([0, 1]), task="regression").mean == 0.5
    assert Target.fit(table([True, False]), task="regression").mean == 0.5
    assert Target.fit(table([0.5, 1.5]), task="binary").classes == ("0.5", "1.5")


def test_a_quantity_is_standardised_by_the_given_rows():
    y = table([1.0, 3.0, 100.5])
    target = Target.fit(y, rows=[0, 1])
    assert (target.mean, target.scale) == (2.0, 1.0)
    values = target.values(y)
    assert values.tolist() == [[-1.0], [1.0], [98.5]]
    assert values.dtype == np.float32
    np.testing.assert_array_equal(target.decode(values), [1.0, 3.0, 100.5])


def test_a_constant_quantity_is_safe():
    target = Target.fit(table([4.5, 4.5]))
    assert (target.mean, target.scale) == (4.5, 1.0)


def test_classes_are_those_of_all_rows():
    assert Target.fit(table(["a", "b", "c"]), rows=[0, 1]).classes == ("a", "b", "c")


def test_decode_classes():
    binary = Target.fit(table(["no", "yes"]))
    assert binary.decode(np.array([[-0.1], [0.0], [0.1]])).tolist() == ["no", "no", "yes"]
    three = Target.fit(table(["a", "b", "c"]))
    assert three.decode(np.array([[0, 1, 2], [3, 2, 1]])).tolist() == ["c", "a"]
    with pytest.raises(UsageError) as caught:
        three.decode(np.zeros((2, 2)))
    assert str(caught.value) == "outputs have shape (2, 2), but need (n, 3)"


FILL = "\nhint: give it a value, or remove the row"


@pytest.mark.parametrize(
    ("error", "y", "given", "message"),
    [
        (UsageError, ["a", "b"], ("Y",), "there is no column 'Y'\nhint: did you mean 'y'?"),
        (
            UsageError,
            ["a", "b"],
            (None, "binry"),
            "there is no task 'binry'\nhint: did you mean 'binary'?",
        ),
        (
            DataError,
            ["a", "a"],
            (),
            "the target 'y' has one class only, 'a'\n"
            "hint: there is nothing to tell apart: choose another target or add rows",
        ),
        (DataError, [np.nan, np.nan], (), "the target 'y' is missing in every row"),
        (
            DataError,
            [1.0, np.nan, 2.0],
            (),
            "row 1 (counted from 0): the target 'y' is missing or not a number (1 row of 3)" + FILL,
        ),
        (
            DataError,
            np.array([None, "a", None, "b"]),
            (),
            "row 0 (counted from 0): the target 'y' is missing or not a number (2 rows of 4)"
            + FILL,
        ),
        (
            DataError,
            [1.0, 2.0, np.inf],
            (),
            "row 2 (counted from 0): the target 'y' is infinite\n"
            "hint: give it a finite value, or remove the row",
        ),
        (
            DataError,
            ["a", "b", "c"],
            (None, "binary"),
            "the task 'binary' needs 2 classes, but the target 'y' has 3\n"
            "hint: use the task 'multiclass'",
        ),
        (
            DataError,
            [f"name {i}" for i in range(21)],
            (),
            "the target 'y' is different in each of the 21 rows, so its values are no classes\n"
            "hint: choose another target",
        ),
        (
            DataError,
            ["a", "b"],
            (None, "regression"),
            "the task 'regression' needs numbers, but the target 'y' holds text: "
            "'a' in row 0 (counted from 0)\nhint: use the task 'multiclass'",
        ),
    ],
)
def test_refused(error, y, given, message):
    with pytest.raises(error) as caught:
        Target.fit(table(y), *given)
    assert type(caught.value) is error
    assert str(caught.value) == message


def test_a_class_that_was_not_seen():
    with pytest.raises(DataError) as caught:
        Target.fit(table(["yes", "no"])).values(table(["yes", "nope"]))
    assert str(caught.value) == (
        "row 1 (counted from 0): 'nope' is not among the classes of 'y'\nhint: did you mean 'no'?"
    )


def test_lines_of_a_text_file_are_named():
    lines = Table((Column.of("y", [0.5, np.inf, 1.0]),), "a.csv", np.array([2, 4, 5]))
    with pytest.raises(DataError, match=r"^line 4 of 'a.csv': the target 'y' is infinite\n"):
        Target.fit(lines)


@pytest.mark.parametrize("y", [["a", "b"], ["a", "b", "c"], [0.1, 0.7]])
def test_json_round_trip(y):
    target = Target.fit(table(y))
    assert Target.from_json(Stored(target.to_json())) == target


@pytest.mark.parametrize(
    ("task", "classes"),
    [("binary", []), ("binary", ["a", "b", "c"]), ("multiclass", ["a"]), ("regression", ["a"])],
)
def test_json_refuses_classes_that_do_not_suit_the_task(task, classes):
    stored = {**Target.fit(table(["a", "b"])).to_json(), "task": task, "classes": classes}
    with pytest.raises(FileError) as caught:
        Target.from_json(Stored(stored, "target"))
    assert str(caught.value) == (
        f"the stored encoder is damaged: target.classes is {classes!r}, "
        f"but needs to be the classes of the task {task}"
    )
    assert isinstance(caught.value, ChainruleError)
