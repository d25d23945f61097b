"""Parquet: the kinds follow from the stored types."""

import datetime
import io
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from chainrule.data import Table
from chainrule.data.parquet import read_parquet
from chainrule.errors import DataError, FileError, UsageError
from tests.data.attempt import attempt

DAY = datetime.date(1970, 1, 3)
NOON = datetime.datetime(1970, 1, 2, 12)


def read(columns):
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return read_parquet(Path("a.parquet"), out.getvalue())


@pytest.mark.parametrize(
    ("series", "kind", "values"),
    [
        (pl.Series([1.5, None, float("nan")]), "number", [1.5, np.nan, np.nan]),
        (pl.Series([1, None], dtype=pl.Int8), "integer", [1, 0]),
        (pl.Series([2**63], dtype=pl.UInt64), "number", [2.0**63]),
        (pl.Series(["1.50", None]).cast(pl.Decimal(6, 2)), "number", [1.5, np.nan]),
        (pl.Series([True, None]), "boolean", [True, False]),
        (pl.Series(["a", None]), "category", ["a", ""]),
        (pl.Series(["a", None], dtype=pl.Categorical), "category", ["a", ""]),
        (pl.Series([None, None]), "category", ["", ""]),
        (pl.Series([DAY, None]), "date", [2.0, np.nan]),
        (pl.Series([NOON, None]), "date", [1.5, np.nan]),
        (pl.Series([NOON]).dt.replace_time_zone("UTC"), "date", [1.5]),
    ],
)
def test_kinds(series, kind, values):
    table = read({"c": series})
    assert table["c"].kind == kind
    np.testing.assert_array_equal(table["c"].values, values)
    missing = series.is_null() | series.is_nan() if series.dtype.is_float() else series.is_null()
    assert table["c"].missing.tolist() == missing.to_list()
    assert table.origin == "a.parquet"


@pytest.mark.parametrize(
    ("series", "kind"),
    [
        (pl.Series([[1]]), "List(Int64)"),
        (pl.Series([b"a"]), "Binary"),
        (pl.Series([datetime.timedelta(1)]), "Duration(time_unit='us')"),
    ],
)
def test_other_types_are_refused(series, kind):
    with pytest.raises(DataError) as caught:
        read({"c": series})
    assert str(caught.value) == (
        f"'a.parquet', column 'c' holds entries of type {kind}\n"
        "hint: a column needs one number, text, boolean or date in each row"
    )


def test_damage_is_reported_by_name():
    with pytest.raises(FileError) as caught:
        read_parquet(Path("a.parquet"), b"PAR1 and no more")
    assert str(caught.value) == "'a.parquet' is damaged: no Parquet table can be read from it"


def test_no_truncation_escapes():
    out = io.BytesIO()
    pl.DataFrame({"c": [1, 2, 3]}).write_parquet(out)
    for size in range(1, len(out.getvalue()), 29):
        with pytest.raises(FileError):
            read_parquet(Path("a.parquet"), out.getvalue()[:size])


def test_no_flipped_byte_escapes(capfd):
    out = io.BytesIO()
    pl.DataFrame({"c": [1, 2, 3], "d": ["a", "b", "a"]}).write_parquet(out)
    for at in range(0, len(out.getvalue()), 11):
        damaged = bytearray(out.getvalue())
        damaged[at] ^= 0x55
        got = attempt(lambda data=bytes(damaged): read_parquet(Path("a.parquet"), data))
        assert isinstance(got, Table | DataError | FileError)
    capfd.readouterr()  # a panic inside polars speaks on stderr before we can catch it


def test_without_polars(monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(UsageError) as caught:
        read_parquet(Path("a.parquet"), b"PAR1")
    assert str(caught.value) == (
        "reading 'a.parquet' needs polars, which is not installed\n"
        "hint: pip install 'chainrule[app]'"
    )
