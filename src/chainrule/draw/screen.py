"""A terminal on which something is drawn again and again, and what colours it has."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.live import Live

from chainrule.draw.terminal import RenderableType

RICH = ("truecolor", "256")  # systems of colours that are fine enough for scales


def painted(to: Any) -> bool:
    """Return whether a console has colours enough to draw with."""
    return bool(to.is_terminal and not to.no_color and to.color_system in RICH)


def ground(environment: Mapping[str, str] | None = None) -> str:
    """Return whether the terminal is light or dark, as far as it says so; dark else.

    >>> ground({"COLORFGBG": "0;15"}), ground({"COLORFGBG": "15;0"}), ground({})
    ('light', 'dark', 'dark')
    """
    said = (os.environ if environment is None else environment).get("COLORFGBG", "")
    behind = said.rpartition(";")[2]
    return "light" if behind in ("7", "15") else "dark"


@contextmanager
def live(to: Any) -> Iterator[Callable[[RenderableType], None]]:
    """Give a function that draws in the place of what it drew before; at the end nothing is left.

    Raises `KeyboardInterrupt` as ever: the terminal is then as it was.
    """
    with Live(console=to, auto_refresh=False, transient=True, vertical_overflow="crop") as screen:
        yield lambda thing: screen.update(thing, refresh=True)
