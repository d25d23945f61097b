"""What a terminal can show, and drawing in one place."""

import io

import pytest
from rich.console import Console

from chainrule.draw.screen import colours, ground, live
from chainrule.draw.terminal import console, line


def terminal(system: str | None, **options: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system=system,
                   **{"no_color": False, **options})  # type: ignore[arg-type] # fmt: skip


def test_colours_of_a_terminal() -> None:
    assert colours(terminal("truecolor")) == 1 << 24
    assert colours(terminal("256")) == 256
    assert colours(terminal("standard")) == colours(terminal(None)) == 0
    assert colours(terminal("truecolor", no_color=True)) == 0
    assert colours(console(io.StringIO())) == 0


def test_no_colour_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert colours(Console(file=io.StringIO(), force_terminal=True, color_system="truecolor")) == 0


def test_the_ground() -> None:
    assert ground({"COLORFGBG": "0;default;15"}) == "light"
    assert ground({"COLORFGBG": "nonsense"}) == "dark"


def test_what_was_drawn_is_taken_away() -> None:
    to = terminal("256")
    with live(to) as draw:
        draw(line("first"))
        draw(line("second"))
    written = to.file.getvalue()  # type: ignore[attr-defined]
    assert written.index("first") < written.index("second")
    assert "\x1b[2K" in written[written.index("second") :]
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") == 1
