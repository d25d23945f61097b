"""`chainrule train --watch`: the page of a run while it is trained, with its controls."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chainrule.cli.browser import open_address
from chainrule.cli.serving import server_of
from chainrule.runs.folder import Run
from chainrule.train.control import Control

if TYPE_CHECKING:
    from chainrule.serve.server import Server


@dataclass(frozen=True)
class Page:
    """The page of a training; one that nobody asked for does nothing.

    Attributes:
        control: what the page asks of the training.
        server: that serves it, or None.
    """

    control: Control | None = None
    server: "Server | None" = None

    def stay(self) -> None:
        """Stay until Ctrl-C where somebody sits at the terminal; elsewhere go."""
        if self.server is None or not sys.stdout.isatty():
            return
        click.echo("the page stays until Ctrl-C", err=True)
        try:
            self.server.wait()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)


@contextmanager
def page_of(run: Run, *, wanted: bool, opens: bool, to_stderr: bool) -> Iterator[Page]:
    """Serve the page of a run while it is trained, if that is wanted, and say where it is."""
    if not wanted:
        yield Page()
        return
    control = Control()
    with server_of([folder_of(run)]) as server:
        server.control(run.path, control)
        click.echo(server.address, err=to_stderr)
        sys.stdout.flush()
        with open_address(server.address, wanted=opens):
            yield Page(control, server)


def folder_of(run: Run) -> Path:
    """Return what is shown: the folder of all runs, so that they can be compared, or this one."""
    return run.path.parent if run.path.parent.name == "runs" else run.path
