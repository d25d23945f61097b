"""A page in the browser, from a folder of its own."""

import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def open_page(write: Callable[[Path], Any]) -> None:
    """Write a page where it is in nobody's way and open it; without a browser, say where it is."""
    path = Path(tempfile.mkdtemp(prefix="chainrule-")) / "circuit.html"
    write(path)
    try:
        opened = webbrowser.open(path.as_uri())
    except webbrowser.Error:
        opened = False
    if opened:
        click.echo(f"opened {path}", err=True)
    else:
        click.echo(f"no browser could be opened; the page is {path}", err=True)
