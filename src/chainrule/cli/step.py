"""`chainrule explain --step`: both passes on a screen, step by step."""

import sys
from importlib import import_module

from chainrule.draw.numbers import DECIMALS
from chainrule.draw.stepping.state import Walk
from chainrule.errors import UsageError
from chainrule.explain.gates import Graph


def step_through(graph: Graph, decimals: int = DECIMALS) -> None:
    """Show a graph on a screen until `q` is pressed.

    Raises:
        UsageError: this is no terminal, or textual is not installed.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "--step needs a terminal: its screen is stepped through by keys",
            hint="leave --step out, or write the steps to a file with --slides steps.pdf",
        )
    try:
        screen = import_module("chainrule.draw.stepping.screen")
    except ImportError as error:
        raise UsageError(
            "--step needs textual, which is not installed", hint="pip install 'chainrule[tui]'"
        ) from error
    screen.Stepping(Walk(graph, decimals)).run()
