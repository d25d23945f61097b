"""`chainrule doctor`: what is wrong with a run, and what to try."""

import click

from chainrule.cli.options import print_json
from chainrule.draw.diagnosis import whole
from chainrule.draw.terminal import console, show
from chainrule.train.doctor.diagnose import diagnose

EXAMPLES = """\b
Examples:
  chainrule doctor runs/digits-1
  chainrule doctor runs/digits-1 --check
  chainrule doctor runs/digits-1 --json
"""


@click.command("doctor", epilog=EXAMPLES)
@click.argument("run")
@click.option("--check", is_flag=True, help="Exit code 1 if anything is found, for use in CI.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def command(run: str, check: bool, as_json: bool) -> int:
    """Say what is wrong with RUN: where, since which step, by which number, and what to try.

    RUN is the folder of a run, also of one that is still in training. Likely causes come first.
    """
    found = diagnose(run)
    if as_json:
        print_json(found.as_dict())
    else:
        show(whole(found), console())
    return int(check and not found.ok)
