"""Numbers: few digits, true minus, never zero by rounding."""

import math
from dataclasses import replace

import numpy as np
import pytest

from chainrule.draw.numbers import aligned, amount, factor, fixed, grad_text, number, wire_text
from chainrule.explain.scene.records import Summary


@pytest.mark.parametrize(
    ("x", "written"),
    [
        (0.0, "0"),
        (-2.0, "−2"),
        (0.5, "0.5"),
        (0.1 + 0.2, "0.3"),
        (0.36787944, "0.3679"),
        (-0.534446645, "−0.5344"),
        (1.36787944, "1.368"),
        (33.003, "33.00"),
        (0.0004, "4.0e-4"),
        (0.001, "0.001"),
        (-1.8e-15, "−1.8e-15"),
        (7.888609052210118e-31, "7.889e-31"),
        (4.25e8, "4.25e8"),
        (123456.0, "123456"),
        (999999.96, "999999.96"),
        (1e-320, "1.0e-320"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
        (True, "true"),
    ],
)
def test_numbers(x: float, written: str) -> None:
    assert number(x) == written


def test_digits_are_significant_ones() -> None:
    assert [number(1 / 3, d) for d in (1, 2, 6)] == ["0.3", "0.33", "0.333333"]
    assert number(2 / 3e5, 2) == "6.7e-6"


def test_nothing_becomes_zero_by_rounding() -> None:
    for k in range(-300, 10):
        assert float(number(1.234 * 10.0**k).replace("−", "-")) == pytest.approx(
            1.234 * 10.0**k, rel=1e-3
        )


def test_arrays() -> None:
    assert amount(None) == ""
    assert amount(np.array([0.22, -0.26])) == "[0.22, −0.26]"
    assert amount(np.eye(2)) == "[[1, 0],\n [0, 1]]"
    assert amount(np.ones((5, 10))) == "5×10, norm 7.071"
    assert amount(np.ones((0, 3))) == "empty"
    assert amount(np.array([True, False])) == "[true, false]"


def test_negative_factors_stand_in_parentheses() -> None:
    assert factor(-2.0) == "(−2)"
    assert factor(2.0) == "2"


def test_points_stand_under_each_other() -> None:
    assert aligned(["−2", "0.3679", "12.5", ""]) == ["−2     ", " 0.3679", "12.5   ", "       "]
    assert aligned(["[1, 2]", "3"]) == ["[1, 2]", "3"]


def summary(shape: tuple[int, ...], norm: float | None, **counts: int) -> Summary:
    return Summary(
        shape=shape,
        dtype="float64",
        min=None,
        max=None,
        mean=None,
        norm=norm,
        counts=counts,
        histogram=None,
        data=None,
    )


def test_drawings_have_two_decimals_but_nothing_becomes_zero() -> None:
    assert [fixed(x) for x in (0.0, -0.0, 0.005, 0.004, -0.196612)] == [
        "0.00", "0.00", "0.01", "4.0e-3", "−0.20",
    ]  # fmt: skip


def test_numbers_on_a_wire() -> None:
    assert (wire_text(-2.0), grad_text(0.3932)) == ("−2.00", "0.39")
    assert (wire_text(None), grad_text(None)) == ("", "")
    assert (wire_text(math.nan), grad_text(-math.inf)) == ("NaN", "−∞")


def test_arrays_on_a_wire() -> None:
    assert wire_text(summary((5, 10), 7.071)) == "5×10 ‖7.07‖"
    assert grad_text(summary((5, 10), 0.0003)) == "‖3.0e-4‖"
    assert (wire_text(summary((0, 3), None)), grad_text(summary((0, 3), None))) == ("empty",) * 2


def test_the_norm_of_an_array_that_is_not_finite() -> None:
    assert wire_text(summary((2,), 3.0, nan=1)) == "2 ‖NaN‖"
    assert grad_text(summary((2,), None, nan=2)) == "‖NaN‖"
    infinite = replace(summary((2,), 3.0), counts={"-inf": 1})
    assert grad_text(infinite) == "‖∞‖"
