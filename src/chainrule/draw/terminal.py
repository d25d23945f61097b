"""Ink for terminals: the only file that knows rich.

Colour says again what the words and the place say already, so that plain text loses nothing.
`NO_COLOR`, pipes and narrow windows are respected.
"""

import io
from collections.abc import Iterable, Sequence
from typing import IO, Any

from rich.console import Console, Group
from rich.console import RenderableType as RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Text

from chainrule.draw import palette

WIDTH = 80  # where no window says otherwise
STYLES = {
    "forward": palette.FORWARD.terminal,
    "gradient": palette.GRADIENT.terminal,
    "local": palette.LOCAL.terminal,
    "faint": palette.SECONDARY.terminal,
    "strong": "bold",
    "lit": f"bold reverse {palette.LOCAL.terminal}",
    "plain": "",
    "bad": f"bold {palette.GRADIENT.terminal}",
}

Run = tuple[str, str] | str  # a piece of text and its style


def console(stream: IO[str] | None = None, width: int | None = None) -> Console:
    """Return a console on a stream; stdout by default."""
    return Console(
        file=stream, width=width, highlight=False, markup=False, emoji=False, force_jupyter=False
    )


def line(*runs: Run) -> Text:
    """Return a line of differently styled pieces."""
    text = Text()
    for run in runs:
        written, style = (run, "plain") if isinstance(run, str) else run
        text.append(written, STYLES[style])
    return text


def heading(words: str) -> Text:
    """Return the title of a section, a blank line before it."""
    return Text(f"\n{words}", STYLES["strong"])


def indented(thing: RenderableType, by: int = 2) -> RenderableType:
    return Padding(thing, (0, 0, 0, by))


def table(
    header: Sequence[str], rows: Iterable[Sequence[Text]], folding: Sequence[int] = ()
) -> Table:
    """Return a table; the columns numbered in `folding` give way when the window is narrow."""
    made = Table(
        box=None,
        padding=(0, 2, 0, 0),
        pad_edge=False,
        header_style=STYLES["faint"],
        show_header=any(header),
    )
    for i, name in enumerate(header):
        made.add_column(Text(name), no_wrap=i not in folding, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def natural_width(thing: RenderableType) -> int:
    """Return how wide something is when nothing holds it back."""
    wide = console(io.StringIO(), width=1000)
    return Measurement.get(wide, wide.options, thing).maximum


def stacked(things: Iterable[RenderableType]) -> RenderableType:
    return Group(*things)


def plain_text(thing: RenderableType, width: int = WIDTH) -> str:
    """Return what would be printed, without colours or spaces at the ends of lines."""
    stream = io.StringIO()
    to = Console(
        file=stream,
        width=width,
        no_color=True,
        force_terminal=False,
        highlight=False,
        force_jupyter=False,
    )
    to.print(thing)
    lines = [written.rstrip() for written in stream.getvalue().split("\n")]
    return "\n".join(lines).strip("\n")


def show(thing: RenderableType, to: Any) -> None:
    """Print on a console, without spaces at the ends of lines where colour is off."""
    if to.is_terminal:
        to.print(thing)
    else:
        to.file.write(plain_text(thing, to.width) + "\n")
