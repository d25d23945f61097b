"""A terminal on which something is drawn again and again, and what colours it has."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.live import Live

from chainrule.draw.terminal import RenderableType

MANY = {"truecolor": 1 << 24, "256": 256}  # of other terminals the few cannot be told apart


def colours(to: Any) -> int:
    """Return how many colours a console has for scales: 2**24, 256, or 0 where too few."""
    if not to.is_terminal or to.no_color:
        return 0
    return MANY.get(to.color_system, 0)


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
