"""`chainrule train` on bad input: one clear sentence, an exit code, and nothing left behind."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from chainrule.files import atomic
from tests.cli.tables import FAST, csv, refused, rows, train

Captured = pytest.CaptureFixture[str]


BAD_FILES = {
    "empty.csv": (b"", "'empty.csv' is empty"),
    "header.csv": (csv(), "'header.csv' holds a line of names and no rows"),
    "ragged.csv": (csv("1,2,no", "3,4"), "line 3 of 'ragged.csv' has 2 entries"),
    "latin.csv": (csv("1,2,caf").replace(b"caf", b"caf\xe9"), "'latin.csv' is not UTF-8"),
    "double.csv": (csv(*rows(), names="a,a,y"), "'double.csv' has two columns named 'a'"),
    "one.csv": (csv(*rows(last="no")), "the target 'grade' has one class only, 'no'"),
    "few.csv": (csv("1,2,3", "2,3,3", "4,5,3"), "the target 'grade' has the same value in every"),
    "gap.csv": (csv("1,2,no", "3,4,"), "line 3 of 'gap.csv': the target 'grade' is missing"),
    "void.csv": (csv("1,2,", "3,4,"), "the target 'grade' is missing in every row"),
    "inputs.csv": (csv(",,no", ",,yes", ",,no"), "there are no inputs"),
    "nan.csv": (csv("1,2,0.5", "3,4,nan", "4,5,2.5"), "line 3 of 'nan.csv': the target 'grade'"),
    "inf.csv": (csv("1,2,0.5", "3,4,inf", "4,5,2.5"), "line 3 of 'inf.csv': the target 'grade'"),
    "input.csv": (csv(*rows(), "1,inf,no"), "line 42 of 'input.csv'"),
    "short.csv": (csv("1,2,no"), "one class only"),
    "a.npz": (b"PK\x03\x04junk", "'a.npz' is damaged"),
    "a.npy": (b"\x93NUMPY\x01\x00", "'a.npy' is damaged"),
    "a.parquet": (b"PAR1junk", "'a.parquet'"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(name: str, here: Path, capsys: Captured) -> None:
    data, message = BAD_FILES[name]
    (here / name).write_bytes(data)
    refused(train(capsys, name), 3, message, here)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nope.csv",), 3, "there is no file 'nope.csv'"),
        (("digit",), 3, "'digit' is neither a file nor a built-in table"),
        ((), 2, "which data?"),
        (("good.csv", "--target", "grad"), 2, "there is no column 'grad'"),
        (("good.csv", "--task", "regression"), 3, "the task 'regression' needs numbers"),
        (("good.csv", "--task", "classes"), 2, "there is no task 'classes'"),
        (("good.csv", "--activation", "relo"), 2, "there is no activation 'relo'"),
        (("good.csv", "--optimizer", "adm"), 2, "there is no optimizer 'adm'"),
        (("good.csv", "--loss", "hing"), 2, "there is no loss 'hing'"),
        (("good.csv", "--loss", "squared_error"), 2, "the loss 'squared_error' does not suit"),
        (("values.csv", "--loss", "softmax_cross_entropy"), 2, "does not suit the task 'regress"),
        (("values.csv", "--loss", "poisson"), 2, "does not suit the task 'regression'"),
        (("values.csv", "--order", "alternating"), 2, "the order 'alternating' needs classes"),
        (("good.csv", "--order", "random"), 2, "there is no order 'random'"),
        (("good.csv", "--rate", "0"), 2, "rate must be above 0"),
        (("good.csv", "--rate", "-1"), 2, "rate must be above 0"),
        (("good.csv", "--rate", "nan"), 2, "rate must be above 0"),
        (("good.csv", "--rate", "fast"), 2, "'fast' is not a valid float"),
        (("good.csv", "--batch", "0"), 2, "batch must be a whole number of at least 1"),
        (("good.csv", "--batch", "1.5"), 2, "'1.5' is not a valid integer"),
        (("good.csv", "--epochs", "0"), 2, "epochs must be a whole number of at least 1"),
        (("good.csv", "--epochs", "-3"), 2, "epochs must be a whole number of at least 1"),
        (("good.csv", "--patience", "0"), 2, "patience must be a whole number of at least 1"),
        (("good.csv", "--seed", "-1"), 2, "a seed is a whole number from 0 to 2^64 - 1"),
        (("good.csv", "--validation", "1"), 2, "validation must be from 0 to below 1"),
        (("good.csv", "--validation", "-0.5"), 2, "validation must be from 0 to below 1"),
        (("good.csv", "--dropout", "1"), 2, "dropout must be from 0 to below 1"),
        (("good.csv", "--l2", "-1"), 2, "l2 must be 0 or more"),
        (("good.csv", "--hidden", "4,0"), 2, "hidden layers have 1 unit or more"),
        (("good.csv", "--hidden", "4;8"), 2, "--hidden takes whole numbers such as 128,64"),
        (("good.csv", "--checkpoint-steps", "0"), 2, "0 is not in the range x>=1"),
        (("good.csv", "--epoch", "3"), 2, "No such option '--epoch'"),
        (("good.csv", "-o", "good.csv"), 3, "'good.csv' is a file"),
        (("good.csv", "-o", "good.csv/run"), 3, "cannot create the run 'good.csv/run'"),
        (("good.csv", "-o", "."), 3, "'.' holds other files"),
        (("--resume", "nope"), 3, "there is no run 'nope'"),
        (("--resume", "good.csv"), 3, "'good.csv' is a file, not the folder of a run"),
        (("--resume", "."), 3, "'.' is not the folder of a run"),
        (("good.csv", "--config", "nope.toml"), 3, "cannot read 'nope.toml'"),
    ],
)
def test_refused(
    words: tuple[str, ...], code: int, message: str, here: Path, capsys: Captured
) -> None:
    before = sorted(here.rglob("*"))
    refused(train(capsys, *words), code, message, here)
    assert sorted(here.rglob("*")) == before


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("epochs = ", 3, "'c.toml' is no TOML"),
        ("epoch = 3", 2, "'c.toml' has an unknown option 'epoch'"),
        ("[train]\nepochs = 3", 2, "'c.toml' has an unknown option 'train'"),
        ("epochs = true", 2, "'c.toml': epochs cannot be True"),
        ("epochs = [3]", 2, "'c.toml': epochs cannot be [3]"),
        ("epochs = 1979-05-27", 2, "'c.toml': epochs cannot be"),
        ("epochs = 'many'", 2, "'many' is not a valid integer"),
        ("hidden = [[3]]", 2, "'c.toml': hidden cannot be [[3]]"),
        ("hidden = 'a'", 2, "--hidden takes whole numbers"),
        ("activation = 3", 2, "there is no activation '3'"),
        ("rate = 0", 2, "rate must be above 0"),
    ],
)
def test_bad_config(text: str, code: int, message: str, here: Path, capsys: Captured) -> None:
    (here / "c.toml").write_text(text)
    refused(train(capsys, "good.csv", "--config", "c.toml"), code, message, here)


def test_config_of_another_encoding(here: Path, capsys: Captured) -> None:
    (here / "c.toml").write_bytes(b"target = '\xff'")
    refused(train(capsys, "--config", "c.toml"), 3, "'c.toml' is no TOML: byte 10", here)


def full_after(calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk be full after so many writes."""
    write, left = os.write, [calls]

    def limited(descriptor: int, data: Any) -> int:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        return write(descriptor, data)

    monkeypatch.setattr(atomic.os, "write", limited)


