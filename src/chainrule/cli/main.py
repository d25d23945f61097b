"""`chainrule`: the table of commands, and what all of them share.

A command is imported when it is called, so that none pays for what another needs. Errors of ours
become one sentence, a hint and an exit code; CHAINRULE_DEBUG=1 shows the traceback.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from chainrule.cli.failures import FAILED, INTERRUPTED, report, report_usage
from chainrule.errors import ChainruleError, UsageError, nearest

COMMANDS = {  # name -> where it is, and what the list of commands says about it
    "check": ("chainrule.cli.check:check", "Check the gradients of a function or expression."),
    "doctor": ("chainrule.cli.doctor:command", "Say what is wrong with a run."),
    "explain": ("chainrule.cli.explain:explain", "Show every gate's value and gradient."),
    "predict": ("chainrule.cli.predict:command", "Predict with a trained run."),
    "replay": ("chainrule.cli.replay:command", "Make a step that went wrong again."),
    "train": ("chainrule.cli.train:command", "Train a net on a table."),
    "view": ("chainrule.cli.view:view", "Show runs in the browser."),
    "watch": ("chainrule.cli.watch:command", "Show a run's layers in the terminal."),
}

EPILOG = """\b
Examples:
  chainrule train digits
  chainrule predict runs/digits-1 digits
  chainrule explain "(x+y)*z" x=-2 y=5 z=-4
  chainrule explain neuron.py:f
  chainrule check neuron.py:f
"""


class Commands(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, function = COMMANDS[name][0].partition(":")
        found: click.Command = getattr(import_module(module), function)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = nearest(args[0], COMMANDS)
            raise UsageError(f"there is no command {args[0]!r}", hint=hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=Commands, epilog=EPILOG, invoke_without_command=True)
@click.version_option(
    package_name="chainrule", prog_name="chainrule", message="%(prog)s %(version)s"
)
@click.pass_context
def chainrule(ctx: click.Context) -> None:
    """Backpropagation that you can see through."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code."""
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 failed, 2 usage, 3 bad file, 130 Ctrl-C."""
    try:
        found: Any = chainrule.main(argv, prog_name="chainrule", standalone_mode=False)
        sys.stdout.flush()
    except ChainruleError as error:
        return report(error)
    except click.ClickException as error:
        return report_usage(error)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us, `head` perhaps, has enough; the interpreter must not flush at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return found if isinstance(found, int) else 0


if __name__ == "__main__":
    main()
