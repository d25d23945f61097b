"""What is said of colours and marks: of what occurs, and of nothing else."""

from chainrule.draw.flow.heat import Paint
from chainrule.draw.flow.legend import legend
from chainrule.explain.flow.records import Flow
from tests.explain.flow.made import diverging, flow_of, healthy, made


def said(flow: Flow, paint: Paint | None = None, each: int = 1) -> list[str]:
    return [line.plain for line in legend(flow, paint, each)]


def test_signs() -> None:
    assert said(healthy()) == [
        "", "≡=- vanishing < 6.3e-5   · healthy   +*# exploding > 0.0063",
    ]  # fmt: skip
    assert said(diverging())[1].endswith("! not finite")


def test_colours() -> None:
    lines = list(legend(diverging(), Paint("dark"), 1))
    assert lines[1].plain.endswith("▚▚ not finite")
    assert {str(span.style) for span in lines[1].spans} >= {
        "on #b3cbff",
        "on #262c32",
        "on #ffcba2",
    }


def test_layers_in_a_line() -> None:
    assert said(healthy(), each=2)[2] == "2 layers a line, numbers of the worse"
    assert said(healthy(), each=8)[2] == "8 layers a line, numbers of the worst"


def test_marks() -> None:
    late = flow_of([[1e-3]], range(5, 9), loss=made(range(1, 9), 1.0))
    assert said(late)[2] == "blank: not measured"
    slow = {"layers.0.weight:ratio": made([40], 1e-6)}
    assert said(flow_of([[1e-3]], **slow))[2] == "○ beyond 1e-4..1e-2"


def test_a_band_that_was_moved() -> None:
    assert "vanishing < 1e-9" in said(flow_of([[1e-8], [1e-8]], relative=True))[1]
