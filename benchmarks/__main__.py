"""The benchmark's command: `python -m benchmarks list`, `run`, `footprint` and `report`.

For example: ``python -m benchmarks run --case digits32 --rivals jax_scan,sklearn --json``.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks import footprint as footprints
from benchmarks import report as reports
from benchmarks import results
from benchmarks.cases import CASES, Case, chosen, nearest
from benchmarks.race import Entry, race, ratios
from benchmarks.rivals import PACKAGES, contenders, refusal


@click.group()
def main() -> None:
    """Measure chainrule beside its rivals."""


def words(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split what was given by commas, by repeating the option, or both."""
    return tuple(word for value in values for word in value.split(",") if word)


@main.command()
@click.option("--case", "cases", multiple=True, callback=words, help="Cases, groups, or all.")
@click.option("--rivals", multiple=True, callback=words, help="Who runs beside chainrule.")
@click.option("--rounds", type=click.IntRange(1), default=9, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--save", is_flag=True, help="Write benchmarks/results.")
def run(
    cases: tuple[str, ...],
    rivals: tuple[str, ...],
    rounds: int,
    threads: int,
    as_json: bool,
    save: bool,
) -> None:
    """Race the implementations of one case, of several, or of all."""
    picked = pick(cases or ("all",))
    for name in rivals:
        if name not in PACKAGES:
            raise click.BadParameter(f"there is no rival {name!r}{nearest(name, [*PACKAGES])}")
    available = processors()
    if threads > available:
        raise click.BadParameter(f"{threads} threads on {available} processors measure nothing")
    good = True
    for case in picked:
        names = ["chainrule", *(n for n in may_run(case, rivals) if n != "chainrule")]
        entries = race(case, names, rounds=rounds, threads=threads, tell=progress())
        show(case, entries, as_json)
        good &= not any(e.error and is_fault(e, rivals) for e in entries)
        if save:
            results.save(case, entries, threads)
    sys.exit(0 if good else 1)


def pick(names: tuple[str, ...]) -> list[Case]:
    try:
        return chosen(names)
    except KeyError as e:
        raise click.BadParameter(e.args[0]) from None


def processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def may_run(case: Case, rivals: tuple[str, ...]) -> list[str]:
    """Return who runs a case; say why somebody who was asked for does not."""
    for name in rivals:
        if refusal(name, case):
            click.echo(f"{case.name}: {name} {refusal(name, case)}", err=True)
    return [n for n in rivals if not refusal(n, case)] if rivals else contenders(case)


def is_fault(entry: Entry, rivals: tuple[str, ...]) -> bool:
    """Return whether an error counts: rivals that nobody named may be missing."""
    return not entry.unavailable or entry.implementation in ("chainrule", *rivals)


def progress() -> Callable[[str], None]:
    """Return what tells a person, on a terminal, what is going on."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda message: click.echo(f"\r\033[K{message}\r", nl=False, err=True)


def show(case: Case, entries: list[Entry], as_json: bool) -> None:
    """Print what was found; what is not installed goes to standard error."""
    for entry in entries:
        if entry.unavailable:
            click.echo(f"{case.name}: {entry.implementation} is not available: {entry.error}",
                       err=True)  # fmt: skip
    entries = [e for e in entries if not e.unavailable]
    if as_json:
        for entry in entries:
            click.echo(json.dumps(entry.record()))
        return
    click.echo(f"\n{case.name}: {case.about}")
    beside = ratios(entries)
    for entry in entries:
        click.echo(line(entry, beside.get(entry.implementation)))


def line(entry: Entry, ratio: float | None) -> str:
    if entry.error:
        return f"  {entry.implementation:15} {entry.error}"
    us, best = (entry.seconds_per_step or 0) * 1e6, (entry.best or 0) * 1e6
    beside = f"{ratio:8.2f} x" if ratio else " " * 10
    return (
        f"  {entry.implementation:15}{us:14,.2f} us{beside}"
        f"   best {best:,.2f}   loss {entry.loss:.6f}   first steps {entry.first_seconds:.2f} s"
    )


@main.command("list")
def list_cases() -> None:
    """List the cases by group, and who runs them."""
    for case in CASES.values():
        click.echo(f"{case.group:10} {case.name:20} {case.about}")
        click.echo(f"{'':31} {', '.join(contenders(case))}")


@main.command()
@click.option("--rounds", type=click.IntRange(1), default=9, show_default=True)
@click.option("--steps", type=click.IntRange(10), default=100_000, show_default=True)
@click.option("--save", is_flag=True, help="Write benchmarks/results/footprint.json.")
def footprint(rounds: int, steps: int, save: bool) -> None:
    """Measure the time to import, and memory over a long training."""
    found = footprints.measure(rounds, steps)
    for sentence in footprints.sentences(found):
        click.echo(sentence)
    if save:
        results.write("footprint", found)


@main.command()
def report() -> None:
    """Write the tables and plots of docs/benchmarks.md from the result files."""
    for path in reports.write():
        click.echo(f"written: {path.relative_to(Path(__file__).parents[1])}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
