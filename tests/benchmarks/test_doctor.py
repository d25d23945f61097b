"""The doctor's calibration: the page says what was measured, and a short form is measured here."""

import json
from typing import Any

import pytest

from benchmarks.doctor import GOAL, PAGE, figures, measure, page, result
from benchmarks.doctor_cases import SEEDS, Case, cases
from benchmarks.results import FOLDER
from chainrule.explain.doctor.diagnosis import RULES

SHORT = (  # one healthy run, and one sick in each way, that take little time
    "digits, relu, Adam",
    "clouds, linear",
    "exclusive or",
    "tanh with small weights, two columns",
    "sigmoid with large weights",
    "constant weights",
    "duplicated units",
    "a deep curve, drawn too wide",
    "relu pushed under water",
    "a rate that diverges",
    "next to no rate, full batches",
    "single rows of a curve",
    "a column off centre",
    "constant labels, one logit",
    "shuffled labels, two columns",
    "flipped labels by heart",
)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FOLDER / "doctor.json").read_text("utf-8"))
    return data


def test_the_page_says_what_was_measured(found: dict[str, Any]) -> None:
    text = PAGE.read_text("utf-8")
    assert page(text, found) == text, "python -m benchmarks.doctor --json writes the page"
    assert page(text.replace("calibration", "other"), found) != text.replace("calibration", "other")


def test_the_goals_are_met(found: dict[str, Any]) -> None:
    assert set(found["halves"]) == set(SEEDS)
    for half in found["halves"].values():
        counts = figures(half["results"])
        assert counts == half["figures"]
        assert counts["named, and nothing else"] >= GOAL["named"] * counts["sick"]
        assert counts["false alarms"] <= GOAL["false alarms"] * counts["healthy"]


@pytest.mark.parametrize("half", SEEDS)
def test_the_results_are_of_these_cases(half: str, found: dict[str, Any]) -> None:
    there = {r["name"]: (r["must"], r["may"]) for r in found["halves"][half]["results"]}
    assert there == {c.name: ([*c.must], sorted(c.may)) for c in cases(half)}
    assert len(there) >= 60
    assert {name for c in cases(half) for name in c.must} == set(RULES), "each rule has its sick"


def test_results_are_judged() -> None:
    x: Any = None
    sick, healthy = Case("a", x, (), ("dead units",), ("overfitting",)), Case("b", x, ())
    found = [result(sick, ["dead units", "overfitting"]), result(sick, ["loss at chance"]),
             result(sick, ["dead units", "loss at chance"]), result(healthy, ["overfitting"]),
             result(healthy, [])]  # fmt: skip
    assert figures(found) == {
        "healthy": 2,
        "sick": 3,
        "named": 2,
        "named, and nothing else": 1,
        "false alarms": 1,
    }


def test_short_form() -> None:
    """Some runs of the half that the limits were set on, trained anew."""
    found = measure("calibration", SHORT)
    assert {r["name"] for r in found} == set(SHORT)
    assert [(r["name"], r["missed"], r["extra"]) for r in found if r["missed"] or r["extra"]] == []
    assert {name for r in found for name in r["must"]} == set(RULES)
