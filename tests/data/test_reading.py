"""From names to tables: endings, missing files, folders, built-in names."""

import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from chainrule.data import open_table, read
from chainrule.errors import DataError, FileError, UsageError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with one small table in every format, and the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x0,y\n1,0\n2,1\n")
    (tmp_path / "a.TSV").write_text("x0\ty\n1\t0\n2\t1\n")
    pl.DataFrame({"x0": [1, 2], "y": [0, 1]}).write_parquet(tmp_path / "a.parquet")
    np.savez(tmp_path / "a.npz", X=np.array([1, 2]), y=np.array([0, 1]))
    np.save(tmp_path / "a.npy", np.array([[1, 0], [2, 1]]))
    return tmp_path


@pytest.mark.parametrize("name", ["a.csv", "a.TSV", "a.parquet", "a.npz", "a.npy"])
def test_every_format_gives_the_same_columns(folder, name):
    for source in (name, folder / name):
        table = read(source)
        assert [c.values.tolist() for c in table.columns] == [[1, 2], [0, 1]]
        assert {c.kind for c in table.columns} == {"integer"}
        assert table.origin == str(source)


def test_kinds_reach_text_files(folder):
    assert open_table("a.csv", kinds={"x0": "category"})["x0"].values.tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("error", "name", "message"),
    [
        (
            FileError,
            "flowrs.tsv",
            "there is no file 'flowrs.tsv'\nhint: did you mean 'flowers.csv'?",
        ),
        (FileError, "zzz.npy", "there is no file 'zzz.npy'\nhint: check the name and the folder"),
        (FileError, "no/a.csv", "there is no file 'no/a.csv'\nhint: check the name and the folder"),
        (
            FileError,
            "sub",
            "'sub' is a folder, not a file\nhint: name a file in it, such as: in.csv, none.csv",
        ),
        (FileError, "sub/none.csv", "'sub/none.csv' is a folder, not a file\nhint: name a file"),
        (FileError, "a.csv/b.csv", "'a.csv/b.csv' cannot be read: Not a directory"),
        (FileError, "a\0.csv", "'a\0.csv' cannot be read: embedded null byte"),
        (DataError, "empty.csv", "'empty.csv' is empty\nhint: is it still being written?"),
        (DataError, "empty.npz", "'empty.npz' is empty\nhint: is it still being written?"),
        (
            UsageError,
            "a.xlsx",
            "'a.xlsx' has the ending '.xlsx', so its format is not known\n"
            "hint: endings that are read: .csv .tsv .parquet .npz .npy",
        ),
        (
            UsageError,
            "plain",
            "'plain' has no ending, so its format is not known\n"
            "hint: endings that are read: .csv .tsv .parquet .npz .npy",
        ),
    ],
)
def test_refused(folder, error, name, message):
    for empty in ("empty.csv", "empty.npz", "a.xlsx", "plain"):
        (folder / empty).touch()
    (folder / "flowers.csv").touch()
    (folder / "sub" / "none.csv").mkdir(parents=True)
    (folder / "sub" / "in.csv").touch()
    with pytest.raises(error) as caught:
        open_table(name)
    assert type(caught.value) is error
    assert str(caught.value) == message


def test_a_built_in_name_wins(folder):
    (folder / "xor").write_text("not looked at")
    assert open_table("xor").origin == "xor"


def test_a_name_that_is_neither(folder):
    with pytest.raises(FileError) as caught:
        open_table("digts")
    expected = "'digts' is neither a file nor a built-in table\nhint: did you mean 'digits'?"
    assert str(caught.value) == expected


def test_importing_the_folder_does_not_import_polars():
    code = "import sys, chainrule.data; sys.exit('polars' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
