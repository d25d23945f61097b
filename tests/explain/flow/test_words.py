"""The sentence above the table, word for word."""

import math

from chainrule.explain.flow.records import Row
from chainrule.explain.flow.scale import Band
from chainrule.explain.flow.words import sentence, short


def rows(*sizes: float) -> list[Row]:
    return [Row(f"l{i}.w", f"l{i}", (2, 2), gradient=x) for i, x in enumerate(sizes)]


def said(*sizes: float, since: dict[str, int] | None = None, **figures: float) -> str:
    return sentence(rows(*sizes), since or {}, figures, Band())


def test_lost() -> None:
    fifty = [4.2e-10, *[1e-7] * 48, 1.1e-4]
    assert said(*fifty) == (
        "First layer 4.2e-10, last 1.1e-4: a factor of 2.6e5 lost over 50 layers."
    )


def test_grown() -> None:
    assert said(3.0, 0.1) == "First layer 3, last 0.1: grown by a factor of 30 over 2 layers."
    assert "grown by a factor of ∞" in said(3.0, 0.0)


def test_whole_or_alike() -> None:
    assert said(1e-3, 1.5e-3).endswith(": the gradient arrives whole over 2 layers.")
    assert said(1.0, 1.5).endswith(": of like size over 2 layers.")


def test_nothing_arrives() -> None:
    assert said(0.0, 1e-3) == "First layer 0, last 0.001: no gradient reaches the first layer."


def test_not_finite() -> None:
    bad = math.nan
    every = {"l0.w": 5, "l1.w": 4}
    assert said(bad, bad, since=every) == "Non-finite gradients in every layer since step 4."
    assert said(1e-3, bad, since={"l1.w": 4}) == "Non-finite gradients in l1 since step 4."
    assert said(1e-3, bad, bad, since={"l1.w": 4, "l2.w": 4}).startswith(
        "Non-finite gradients in 2 of 3 layers"
    )


def test_the_outcome_follows() -> None:
    assert said(1e-3, loss=0.6543, accuracy=0.54) == "Loss 0.654, accuracy 54 %."
    assert said(1e-3, 1e-3, loss=math.nan).endswith(" layers. Loss NaN.")
    assert said() == ""


def test_figures() -> None:
    numbers = {
        1e-3: "0.001",
        9.99e-4: "0.001",
        9.9e-4: "9.9e-4",
        99_999: "1e5",
        12_345: "12345",
        -1.5: "−1.5",
        100: "100",
        0.0: "0",
        math.inf: "∞",
        -math.inf: "−∞",
    }
    for x, text in numbers.items():
        assert short(x) == text
