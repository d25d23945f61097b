"""A run as a whole: where it is, the sentence, the map, and what is wrong."""

from chainrule.draw.flow.table import Ink
from chainrule.draw.flow.whole import clock, whole
from chainrule.draw.terminal import plain_text
from chainrule.explain.doctor.finding import Finding
from chainrule.explain.flow.course import Course
from chainrule.explain.flow.make import flow
from tests.explain.flow.made import diverging, healthy, vanishing
from tests.golden.compare import matches

LOST = Finding(
    rule="vanishing gradient",
    where="layers.0.weight",
    step=2,
    number=1e-6,
    threshold=1e-3,
    text="It is lost on the way. " * 4,
    source="Somebody (1991)",
    remedy="Draw the weights anew.",
)
RUNNING = Course("runs/[bold]-1", "running", 50, 200, 3, 10, seconds=6.0, rate=0.1, cost=0.013)


def test_a_sick_run_as_it_was_reviewed() -> None:
    course = Course("runs/deep-1", "finished", 40, 40, 2, 2, seconds=75.0)
    text = plain_text(whole(course, vanishing(6), [LOST], Ink()))
    assert matches("flow/whole.txt", text)


def test_where_a_run_is() -> None:
    first, second, *_ = plain_text(whole(RUNNING, healthy(), [], Ink(100)), 100).split("\n")
    assert first == (
        "runs/[bold]-1  running  step 50 of 200, epoch 3 of 10, 6.0 s, 18 s left, rate 0.1, "
        "recording 1 %"
    )
    assert second.startswith("First layer 0.001, last 0.001: the gradient arrives whole")


def test_findings_in_a_line_each() -> None:
    lines = plain_text(whole(RUNNING, healthy(), [LOST, LOST], Ink(), brief=True)).split("\n")
    assert lines[-1] == lines[-2]
    assert lines[-1].startswith("vanishing gradient layers.0.weight, step 2: It is lost")
    assert lines[-1].endswith("…")
    assert len(lines[-1]) == 80


def test_why_it_went_no_further() -> None:
    course = Course("run", "diverged", 31, fault="the loss became nan at step 31")
    assert plain_text(whole(course, diverging(), [], Ink())).split("\n")[1] == course.fault


def test_a_run_that_has_just_begun() -> None:
    text = plain_text(whole(Course("run", "running"), flow({}, {}), [], Ink()))
    assert text == "run  running  step 0\nNothing was measured yet."


def test_clocks() -> None:
    said = {0.0: "0.0 s", 9.96: "10.0 s", 59.4: "59 s", 59.6: "1:00", 3599.0: "59:59",
            3600.0: "1:00:00", 86_400.0: "24:00:00"}  # fmt: skip
    assert {seconds: clock(seconds) for seconds in said} == said
