"""Names of values as marks: `w0` is an italic w with a lowered 0, `loss` stands upright."""

from typing import NamedTuple

from chainrule.draw.marks import Words
from chainrule.draw.metrics import text_width
from chainrule.draw.names import LETTERS, is_variable, parts_of

MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
SMALLER, LOWER = 0.7, 0.22  # a subscript: its size, and how far it is lowered, against the name


class Piece(NamedTuple):
    """A part of a name, and whether it is lowered."""

    text: str
    face: str
    lowered: bool


def pieces(name: str) -> list[Piece]:
    """Return the parts of a name.

    >>> [p.text for p in pieces("w0")], [p.text for p in pieces("beta_out")]
    (['w', '0'], ['β', 'out'])
    """
    if not is_variable(name):
        return [Piece(name, "upright", False)]
    base, accents, below = parts_of(name)
    whole = LETTERS.get(base, base) + "".join(MARKS[accent] for accent in accents)
    lowered = ",".join(LETTERS.get(part, part) for part in below)
    found = [Piece(whole, face(whole), False)]
    return [*found, Piece(lowered, face(lowered), True)] if lowered else found


def face(text: str) -> str:
    """Return the face of a part: a letter is italic, all else upright."""
    bare = text.rstrip("".join(MARKS.values()))
    return "italic" if len(bare) == 1 and bare.isalpha() else "upright"


def name_width(name: str, size: float) -> float:
    """Return how wide a name is at a font size."""
    return sum(text_width(p.text, scaled(p, size), p.face) for p in pieces(name))


def name_words(
    name: str, x: float, y: float, size: float, colour: str, anchor: str = "middle"
) -> list[Words]:
    """Return a name with its baseline at y; x is its middle, start or end."""
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    x -= share * name_width(name, size)
    made = []
    for piece in pieces(name):
        own = scaled(piece, size)
        wide = text_width(piece.text, own, piece.face)
        down = LOWER * size if piece.lowered else 0.0
        made.append(Words(x, y + down, piece.text, own, colour, piece.face, "start", wide))
        x += wide
    return made


def scaled(piece: Piece, size: float) -> float:
    return size * SMALLER if piece.lowered else size
