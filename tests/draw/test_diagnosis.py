"""What the doctor found, as text."""

from chainrule.draw.diagnosis import text
from chainrule.explain.doctor.diagnosis import Diagnosis, examine
from tests.explain.doctor.records import even, sound


def test_nothing_found() -> None:
    assert text(Diagnosis(title="runs/a-1")) == "runs/a-1: nothing found by 13 of 13 rules."


def test_a_finding() -> None:
    found = examine(sound(series={"layers.3:dead": even(0.55)}), "runs/[b]-1")
    assert str(found) == repr(found) == text(found)
    first, _, head, *rest = text(found).split("\n")
    assert first == "runs/[b]-1: 1 finding, likely causes first."
    assert head == "dead units  layers.3, step 1"
    assert rest[0].startswith("  55 % of the units of layers.3 are 0")
    assert any(line.startswith("  Try: Lower the rate") for line in rest)
    assert any(line.startswith("  Source: CS231n notes") for line in rest)


def test_what_was_not_asked_is_said() -> None:
    found = text(Diagnosis(title="a", looked=("overfitting",)))
    assert found.startswith(
        "a: nothing found by 1 of 13 rules.\nNot asked, since nothing was recorded"
    )
    assert "overfitting" not in found.partition("Not asked")[2]
