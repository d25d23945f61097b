"""How wide a text is, from one table of widths, so that every machine lays out the same picture.

The widths are those of the fonts in `fonts/`, with which PNG and PDF are written. A browser may
have others; what must fit there says its width in the SVG.
"""

import json
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from unicodedata import combining, east_asian_width

FONTS = Path(__file__).parent / "fonts"
FACES = ("sans", "bold", "mono", "upright", "italic", "math")
RAISED = "ᵀⁿˣʸᵢⱼₙ"  # letters, but no symbols
UNKNOWN = 0.6  # of the size, for a sign the table does not have


def text_width(text: str, size: float, face: str = "sans") -> float:
    """Return how wide `text` is at a font size, in the unit of the size.

    The faces are sans and bold for words, mono for numbers, and math for symbols: there, letters
    are italic and all else is upright; `italic` and `upright` are those two by themselves.

    >>> text_width("−0.53", 14, "mono")
    42.0
    """
    return size * sum(advance(sign, face) for sign in text)


def italic_and_upright(text: str) -> list[tuple[str, str]]:
    """Return a formula's text in pieces, each with its face: letters are italic.

    >>> italic_and_upright("2x + y")
    [('2', 'upright'), ('x', 'italic'), (' + ', 'upright'), ('y', 'italic')]
    """
    return [("".join(run), face) for face, run in groupby(text, mathematical)]


def mathematical(sign: str) -> str:
    return "italic" if sign.isalpha() and sign not in RAISED else "upright"


@cache
def advance(sign: str, face: str) -> float:
    """Return how far one sign moves on, as a share of the size."""
    if face == "math":
        face = mathematical(sign)
    known = widths(face)
    if sign in known:
        return known[sign]
    others = [widths(other)[sign] for other in ("upright", "sans") if sign in widths(other)]
    if others:
        return others[0]
    if combining(sign):
        return 0.0
    return 1.0 if east_asian_width(sign) in "WF" else UNKNOWN


@cache
def widths(face: str) -> Mapping[str, float]:
    """Return the width of each sign of a font, as a share of the size."""
    return {sign: int(width) / 1000 for width, signs in table()[face].items() for sign in signs}


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Return the stored table: face -> width in thousandths -> the signs that have it."""
    stored: Mapping[str, Mapping[str, str]] = json.loads(
        (FONTS / "widths.json").read_text(encoding="utf-8")
    )
    return stored
