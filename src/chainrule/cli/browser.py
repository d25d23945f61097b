"""Pages in the browser: from a file of their own, or from a server."""

import shutil
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

import click

LEADING = """<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0;url={address}">
<title>chainrule</title>
<a href="{address}">chainrule</a>
"""


def open_page(write: Callable[[Path], Any]) -> None:
    """Write a page where it is in nobody's way and open it; without a browser, say where it is."""
    path = own_folder() / "circuit.html"
    write(path)
    if opened(path):
        click.echo(f"opened {path}", err=True)
    else:
        click.echo(f"no browser could be opened; the page is {path}", err=True)


@contextmanager
def open_address(address: str, *, wanted: bool = True) -> Iterator[None]:
    """Open an address that is nobody else's business, if that is wanted.

    What a program is called with can be seen by everybody on a machine. So the browser is given a
    file that only its owner can read and that leads to the address; it is gone at the end.
    """
    if not wanted:
        yield
        return
    path = own_folder() / "open.html"
    path.write_text(LEADING.format(address=escape(address)), encoding="utf-8")
    try:
        if not opened(path):
            click.echo("no browser could be opened; open the address above", err=True)
        yield
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)


def own_folder() -> Path:
    """Return a new folder that only its owner can look into."""
    return Path(tempfile.mkdtemp(prefix="chainrule-"))


def opened(path: Path) -> bool:
    """Open a file in the browser; return whether there is one."""
    try:
        return webbrowser.open(path.as_uri())
    except webbrowser.Error:
        return False
