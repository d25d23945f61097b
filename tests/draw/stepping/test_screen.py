"""The screen, driven by keys without a terminal."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from textual.pilot import Pilot
from textual.widgets import Static

import chainrule as cr
from chainrule.draw.stepping.screen import Field, Stepping, written
from chainrule.draw.stepping.state import Walk
from chainrule.draw.terminal import plain_text
from tests.golden.graphs import both_passes, neuron, softmax_loss

Driven = Callable[[Pilot[None], Stepping], Awaitable[None]]


def drive(graph: cr.Graph, steps: Driven, size: tuple[int, int] = (110, 40)) -> None:
    """Run the app without a terminal, and do what `steps` does.

    It runs in a thread of its own: a browser under test keeps this one's event loop running.
    """

    async def run() -> None:
        app = Stepping(Walk(graph))
        async with app.run_test(size=size) as pilot:
            await steps(pilot, app)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


def shown(app: Stepping, name: str) -> str:
    return plain_text(app.query_one(f"#{name}", Static).content, 110)  # type: ignore[arg-type]


def test_it_opens_complete_and_steps_with_the_arrows() -> None:
    async def steps(pilot: Pilot[None], app: Stepping) -> None:
        assert shown(app, "told").startswith("backward 9 of 9   multiply gate")
        assert "0.39" in shown(app, "drawing")
        await pilot.press("home")
        assert shown(app, "told").startswith("start")
        assert "0.73" not in shown(app, "drawing")
        await pilot.press(*["right"] * 12)
        assert shown(app, "told") == (
            "backward 4 of 9   exp gate   ∂f/∂v5 = 0.37 local × −0.53 upstream = −0.20"
        )
        await pilot.press("left")
        assert shown(app, "told").startswith("backward 3 of 9")
        await pilot.press("end", "right")
        assert app.walk.at_end

    drive(neuron(), steps)


def test_the_drawing_does_not_move_while_numbers_come() -> None:
    async def steps(pilot: Pilot[None], app: Stepping) -> None:
        full, height = shown(app, "drawing").split("\n"), app.query_one("#drawing").size.height
        await pilot.press("home")
        blank = shown(app, "drawing").split("\n")
        places = [[row.find("(exp)") for row in rows] for rows in (full, blank)]
        assert places[0][: len(blank)] == places[1]
        assert app.query_one("#drawing").size.height == height

    drive(neuron(), steps)


def test_enter_shows_the_gate_and_question_mark_the_keys() -> None:
    async def steps(pilot: Pilot[None], app: Stepping) -> None:
        assert not app.query_one("#panel").display
        await pilot.press("enter")
        assert shown(app, "panel").startswith("multiply gate   switcher")
        await pilot.press("question_mark")
        assert "Home End" in shown(app, "panel")
        await pilot.press("question_mark")
        assert not app.query_one("#panel").display

    drive(neuron(), steps)


def test_a_leaf_is_edited_and_restored() -> None:
    async def steps(pilot: Pilot[None], app: Stepping) -> None:
        await pilot.press("e")
        assert app.query_one(Field).value == "w0 = 2"
        await pilot.press("up")
        assert app.walk.value("w0") == 2.1
        await pilot.press("tab", "backspace", "backspace", "4")
        assert app.walk.value("x0") == 4.0
        assert "4.00" in shown(app, "drawing")
        await pilot.press("escape")
        assert (app.walk.value("w0"), app.walk.value("x0")) == (2.1, -1.0)
        await pilot.press("e", "5", "enter", "left")
        assert app.walk.value("x0") == -15.0
        assert shown(app, "told").startswith("backward 8 of 9")

    drive(neuron(), steps)


def test_what_cannot_be_read_is_said() -> None:
    async def steps(pilot: Pilot[None], app: Stepping) -> None:
        await pilot.press("e", "backspace")
        assert shown(app, "keys") == "a ']' or a comma is missing here"
        await pilot.press("escape")
        assert "←→ step" in shown(app, "keys")

    drive(softmax_loss(), steps)


def test_space_plays_and_stops() -> None:
    async def steps(pilot: Pilot[None], app: Stepping) -> None:
        await pilot.press("space")
        assert app.walk.number == 0
        assert app.playing is not None
        app.play_on()
        assert app.walk.number == 1
        await pilot.press("space")
        assert app.playing is None
        app.walk.go(16)
        app.play_on()
        assert app.walk.at_end

    drive(neuron(), steps)


def test_a_narrow_window_says_so() -> None:
    async def steps(pilot: Pilot[None], app: Stepping) -> None:
        assert shown(app, "drawing") == "the window is too narrow for this circuit"

    drive(both_passes("leaky_relu(a_long_name)", a_long_name=1.0), steps, size=(16, 20))


def test_values_are_written_as_they_are_read() -> None:
    assert written(2.0) == "2"
    assert written(cr.tensor([[1.0, 2.5]]).numpy()) == "[[1, 2.5]]"
