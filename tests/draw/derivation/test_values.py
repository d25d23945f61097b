"""Numbers and arrays, written out."""

import numpy as np
import pytest

from chainrule.draw.derivation.values import shortened, value_text
from chainrule.explain.scene.values import shown_value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0004, "4.0e-4"),
        (float("nan"), "NaN"),
        (np.array([0.22, 0.26]), "[0.22, 0.26]"),
        (np.array([[1.0, -2.0], [3.0, 4.0]]), "[[1, −2], [3, 4]]"),
        (np.ones((5, 10)), "5×10, norm 7.071"),
        (np.full((3, 3), np.nan), "3×3, no finite entries"),
    ],
)
def test_values(value: object, expected: str) -> None:
    assert value_text(shown_value(value)) == expected


def test_what_is_not_there_is_blank() -> None:
    assert value_text(None) == ""


def test_constants_keep_four_digits() -> None:
    assert [*map(shortened, ("2", "0.125", "1e-05", "0.30000000000000004"))] == [
        "2", "0.125", "1e-05", "0.3",
    ]  # fmt: skip
