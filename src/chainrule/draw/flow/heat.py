"""The map of gradients in cells of a terminal: by colours, two layers a line, or by signs."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Any

import numpy as np

from chainrule.draw.palette import HATCH, HATCH_GROUND, SCALES, SCALES_256
from chainrule.draw.terminal import Text

Array = Any
UPPER, LOWER, HATCHED = "▀", "▄", "▚"
SIGNS = {"below": "-=≡", "healthy": "·", "above": "+*#", "broken": "!", "blank": " "}


@dataclass(frozen=True)
class Paint:
    """Colours to draw with.

    Attributes:
        theme: of the ground, "light" or "dark".
        fine: whether there are more than 256 of them.
    """

    theme: str
    fine: bool = True

    def colour(self, shade: float) -> str:
        """Return the colour of a place on the scale, from −1 over 0 to 1; NaN has its own.

        >>> Paint("dark").colour(0.0), Paint("light").colour(-1.0), Paint("dark").colour(0.1)
        ('#262c32', '#1b2b5c', '#3b3028')
        >>> Paint("dark", fine=False).colour(-0.01)
        'color(17)'
        """
        if np.isnan(shade):
            return HATCH_GROUND.on(self.theme)
        side = "below" if shade < 0 else "above"
        return (between if self.fine else nearest)(side, self.theme, abs(shade))


def between(side: str, theme: str, share: float) -> str:
    """Return a colour between those of a scale."""
    stops = SCALES[theme][side]
    at = share * (len(stops) - 1)
    place = min(int(at), len(stops) - 2)
    one, other = (parts(stops[place + i]) for i in (0, 1))
    mixed = [round(a + (b - a) * (at - place)) for a, b in zip(one, other, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def nearest(side: str, theme: str, share: float) -> str:
    """Return one of 256 colours; that of what is healthy for nothing else."""
    stops = SCALES_256[theme][side]
    return f"color({stops[ceil(share * (len(stops) - 1))]})"


def parts(hexes: str) -> list[int]:
    """Return red, green and blue."""
    return [int(hexes[i : i + 2], 16) for i in (1, 3, 5)]


def halves(upper: Array, lower: Array, paint: Paint) -> Text:
    """Return a line that shows two layers; shades (cells,), masked where nothing was measured."""
    return inked(cell(a, b, paint) for a, b in zip(listed(upper), listed(lower), strict=True))


def whole(layer: Array, paint: Paint) -> Text:
    """Return a line that shows one layer."""
    return halves(layer, layer, paint)


def cell(upper: float | None, lower: float | None, paint: Paint) -> tuple[str, str]:
    """Return the character of a cell, and its style."""
    if upper is None and lower is None:
        return " ", ""
    if upper is None or lower is None:
        shade = lower if upper is None else upper
        assert shade is not None
        return (LOWER if upper is None else UPPER), paint.colour(shade)
    ground = paint.colour(lower)
    if np.isnan(upper) and np.isnan(lower):
        return HATCHED, f"{HATCH.on(paint.theme)} on {ground}"
    above = paint.colour(upper)
    return (" ", f"on {ground}") if above == ground else (UPPER, f"{above} on {ground}")


def inked(cells: Iterable[tuple[str, str]]) -> Text:
    """Return cells as text; neighbours of one style are one piece."""
    text = Text()
    for style, group in groupby(cells, key=lambda one: one[1]):
        text.append("".join(sign for sign, _ in group), style)
    return text


def signs(layer: Array) -> str:
    """Return a line that shows one layer where there is no colour.

    >>> signs(np.ma.masked_invalid([0.0, -0.1, -0.5, -1.0, 0.2, 1.0]))
    '·-=≡+#'
    """
    return "".join(map(sign, listed(layer)))


def sign(shade: float | None) -> str:
    """Return the character for a shade."""
    if shade is None:
        return SIGNS["blank"]
    if np.isnan(shade):
        return SIGNS["broken"]
    if not shade:
        return SIGNS["healthy"]
    marks = SIGNS["below" if shade < 0 else "above"]
    return marks[min(int(abs(shade) * len(marks)), len(marks) - 1)]


def listed(layer: Array) -> list[float | None]:
    """Return shades, None where nothing was measured."""
    return [
        None if hidden else float(shade)
        for shade, hidden in zip(layer.data, np.ma.getmaskarray(layer), strict=True)
    ]
