"""`chainrule predict`: predictions as CSV or JSON, and what is refused."""

import csv
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.cli.main import run as cli_run
from chainrule.train.loop import Loop
from tests.cli.attempt import attempt
from tests.cli.tables import FAST, refused, train, write_tables

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with tables and a trained run for each."""
    folder = tmp_path_factory.mktemp("predict")
    write_tables(folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        for data, run in (("good.csv", "classes"), ("values.csv", "values"), ("digits", "digits")):
            sizes = ("--hidden", "32", "--epochs", "4") if data == "digits" else FAST
            assert _quiet("train", data, "-q", "-o", run, *sizes) == 0
    finally:
        os.chdir(before)
    return folder


def _quiet(*words: str) -> int:
    stdout, sys.stdout = sys.stdout, io.StringIO()
    try:
        return cli_run(list(words))
    finally:
        sys.stdout = stdout


@pytest.fixture
def here(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the folder with the runs the current one; new files go to `tmp_path`."""
    monkeypatch.chdir(runs)
    return tmp_path


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_classes(here: Path, capsys: Captured) -> None:
    found = attempt(capsys, "predict", "classes", "good.csv")
    assert (found.code, found.err) == (0, "")
    rows = table(found.out)
    assert list(rows[0]) == ["prediction", "p(no)", "p(yes)"]
    assert len(rows) == 40
    for row in rows:
        shares = {"no": float(row["p(no)"]), "yes": float(row["p(yes)"])}
        assert sum(shares.values()) == pytest.approx(1, abs=1e-8)
        assert row["prediction"] == max(shares, key=lambda name: shares[name])


def test_values(here: Path, capsys: Captured) -> None:
    rows = table(attempt(capsys, "predict", "values", "values.csv").out)
    assert list(rows[0]) == ["prediction"]
    net, encoder = cr.load("values")
    want = encoder.decode(np.asarray(net(encoder.inputs(cr.data.open_table("values.csv")))))
    np.testing.assert_allclose([float(row["prediction"]) for row in rows], want, rtol=1e-8)


def test_digits(here: Path, capsys: Captured) -> None:
    rows = table(attempt(capsys, "predict", "digits", "digits").out)
    assert list(rows[0]) == ["prediction", *(f"p({digit})" for digit in range(10))]
    truth = cr.data.open_table("digits")["y"].texts()
    right = np.mean([row["prediction"] for row in rows] == truth)
    assert right > 0.7  # after four epochs


def test_output_file(here: Path, capsys: Captured) -> None:
    path = here / "out.csv"
    found = attempt(capsys, "predict", "classes", "good.csv", "-o", str(path))
    assert (found.code, found.out) == (0, "")
    assert found.err == f"40 predictions written to {path}\n"
    assert path.read_text() == attempt(capsys, "predict", "classes", "good.csv").out
    assert list(here.iterdir()) == [path]


def test_json_lines(here: Path, capsys: Captured) -> None:
    found = attempt(capsys, "predict", "classes", "good.csv", "--json")
    rows = [json.loads(line) for line in found.out.splitlines()]
    assert len(rows) == 40
    assert list(rows[0]) == ["prediction", "p(no)", "p(yes)"]
    assert isinstance(rows[0]["p(no)"], float)


def test_data_without_the_target_and_with_other_columns(here: Path, capsys: Captured) -> None:
    whole = table(attempt(capsys, "predict", "classes", "good.csv").out)
    lines = (Path("good.csv").read_text()).splitlines()
    some = here / "some.csv"
    parts = [line.split(",") for line in lines]
    some.write_text("\n".join(f"{b},x{i},{a}" for i, (a, b, _) in enumerate(parts)).replace(
        "b,x0,a", "b,extra,a") + "\n")  # fmt: skip
    found = attempt(capsys, "predict", "classes", str(some))
    assert (found.code, table(found.out)) == (0, whole)


BAD: list[tuple[str, str]] = [
    ("a,bb,grade\n1,2,no\n", "the column 'b' is missing, and the model needs it"),
    ("a,b\n1,2\n3,oops\n", "line 3 of"),
    ("a,b\n1,2\n3,inf\n", "line 3 of"),
    ("a,b\n1,2\n3\n", "line 3 of"),
    ("a,b\n", "holds a line of names and no rows"),
    ("", "is empty"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_bad_data(text: str, message: str, here: Path, capsys: Captured) -> None:
    path = here / "bad.csv"
    path.write_text(text)
    out = here / "out.csv"
    for words in ((), ("-o", str(out))):
        refused(attempt(capsys, "predict", "classes", str(path), *words), 3, message, here)
    assert not out.exists()


def test_gaps_and_new_categories_are_no_errors(here: Path, capsys: Captured) -> None:
    path = here / "gaps.csv"
    path.write_text("a,b\n,0.5\n0.5,\n")
    found = attempt(capsys, "predict", "classes", str(path))
    assert (found.code, len(table(found.out))) == (0, 2)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nope", "good.csv"), 3, "there is no run 'nope'"),
        (("good.csv", "good.csv"), 3, "'good.csv' is a file, not the folder of a run"),
        (("classes", "nope.csv"), 3, "there is no file 'nope.csv'"),
        (("classes", "good.csv", "-o", "good.csv"), 2, "'good.csv' is the data itself"),
        (("classes", "good.csv", "-o", "good.csv/x"), 3, "cannot write 'good.csv/x'"),
        (("classes", "good.csv", "-o", "nowhere/x.csv"), 3, "cannot write 'nowhere/x.csv'"),
        (("classes", "good.csv", "-o", "classes"), 3, "cannot write 'classes': it is a folder"),
        (("classes",), 2, "Missing argument 'DATA'"),
        (("classes", "good.csv", "--jso"), 2, "No such option '--jso'"),
    ],
)
def test_refused(
    words: tuple[str, ...], code: int, message: str, here: Path, capsys: Captured
) -> None:
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    refused(attempt(capsys, "predict", *words), code, message, here)
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["settings.json", "encoder.json", "model.safetensors"])
@pytest.mark.parametrize("how", ["missing", "flip", "cut"])
def test_damaged_run(name: str, how: str, here: Path, capsys: Captured) -> None:
    run = here / "run"
    run.mkdir()
    for file in ("settings.json", "encoder.json", "model.safetensors"):
        (run / file).write_bytes(Path("classes", file).read_bytes())
    data = (run / name).read_bytes()
    middle = len(data) // 2
    if how == "missing":
        (run / name).unlink()
    else:
        flip = data[:middle] + bytes([data[middle] ^ 128]) + data[middle + 1 :]
        (run / name).write_bytes(flip if how == "flip" else data[:middle])
    found = attempt(capsys, "predict", str(run), "good.csv")
    refused(found, 3, name, here)


def test_a_run_that_is_not_finished(here: Path, capsys: Captured, monkeypatch: Any) -> None:
    def stop(self: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Loop, "run", stop)
    path = str(here / "run")
    found = train(capsys, "good.csv", "-q", "-o", path, *FAST)
    assert (found.code, found.out) == (130, "")
    assert found.err == f"stopped; go on with: chainrule train --resume {path}\n"
    refused(attempt(capsys, "predict", path, "good.csv"), 3, "has no trained model yet", here)
