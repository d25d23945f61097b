"""Settings of a run on a table: ranges and names, what is decided, and what the disk may hold."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chainrule.errors import FileError, UsageError
from chainrule.optim.options import Interval
from chainrule.runs.folder import Run
from chainrule.train.settings import LOSSES, OPTIMIZERS, Settings, in_words, store, stored_settings
from chainrule.train.tasks import GOALS

DECIDED = Settings("a.csv").decided("binary", "y", 100)


def test_what_is_left_open_is_decided() -> None:
    assert (DECIDED.task, DECIDED.target, DECIDED.loss) == ("binary", "y", "binary_cross_entropy")
    assert (DECIDED.rate, DECIDED.epochs) == (0.001, 1500)
    assert Settings("a.csv", optimizer="sgd").decided("binary", "y", 9).rate == 0.01


@pytest.mark.parametrize(("rows", "epochs"), [(4, 2000), (320, 600), (1437, 134), (10**6, 20)])
def test_epochs_aim_at_as_many_updates(rows: int, epochs: int) -> None:
    assert Settings("a.csv").decided("binary", "y", rows).epochs == epochs


def test_what_is_given_holds() -> None:
    given = Settings("a.csv", rate=0.5, epochs=3, loss="hinge", batch=7)
    found = given.decided("binary", "y", 100)
    assert (found.rate, found.epochs, found.loss, found.batch) == (0.5, 3, "hinge", 7)


def test_tables_of_names_agree() -> None:
    assert {loss for losses in LOSSES.values() for loss in losses} < GOALS.keys()
    assert all(OPTIMIZERS[name]().rate for name in OPTIMIZERS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activation": "relo"}, "there is no activation 'relo'\nhint: did you mean 'relu'?"),
        ({"optimizer": "adma"}, "there is no optimizer 'adma'\nhint: did you mean 'adam'?"),
        ({"loss": "hinje"}, "there is no loss 'hinje'\nhint: did you mean 'hinge'?"),
        ({"order": "shuffle"}, "there is no order 'shuffle'\nhint: did you mean 'shuffled'?"),
        ({"task": "regresion"}, "there is no task 'regresion'\nhint: did you mean 'regression'?"),
        ({"rate": 0.0}, "rate must be above 0 and finite, got 0.0"),
        ({"rate": -1.0}, "rate must be above 0 and finite, got -1.0"),
        ({"rate": float("nan")}, "rate must be above 0 and finite, got nan"),
        ({"rate": float("inf")}, "rate must be above 0 and finite, got inf"),
        ({"validation": 1.0}, "validation must be from 0 to below 1, got 1.0"),
        ({"dropout": -0.1}, "dropout must be from 0 to below 1, got -0.1"),
        ({"l2": -1.0}, "l2 must be 0 or more, got -1.0"),
        ({"batch": 0}, "batch must be a whole number of at least 1, got 0"),
        ({"epochs": -2}, "epochs must be a whole number of at least 1, got -2"),
        ({"patience": 0}, "patience must be a whole number of at least 1, got 0"),
        ({"hidden": (4, 0)}, "hidden layers have 1 unit or more, got [4, 0]"),
        ({"seed": -1}, "a seed is a whole number from 0 to 2^64 - 1, got -1"),
    ],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        replace(Settings("a.csv"), **change).checked()
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("loss", "task", "hint"),
    [
        ("squared_error", "multiclass",
         "use softmax_cross_entropy; squared_error is for the task 'regression'"),
        ("softmax_cross_entropy", "binary",
         "use binary_cross_entropy or hinge; softmax_cross_entropy is for the task 'multiclass'"),
        ("poisson", "regression", "use squared_error or absolute_error or huber"),
    ],
)  # fmt: skip
def test_a_loss_suits_the_task(loss: str, task: Any, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        Settings("a.csv", loss=loss).decided(task, "y", 10)
    assert error.value.message == f"the loss {loss!r} does not suit the task {task!r}"
    assert error.value.hint == hint


def test_only_classes_alternate() -> None:
    with pytest.raises(UsageError, match="the order 'alternating' needs classes"):
        Settings("a.csv", order="alternating").decided("regression", "y", 10)
    assert Settings("a.csv", order="alternating").decided("multiclass", "y", 10)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[0, inf)", "0 or more"),
        ("(0, inf)", "above 0 and finite"),
        ("[0, 1)", "from 0 to below 1"),
    ],
)
def test_ranges_in_words(text: str, words: str) -> None:
    assert in_words(Interval(text)) == words


def test_round_trip(tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", settings=store(DECIDED, "abc"))
    assert stored_settings(run) == (DECIDED, "abc")


JUNK: list[Any] = [None, -1, 0.5, "junk", [], ["x"], {}, True]
FREE = {"data", "target", "digest"}  # any text will do


@pytest.mark.parametrize("name", [*store(DECIDED, "abc")])
def test_damaged(name: str, tmp_path: Path) -> None:
    """Whatever stands in place of an entry is refused by the file's name, or means something."""
    whole = store(DECIDED, "abc")
    for number, junk in enumerate(JUNK):
        run = Run.create(tmp_path / f"{number}", settings={**whole, name: junk})
        try:
            settings, _ = stored_settings(run)
        except FileError as error:
            assert str(run.path) in error.message  # noqa: PT017
        else:
            assert name in FREE or getattr(settings, name) == (tuple(junk) if junk == [] else junk)
    missing = {key: value for key, value in whole.items() if key != name}
    with pytest.raises(FileError, match=r"settings\.json|was not made by"):
        stored_settings(Run.create(tmp_path / "missing", settings=missing))


def test_a_run_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(FileError) as error:
        stored_settings(Run.create(tmp_path / "run", settings={"made_by": "cr.fit"}))
    assert error.value.message == (
        f"'{tmp_path / 'run'}' was not made by `chainrule train`, so it has no table to go back to"
    )
