"""Cells of the map: colours of two layers in one, signs where there are no colours."""

import numpy as np
import pytest

from chainrule.draw.flow.heat import Paint, cell, halves, sign, signs, whole
from chainrule.draw.palette import SCALES
from tests.house.rules import ROOT

DARK, LIGHT = Paint("dark"), Paint("light")
BROKEN = float("nan")


def layer(*shades: float | None) -> np.ma.MaskedArray:
    values = [0.0 if shade is None else shade for shade in shades]
    return np.ma.array(values, mask=[shade is None for shade in shades])


def test_the_upper_layer_is_ink_and_the_lower_ground() -> None:
    assert cell(-1, 1, DARK) == ("▀", f"{DARK.colour(-1)} on {DARK.colour(1)}")
    assert cell(0, 0, DARK) == (" ", f"on {DARK.colour(0)}")


def test_what_was_not_measured_has_no_ink() -> None:
    assert cell(None, None, LIGHT) == (" ", "")
    assert cell(0.5, None, LIGHT) == ("▀", LIGHT.colour(0.5))
    assert cell(None, 0.5, LIGHT) == ("▄", LIGHT.colour(0.5))


def test_what_is_not_finite_is_hatched() -> None:
    sign, style = cell(BROKEN, BROKEN, DARK)
    assert sign == "▚"
    assert style == "#a0a6b2 on #3a3f47"
    assert cell(BROKEN, 0, DARK)[0] == "▀"


@pytest.mark.parametrize("paint", [DARK, LIGHT, Paint("dark", False), Paint("light", False)])
def test_each_side_has_its_colours(paint: Paint) -> None:
    sides = [[paint.colour(side * x) for x in np.linspace(0.05, 1, 8)] for side in (-1, 1)]
    assert all(len(set(side)) == 8 for side in sides)
    assert not set(sides[0]) & set(sides[1])
    assert paint.colour(0) not in (*sides[0], *sides[1], paint.colour(BROKEN))


def test_neighbours_of_one_colour_are_one_piece() -> None:
    text = whole(layer(0, 0, 0, -1, -1, None), DARK)
    assert text.plain == " " * 6
    assert [(span.start, span.end) for span in text.spans] == [(0, 3), (3, 5)]
    assert halves(layer(0, 1), layer(1, 0), DARK).plain == "▀▀"


def test_signs() -> None:
    assert signs(layer(0, -0.01, -0.4, -1, 0.01, 0.4, 1, BROKEN, None)) == "·-=≡+*#! "
    assert sign(-0.34) == "="


def test_the_page_has_the_same_colours() -> None:
    page = (ROOT / "web/src/dashboard/scale.ts").read_text("utf-8")
    for sides in SCALES.values():
        for stops in sides.values():
            assert ", ".join(f'"{stop}"' for stop in stops) in page
