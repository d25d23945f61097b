"""Whole tables as text, in windows of several widths."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from chainrule.draw.flow.heat import Paint
from chainrule.draw.flow.table import Ink, table
from chainrule.draw.terminal import plain_text
from chainrule.explain.flow.make import flow
from chainrule.explain.flow.records import Flow
from tests.explain.flow.made import diverging, flow_of, healthy, made, vanishing
from tests.golden.compare import matches

FLOWS = {"healthy": healthy(4), "vanishing": vanishing(), "diverging": diverging()}


def drawn(flow: Flow, ink: Ink) -> str:
    return plain_text(table(flow, ink), ink.width)


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("width", [80, 120])
def test_as_it_was_reviewed(name: str, width: int) -> None:
    assert matches(f"flow/{name}-{width}.txt", drawn(FLOWS[name], Ink(width)))


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("width", [20, 33, 47, 61, 80, 200])
@pytest.mark.parametrize("paint", [None, Paint("dark"), Paint("light", False)])
def test_no_line_of_the_table_is_wider_than_the_window(
    name: str, width: int, paint: Paint | None
) -> None:
    ink = Ink(width, paint)
    lines = drawn(FLOWS[name], ink).split("\n")
    assert max(map(cell_len, lines)) <= width
    layers = [line for line in lines if line.startswith("layers.")]
    assert len(layers) == (25 if paint and name == "vanishing" else len(FLOWS[name].rows))


def coloured(flow: Flow, ink: Ink, system: str) -> str:
    stream = io.StringIO()
    to = Console(file=stream, width=ink.width, force_terminal=True, color_system=system,
                 no_color=False, highlight=False)  # type: ignore[arg-type] # fmt: skip
    to.print(table(flow, ink))
    return stream.getvalue()


def test_half_blocks_in_colours() -> None:
    fine = coloured(vanishing(), Ink(80, Paint("dark")), "truecolor")
    assert "▀" in fine
    assert "48;2;" in fine
    few = coloured(vanishing(), Ink(80, Paint("dark", False)), "256")
    assert "48;5;" in few
    assert "48;2;" not in few
    assert "▚" in coloured(diverging(), Ink(80, Paint("light")), "truecolor")


def test_figures_alone() -> None:
    only = flow({}, {"loss": made(range(1, 41), range(40, 0, -1))})
    text = drawn(only, Ink(60))
    assert text.startswith("loss")
    assert text.rstrip().endswith("▁")
    assert drawn(flow({}, {}), Ink(60)) == ""


def test_a_thousand_layers_have_sixty_lines() -> None:
    lines = drawn(flow_of([[1e-3]] * 1000, [1, 2]), Ink(80)).split("\n")
    assert len([line for line in lines if line.startswith("layers.")]) <= 60
    assert "17 layers a line" in lines[-1]