@pytest.mark.parametrize("calls", [0, 1])
@pytest.mark.parametrize("output", [(), ("-o", "run"), ("-o", "empty")])
def test_a_full_disk_at_the_start_leaves_nothing(
    calls: int, output: tuple[str, ...], here: Path, capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (here / "empty").mkdir()
    before = sorted(here.rglob("*"))
    full_after(calls, monkeypatch)
    found = train(capsys, "good.csv", *output, *FAST)
    assert (found.code, found.out) == (3, "")
    assert "the disk is full" in found.err
    assert "hint: free some space, or choose another disk" in found.err
    after = [p for p in sorted(here.rglob("*")) if p.name != "runs"]
    assert after == before


@pytest.mark.filterwarnings("ignore:the recording stops")
@pytest.mark.parametrize("calls", [2, 3, 4, 5])
def test_a_full_disk_later_leaves_whole_files(
    calls: int, here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        full_after(calls, patch)
        found = train(capsys, "good.csv", "-o", "run", "--checkpoint-steps", "1", *FAST)
    assert found.code == 3
    assert "the disk is full" in found.err
    assert not [p for p in (here / "run").rglob("*") if atomic.is_temporary(p)]
    again = train(capsys, "--resume", "run", "-q", "--json")
    assert (again.code, json.loads(again.out)["epochs"]) == (0, 2)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_may_not_be_written(here: Path, capsys: Captured) -> None:
    (here / "closed").mkdir(mode=0o500)
    found = train(capsys, "good.csv", "-o", "closed/run")
    refused(found, 3, "cannot create the run 'closed/run': permission denied", here)


@pytest.mark.filterwarnings("ignore:the recording stops")
def test_more_epochs_are_still_wanted_after_a_failure(
    here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train(capsys, "good.csv", "-q", "-o", "run", *FAST).code == 0
    with monkeypatch.context() as patch:
        full_after(6, patch)
        words = ("--resume", "run", "--epochs", "6", "--checkpoint-steps", "1")
        assert train(capsys, *words).code == 3
    found = train(capsys, "--resume", "run", "--json")
    assert json.loads(found.out)["epochs"] == 6
