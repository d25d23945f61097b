"""`chainrule check`: backward rules and gradients against finite differences."""

import click

from chainrule.cli.options import (
    LENIENT,
    TargetCommand,
    print_json,
    require_no_options,
    takes_target,
)
from chainrule.cli.target import find_target
from chainrule.draw.report import whole
from chainrule.draw.terminal import console, show
from chainrule.explain.check import check_named
from chainrule.explain.plain import report_data

EXAMPLES = """\b
Examples:
  chainrule check neuron.py:f
  chainrule check neuron.py:f x=0.5 --order 2
  chainrule check "max(x, y) * z" x=1 y=1 z=3
"""


@click.command(cls=TargetCommand, context_settings=LENIENT, epilog=EXAMPLES)
@takes_target
@click.option(
    "--order",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="2 checks second derivatives as well.",
)
@click.pass_context
def check(
    ctx: click.Context,
    target: str,
    values: tuple[str, ...],
    digits: int,
    as_json: bool,
    order: int,
) -> int:
    """Check the gradients of TARGET, and each gate's own backward rule.

    TARGET is an expression or file.py:function; values as for explain. The exit code is 1 when a
    gradient is wrong; the gate and its line are named.
    """
    require_no_options((target, *values), ctx)
    found = find_target(target, values)
    report = check_named(found.what, found.values, order=order)
    if as_json:
        print_json(report_data(report))
    else:
        to = console()
        show(whole(report, digits), to)
    return int(not report.ok)
