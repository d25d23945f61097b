"""Errors as people read them: one sentence, a hint, an exit code, and no traceback."""

import os
import traceback

import click

from chainrule.errors import ChainruleError, Diverged

FAILED, INTERRUPTED = 1, 130


def report_usage(error: click.ClickException) -> int:
    """Print what click found wrong with the options in the same form; return the exit code."""
    click.echo(f"error: {error.format_message()}", err=True)
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        click.echo(f"hint: see {ctx.command_path} --help", err=True)
    return error.exit_code


def report(error: ChainruleError) -> int:
    """Print an error to stderr and return its exit code."""
    if os.environ.get("CHAINRULE_DEBUG") == "1":
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    click.echo(f"error: {error.message}", err=True)
    if error.hint:
        click.echo(f"hint: {error.hint}", err=True)
    if isinstance(error, Diverged) and error.blame is not None:
        click.echo(f"\n{error.blame}", err=True, nl=False)
    return error.exit_code
