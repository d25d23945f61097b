"""`chainrule predict`: a trained run and a table in, predictions out."""

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import click

from chainrule.data import open_table
from chainrule.errors import UsageError
from chainrule.files import atomic
from chainrule.runs.folder import Run
from chainrule.train import tabular


@click.command("predict")
@click.argument("run")
@click.argument("data")
@click.option("-o", "--output", metavar="FILE", help="CSV file to write; stdout otherwise.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row instead of CSV.")
def command(run: str, data: str, output: str | None, as_json: bool) -> None:
    """Predict the target of DATA with the trained RUN.

    Classes get a column `prediction` and one of probability for each class, values a column
    `prediction` in the target's units. A category that training did not see counts as none of
    the known ones; a missing number counts as the mean. A missing column is an error; columns
    that the net does not know are left out.
    """
    folder = Run.open(run)
    if output is not None and same_file(output, data):
        raise UsageError(
            f"'{output}' is the data itself, and would be replaced by the predictions",
            hint="choose another file with -o",
        )
    encoder = tabular.encoder_of(folder)
    columns = tabular.predict(folder, open_table(data, kinds=encoder.kinds))
    text = as_lines(columns) if as_json else as_csv(columns)
    if output is None:
        sys.stdout.write(text)
        return
    atomic.write_text(output, text)
    n = len(columns["prediction"])
    print(f"{n:,} predictions written to {output}", file=sys.stderr)


def same_file(one: str, other: str) -> bool:
    return Path(one).exists() and Path(other).exists() and Path(one).samefile(other)


def as_csv(columns: dict[str, Any]) -> str:
    """Return the columns as CSV; numbers keep their precision."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(plain(c) for c in columns.values()), strict=True))
    return out.getvalue()


def as_lines(columns: dict[str, Any]) -> str:
    rows = zip(*(plain(c) for c in columns.values()), strict=True)
    return "".join(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows)


def plain(column: Any) -> list[Any]:
    """Return a column's values; float32 as the shortest text that gives it back."""
    kind = getattr(column, "dtype", None)
    if kind is not None and kind.kind == "f":
        return [float(f"{v:.9g}") for v in column]
    return list(column.tolist() if kind is not None else column)
