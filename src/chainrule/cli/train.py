"""`chainrule train`: a table in, a trained net and its figures out."""

import json
import sys
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from chainrule.cli.failures import INTERRUPTED
from chainrule.cli.serving import require_server
from chainrule.cli.watching import page_of
from chainrule.errors import FileError, UsageError, nearest
from chainrule.files.reasons import cannot
from chainrule.runs.folder import Run
from chainrule.train import tabular
from chainrule.train.saving import check_fingerprints
from chainrule.train.settings import Settings, store, stored_settings
from chainrule.train.tabular import Outcome, Prepared


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
        found = tomllib.loads(Path(path).read_bytes().decode())
    except OSError as error:
        raise cannot("read", path, error) from error
    except UnicodeDecodeError as error:
        raise FileError(f"'{path}' is no TOML: byte {error.start} is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"'{path}' is no TOML: {error}") from error
    known = [f.name for f in fields(Settings)]
    for name, value in found.items():
        if name not in known:
            raise UsageError(f"'{path}' has an unknown option {name!r}", hint=nearest(name, known))
        single = isinstance(value, (str, int, float)) and not isinstance(value, bool)
        sizes = isinstance(value, list) and all(isinstance(n, int) for n in value)
        if not single and not (name == "hidden" and sizes):
            raise UsageError(
                f"'{path}': {name} cannot be {value!r}", hint="give a number or a text"
            )
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
@click.option(
    "--checkpoint-steps",
    type=click.IntRange(min=1),
    help="Updates between checkpoints (else 10 s).",
)
@click.option("--no-record", is_flag=True, help="Keep losses and layers out of the run's record.")
@click.option("--watch", is_flag=True, help="Show the run in the browser, and control it there.")
@click.option("--no-open", is_flag=True, help="With --watch: print the address, open no browser.")
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
    no_record: bool,
    watch: bool,
    no_open: bool,
    **options: Any,
) -> None:
    """Train a net on DATA and report how good it is on rows it has not seen.

    DATA is a CSV, TSV, Parquet, NPZ or NPY file, or one of digits, iris, xor, moons, circles,
    spirals, blobs, parity.
    """
    if watch:
        require_server()
    prepared = begin(options, output) if resume is None else take_up(ctx, resume, options)
    settings, data, run = prepared
    if not quiet:
        introduce(settings, data, run, to_stderr=as_json)
    with page_of(run, wanted=watch, opens=not no_open, to_stderr=as_json or quiet) as page:
        with stopping(ctx, run), notes():
            outcome = tabular.train_table(
                settings,
                data,
                run=run,
                resume=resume is not None,
                checkpoint_steps=checkpoint_steps,
                progress=False if quiet else None,
                record=not no_record,
                control=page.control,
            )
        if as_json:
            print(json.dumps(outcome.as_dict()), flush=True)
        else:
            report(outcome, settings)
        page.stay()


@contextmanager
def stopping(ctx: click.Context, run: Run) -> Iterator[None]:
    """At Ctrl-C say how to go on, and leave."""
    try:
        yield
    except KeyboardInterrupt:
        print(f"stopped; go on with: chainrule train --resume {run.path}", file=sys.stderr)
        ctx.exit(INTERRUPTED)


@contextmanager
def notes() -> Iterator[None]:
    """Print warnings as one line each."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: click.echo(f"note: {message}", err=True)
        yield


def begin(options: dict[str, Any], output: str | None) -> tuple[Settings, Prepared, Run]:
    """Prepare a new run; its folder is made last, when nothing can be wrong with the input."""
    if options["data"] is None:
        raise UsageError("which data?", hint="chainrule train digits, or a file: data.csv")
    settings = Settings(**options).checked()
    data = tabular.prepare(settings)
    settings = tabular.decide(settings, data)
    tabular.build(settings, data.encoder)
    there = [path for path in (Path("runs"), Path(output or "runs")) if path.exists()]
    stem = Path(settings.data).stem
    run = Run.create(output, settings=store(settings, data.digest()), name=stem)
    try:
        run.write_encoder(data.encoder.to_json())
    except BaseException:
        discard(run, there)
        raise
    return settings, data, run


def discard(run: Run, there: list[Path]) -> None:
    """Remove a run that could not begin, and what was made for it; folders in `there` stay."""
    (run.path / "settings.json").unlink(missing_ok=True)
    for folder in (run.path, Path("runs")):
        if folder not in there:
            with suppress(OSError):  # another run may be in it
                folder.rmdir()


def take_up(
    ctx: click.Context, path: str, options: dict[str, Any]
) -> tuple[Settings, Prepared, Run]:
    """Prepare to go on with a run: its settings hold, only more epochs may be asked for."""
    given = [
        name
        for name in (*options, "output", "config")
        if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        and name not in ("epochs", "data")
    ]
    if given:
        raise UsageError(
            f"--{given[0]} cannot be given when a run is resumed: its own settings hold",
            hint="leave it out, or start a new run",
        )
    run = Run.open(path)
    settings, digest = stored_settings(run)
    newest = run.latest()
    check_fingerprints(run, newest)
    if newest is not None and "epochs" in newest.metadata:  # more were asked for meanwhile
        settings = replace(settings, epochs=int(newest.metadata["epochs"]))
    changes = {name: options[name] for name in ("data", "epochs") if options[name] is not None}
    settings = replace(settings, **changes).checked()
    data = tabular.prepare(settings)
    if data.digest() != digest:
        raise FileError(
            f"'{settings.data}' is not the data that '{path}' was trained on",
            hint="resume with the unchanged table, or start a new run",
        )
    if not (run.path / "encoder.json").exists():  # killed before its first step
        run.write_encoder(data.encoder.to_json())
    return settings, data, run


def introduce(settings: Settings, data: Prepared, run: Run, *, to_stderr: bool) -> None:
    """Say what was decided, and why."""
    shape = "-".join(map(str, tabular.sizes(settings, data.encoder)))
    out = sys.stderr if to_stderr else sys.stdout
    print(f"{settings.data}: {len(data.x):,} rows, predicting '{settings.target}'", file=out)
    for sentence in data.decisions:
        print(f"  {sentence}", file=out)
    print(
        f"  net {shape}, {settings.activation}; {settings.loss}; {settings.optimizer} at rate "
        f"{settings.rate:g}; batches of {settings.batch}, {epochs(settings.epochs)}; float32",
        file=out,
    )
    print(f"  run in {run.path}\n", file=out, flush=True)


def report(outcome: Outcome, settings: Settings) -> None:
    """Print the result, and what to do next."""
    named = {"accuracy": "accuracy", "auc": "AUC", "rmse": "RMSE", "mae": "MAE", "r2": "R²"}
    print(f"trained {epochs(outcome.epochs)} in {outcome.seconds:.1f} s; on {outcome.judged_by}:")
    for name, value in outcome.metrics.items():
        shown = f"{value:.2%}" if name == "accuracy" else f"{value:.4g}"
        print(f"  {named.get(name, name):10} {shown}")
    print("next:")
    print(f"  chainrule predict {outcome.run.path} {settings.data} -o predictions.csv")
    more = 2 * outcome.epochs
    print(f"  chainrule train --resume {outcome.run.path} --epochs {more}")


def epochs(n: int | None) -> str:
    return f"{n} epoch" if n == 1 else f"{n} epochs"
