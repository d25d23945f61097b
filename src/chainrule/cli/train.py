"""`chainrule train`: a table in, a trained net and its figures out."""

import json
import sys
import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from chainrule.errors import FileError, UsageError, nearest
from chainrule.runs.folder import Run
from chainrule.train import tabular
from chainrule.train.tabular import Outcome, Prepared, Settings


def read_sizes(ctx: click.Context, param: click.Parameter, value: Any) -> tuple[int, ...]:
    """Return sizes of layers given as 128,64, or as a list in a TOML file."""
    parts = str(value).strip("[] ").split(",")
    try:
        return tuple(int(part) for part in parts if part.strip())
    except ValueError:
        raise UsageError(f"--hidden takes whole numbers such as 128,64, got {value!r}") from None


def read_config(ctx: click.Context, param: click.Parameter, path: str | None) -> None:
    """Let a TOML file fill in options that the command line leaves out."""
    if path is None:
        return
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileError(f"there is no file '{path}'") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileError(f"'{path}' cannot be read as TOML: {error}") from error
    known = [f.name for f in fields(Settings)]
    for name in found:
        if name not in known:
            raise UsageError(f"'{path}' has an unknown option {name!r}", hint=nearest(name, known))
    ctx.default_map = {**found}


EXAMPLES = """
Examples:

\b
  chainrule train digits
  chainrule train data.csv --target price --hidden 64,32 --epochs 100
  chainrule train data.csv --resume runs/data-1
"""


@click.command("train", epilog=EXAMPLES)
@click.argument("data", required=False)
@click.option("--target", metavar="COL", help="Column to predict; the last one by default.")
@click.option("--task", help="binary, multiclass or regression; decided from the target's values.")
@click.option(
    "--hidden",
    callback=read_sizes,
    metavar="SIZES",
    default="128,64",
    show_default=True,
    help="Hidden layers.",
)
@click.option("--activation", default="relu", show_default=True, help="Between the layers.")
@click.option("--loss", help="Such as softmax_cross_entropy; by the task.")
@click.option("--optimizer", default="adam", show_default=True, help="The update rule.")
@click.option("--rate", type=float, help="Learning rate; the rule's own by default.")
@click.option("--batch", type=int, default=32, show_default=True, help="Rows an update.")
@click.option("--epochs", type=int, help="Passes over the rows; about 6,000 updates by default.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of all that is random.")
@click.option("--validation", type=float, default=0.2, show_default=True, help="Share held out.")
@click.option("--patience", type=int, help="Epochs without improvement after which to stop.")
@click.option("--dropout", type=float, default=0.0, help="Share of hidden activations dropped.")
@click.option("--l2", type=float, default=0.0, help="Factor of the squared weights.")
@click.option("--order", default="shuffled", help="shuffled, alternating or given.")
@click.option("--resume", metavar="RUN", help="Go on with a run from its newest checkpoint.")
@click.option("--checkpoint-steps", type=int, help="Updates between checkpoints (else 10 s).")
@click.option("--config", metavar="FILE", callback=read_config, is_eager=True, expose_value=False,
              help="TOML file with these options; the command line wins.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="End with one JSON object on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Only the result.")
@click.option("-o", "--output", metavar="RUN", help="Folder of the run; runs/<data>-<n> else.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    resume: str | None,
    checkpoint_steps: int | None,
    as_json: bool,
    quiet: bool,
    output: str | None,
    **options: Any,
) -> None:
    """Train a net on DATA and report how good it is on rows it has not seen.

    DATA is a CSV, TSV, Parquet, NPZ or NPY file, or one of digits, iris, xor, moons, circles,
    spirals, blobs, parity.
    """
    if resume is not None:
        settings, data, run = take_up(ctx, resume, options, output)
    else:
        settings, data, run = begin(options, output)
    if not quiet:
        introduce(settings, data, run, to_stderr=as_json)
    outcome = tabular.train_table(
        settings,
        data,
        run=run,
        resume=resume is not None,
        checkpoint_steps=checkpoint_steps,
        progress=False if quiet else None,
    )
    if as_json:
        print(json.dumps(outcome.as_dict()))
    else:
        report(outcome, settings)


def begin(options: dict[str, Any], output: str | None) -> tuple[Settings, Prepared, Run]:
    """Prepare a new run."""
    if options["data"] is None:
        raise UsageError("which data?", hint="chainrule train digits, or a file: data.csv")
    settings = Settings(**options).checked()
    data = tabular.prepare(settings)
    settings = tabular.decide(settings, data)
    stem = Path(settings.data).stem
    run = Run.create(output, settings=tabular.store(settings, data), name=stem)
    run.write_encoder(data.encoder.to_json())
    return settings, data, run


def take_up(
    ctx: click.Context, path: str, options: dict[str, Any], output: str | None
) -> tuple[Settings, Prepared, Run]:
    """Prepare to go on with a run: its settings hold, only more epochs may be asked for."""
    given = [
        name
        for name in (*options, "output")
        if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        and name not in ("epochs", "data")
    ]
    if given:
        raise UsageError(
            f"--{given[0]} cannot be changed when a run is resumed: its settings hold",
            hint="leave it out, or start a new run",
        )
    run = Run.open(path)
    settings, digest = tabular.stored_settings(run)
    if options["data"] is not None:
        settings = replace(settings, data=options["data"])
    data = tabular.prepare(settings)
    if data.digest() != digest:
        raise FileError(
            f"'{settings.data}' is not the data that '{path}' was trained on",
            hint="resume with the unchanged table, or start a new run",
        )
    if not (run.path / "encoder.json").exists():  # killed before its first step
        run.write_encoder(data.encoder.to_json())
    if options["epochs"] is not None:
        settings = replace(settings, epochs=options["epochs"])
    return settings.checked(), data, run


def introduce(settings: Settings, data: Prepared, run: Run, *, to_stderr: bool) -> None:
    """Say what was decided, and why."""
    shape = "-".join(map(str, tabular.sizes(settings, data.encoder)))
    out = sys.stderr if to_stderr else sys.stdout
    print(f"{settings.data}: {len(data.x):,} rows, predicting '{settings.target}'", file=out)
    for sentence in data.decisions:
        print(f"  {sentence}", file=out)
    print(
        f"  net {shape}, {settings.activation}; {settings.loss}; {settings.optimizer} at rate "
        f"{settings.rate:g}; batches of {settings.batch}, {settings.epochs} epochs; float32",
        file=out,
    )
    print(f"  run in {run.path}\n", file=out, flush=True)


def report(outcome: Outcome, settings: Settings) -> None:
    """Print the result, and what to do next."""
    named = {"accuracy": "accuracy", "auc": "AUC", "rmse": "RMSE", "mae": "MAE", "r2": "R²"}
    print(f"trained {outcome.epochs} epochs in {outcome.seconds:.1f} s; on {outcome.judged_by}:")
    for name, value in outcome.metrics.items():
        shown = f"{value:.2%}" if name == "accuracy" else f"{value:.4g}"
        print(f"  {named.get(name, name):10} {shown}")
    print("next:")
    print(f"  chainrule predict {outcome.run.path} {settings.data} -o predictions.csv")
    more = 2 * outcome.epochs
    print(f"  chainrule train --resume {outcome.run.path} --epochs {more}")
