"""How far a run has come."""

import math

from chainrule.explain.flow.course import Course, course

SAID = {"epochs": 10, "steps_per_epoch": 20}


def test_steps_and_epochs() -> None:
    for step, epoch in ((0, 1), (1, 1), (20, 1), (21, 2), (200, 10)):
        found = course("run", "running", step, SAID, {})
        assert (found.steps, found.epoch, found.epochs) == (200, epoch, 10)


def test_what_is_left() -> None:
    figures = {"seconds": 6.0, "rate": 0.1, "cost": 0.02}
    assert course("run", "running", 50, SAID, figures).left == 18.0
    assert course("run", "stopped", 50, SAID, figures).left is None
    assert course("run", "running", 0, SAID, {}).left is None
    assert course("run", "running", 300, SAID, figures).left == 0.0


def test_a_run_that_says_nothing() -> None:
    found = course("run", "running", 5, {}, {})
    assert (found.steps, found.epoch, found.left) == (None, None, None)


def test_plain_values() -> None:
    data = Course("run", "diverged", 5, rate=math.inf, fault="NaN").as_dict()
    assert data["rate"] == "inf"
    assert (data["state"], data["left"], data["fault"]) == ("diverged", None, "NaN")
