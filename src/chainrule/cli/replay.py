"""`chainrule replay`: a step that went wrong, made once more, and who is to blame."""

import json
from typing import Any

import click

from chainrule.cli.failures import FAILED
from chainrule.cli.target import called, function_of
from chainrule.runs import reproducer
from chainrule.train.reproducer import replay

EXAMPLES = """
Examples:

\b
  chainrule replay runs/digits-1/blame
  chainrule replay runs/mine/blame --model net.py:make --loss net.py:loss
"""


@click.command("replay", epilog=EXAMPLES)
@click.argument("path", metavar="RUN/blame")
@click.option("--model", metavar="FILE.py:FUNCTION", help="A function that returns the model.")
@click.option("--loss", metavar="FILE.py:FUNCTION", help="The loss (outputs, targets), or a name.")
@click.option("--optimizer", metavar="FILE.py:FUNCTION", help="A function that returns the rule.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: str,
    model: str | None,
    loss: str | None,
    optimizer: str | None,
    as_json: bool,
) -> None:
    """Make the step again at which a training run met NaN or an infinity.

    Says which gate made it, out of what, from which rows. What is code of your own is not kept
    with the step: name it, as it was or mended. Weights and rows are those of the file. The exit
    code is 1, and 0 if the step is sound now.
    """
    found = replay(
        path,
        model=made(model),
        loss=loss if loss is None or ".py" not in loss else function_of(loss),
        optimizer=made(optimizer),
    )
    if as_json:
        data = {"sound": True} if found is None else {"sound": False, **found.data()}
        click.echo(json.dumps(data, ensure_ascii=False, allow_nan=False))
    elif found is None:
        step = reproducer.load(path).settings["step"]
        click.echo(f"step {step} is sound: its loss and all weights after it are finite")
    else:
        click.echo(str(found), nl=False)
    ctx.exit(0 if found is None else FAILED)


def made(text: str | None) -> Any:
    """Return what the function at FILE.py:FUNCTION returns."""
    return None if text is None else called(text)
