"""Parquet files, read by polars: the only file that knows it."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from chainrule.data.column import DAY_IN_MICROSECONDS, Column
from chainrule.data.table import Table
from chainrule.errors import DataError, FileError, UsageError

if TYPE_CHECKING:
    import polars


def read_parquet(path: Path, data: bytes) -> Table:
    """Read the bytes of the Parquet file `path`; the kinds follow from the types stored in it.

    Decimals become numbers; times of day and durations are refused like lists and structures, with
    a `DataError`. Raises `FileError` if the file is damaged, `UsageError` if polars is not there.
    """
    try:
        import polars
    except ImportError as error:
        raise UsageError(
            f"reading '{path}' needs polars, which is not installed",
            hint="pip install 'chainrule[app]'",
        ) from error
    try:
        frame = polars.read_parquet(io.BytesIO(data))
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError) as error:
        raise FileError(f"'{path}' is damaged: no Parquet table can be read from it") from error
    return Table(tuple(_column(path, series) for series in frame), str(path))


def _column(path: Path, series: "polars.Series") -> Column:
    import polars

    missing = series.is_null().to_numpy()
    kind = series.dtype
    if kind == polars.Boolean:
        return Column(series.name, "boolean", series.fill_null(False).to_numpy(), missing)
    if kind.is_integer() and kind not in (polars.UInt64, polars.Int128, polars.UInt128):
        whole = series.fill_null(0).cast(polars.Int64).to_numpy()
        return Column(series.name, "integer", whole, missing)
    if kind.is_numeric():
        return Column.of(series.name, series.cast(polars.Float64).to_numpy())
    if kind in (polars.Date, polars.Datetime):
        days = series.cast(polars.Datetime("us")).to_physical() / DAY_IN_MICROSECONDS
        return Column(series.name, "date", days.to_numpy().astype(np.float64), missing)
    if kind in (polars.String, polars.Categorical, polars.Enum, polars.Null):
        texts = np.array(series.cast(polars.String).to_list(), dtype=object)
        return Column.of(series.name, texts)
    raise DataError(
        f"'{path}', column '{series.name}' holds entries of type {kind}",
        hint="a column needs one number, text, boolean or date in each row",
    )
