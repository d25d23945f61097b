"""The arguments that `explain` and `check` share: a target, its values, digits and JSON."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import click

from chainrule.draw.numbers import DIGITS
from chainrule.errors import UsageError

LENIENT = {"ignore_unknown_options": True}  # a text that begins with a minus may be an expression


class TargetCommand(click.Command):
    """A command whose TARGET may begin with a minus: `-log(x)` is no `-l -o g(x)`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [*map(self.as_target, ["", *args], args)])

    def as_target(self, before: str, word: str) -> str:
        """Put a space, which expressions do not mind, before what is neither option nor file."""
        options = {name: p for p in self.params for name in p.opts if isinstance(p, click.Option)}
        awaits = before in options and not options[before].is_flag
        minus = re.match(r"-[^-]", word) is not None and word[:2] not in options
        return f" {word}" if minus and not awaits else word


def without_space(ctx: click.Context, param: click.Parameter, found: Any) -> Any:
    return found.lstrip() if isinstance(found, str) else found


class Whole(click.IntRange):
    """A whole number in a range, called so in errors."""

    name = "whole number"


def takes_target(command: Callable[..., Any], required: bool = True) -> Callable[..., Any]:
    """Give a command TARGET, [NAME=VALUE]..., --digits and --json."""
    for decorate in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead."),
        click.option(
            "--digits",
            type=Whole(1, 17),
            default=DIGITS,
            show_default=True,
            help="Significant digits of numbers.",
        ),
        click.argument("values", nargs=-1, type=click.UNPROCESSED, metavar="[NAME=VALUE]..."),
        click.argument("target", type=click.UNPROCESSED, required=required, callback=without_space),
    ):
        command = decorate(command)
    return command


def require_no_options(words: Sequence[str], ctx: click.Context) -> None:
    """Raise for a word that was meant as an option."""
    for word in words:
        if word.startswith("--") and word[2:3].isalpha():
            known = [name for p in ctx.command.params for name in p.opts if name.startswith("--")]
            raise click.NoSuchOption(word, possibilities=close(word, known), ctx=ctx)


def close(word: str, known: Sequence[str]) -> list[str]:
    return [name for name in known if name.startswith(word[:4])]


def print_json(data: dict[str, Any]) -> None:
    """Print one JSON object; the numbers are not rounded."""
    try:
        click.echo(json.dumps(data, ensure_ascii=False, allow_nan=False))
    except TypeError as error:
        raise UsageError(f"this cannot be written as JSON: {error}") from error
