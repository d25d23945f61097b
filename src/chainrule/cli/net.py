"""`chainrule explain --net 64,128,10`: the architecture of a net, printed or drawn."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import click

from chainrule.cli.options import print_json
from chainrule.cli.outputs import Outputs, say_written
from chainrule.errors import UsageError
from chainrule.explain.architecture import Architecture, columns, read_widths

OPTION = click.option(
    "--net",
    metavar="N,N,...",
    help="Show a net with these many units in its columns, instead of TARGET.",
)


def takes_net(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command with TARGET and `outputs` the option --net, which stands in for TARGET."""

    @wraps(command)
    def with_net(*args: Any, net: str | None, target: str | None, **rest: Any) -> Any:
        if net is None and target is None:
            raise UsageError(
                "there is nothing to explain",
                hint='give an expression, "(x+y)*z" x=-2 y=5 z=-4, file.py:function, or --net',
            )
        if net is None:
            return command(*args, target=target, **rest)
        if target is not None:
            raise UsageError(f"--net shows a net by itself, but {target!r} came as well")
        return explain_net(columns(read_widths(net)), rest["outputs"], rest["as_json"])

    return OPTION(with_net)


def explain_net(net: Architecture, outputs: Outputs, as_json: bool) -> int:
    """Print a net, or write its picture to files."""
    if outputs.slides is not None or outputs.opens:
        raise UsageError("a net has no steps to be shown", hint="draw it: -o net.svg")
    if outputs.files:
        save = import_module("chainrule.draw.architecture.save")  # only who draws pays for it
        for name in outputs.files:
            save.writer_for(name)
        for path, size in save.save_net(net, outputs.files, outputs.theme).items():
            say_written(path, size)
    if as_json:
        print_json(data(net))
    elif not outputs.files:
        click.echo(import_module("chainrule.draw.architecture.words").text(net))
    return 0


def data(net: Architecture) -> dict[str, Any]:
    """Return a net as JSON has it."""
    return {
        "parameters": net.parameters,
        "columns": [{"name": column.name, "units": column.units} for column in net.columns],
        "weights": [{"shape": link.shape, "bias": link.bias} for link in net.links],
    }
