"""`chainrule view`: runs in the browser, live or finished."""

from pathlib import Path

import click

from chainrule.cli.browser import open_address
from chainrule.cli.serving import server_of
from chainrule.errors import FileError
from chainrule.runs.folder import Run

EPILOG = """
Examples:

\b
  chainrule view
  chainrule view runs/digits-1 runs/digits-2
  chainrule view /data/runs --port 8080 --no-open

The address that is printed holds a token: who knows it may look, and nobody else on this machine
or outside. Ctrl-C ends the server; the exit code is then 0.
"""


@click.command("view", epilog=EPILOG)
@click.argument("runs", nargs=-1)
@click.option("--port", type=int, default=0, help="Where to listen; any free port by default.")
@click.option("--no-open", "quiet", is_flag=True, help="Do not open the browser.")
def view(runs: tuple[str, ...], port: int, quiet: bool) -> None:
    """Show RUNS in the browser: losses, layers, what is wrong.

    RUNS are folders of runs, or folders that hold such; ./runs by default. Runs that are trained
    meanwhile grow on the page, and new ones come in.
    """
    roots = [Path(run) for run in runs or ("runs",)]
    for root in roots:
        require_runs(root, by_default=not runs)
    with server_of(roots, port) as server:
        click.echo(server.address)
        with open_address(server.address, wanted=not quiet):
            try:
                server.wait()
            except KeyboardInterrupt:
                click.echo("stopped", err=True)


def require_runs(root: Path, *, by_default: bool) -> None:
    """Raise `FileError` for a folder in which there is no run."""
    if root.is_dir() and not (root / "settings.json").exists():
        if any(root.glob("*/settings.json")):
            return
        raise FileError(f"there are no runs in '{root}'", hint="train one: chainrule train digits")
    if by_default and not root.exists():
        hint = "train one: chainrule train digits, or say where they are: chainrule view FOLDER"
        raise FileError("there is no folder 'runs' here", hint=hint)
    Run.open(root)
