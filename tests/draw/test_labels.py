"""Names of values: what is italic, what is lowered, and where it stands."""

import pytest

from chainrule.draw.labels import SMALLER, name_width, name_words, pieces
from chainrule.draw.metrics import text_width


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("x", [("x", "italic", False)]),
        ("w0", [("w", "italic", False), ("0", "upright", True)]),
        ("loss", [("loss", "upright", False)]),
        ("alpha_2", [("α", "italic", False), ("2", "upright", True)]),
        ("y_hat", [("y\u0302", "italic", False)]),
        ("w_out", [("w", "italic", False), ("out", "upright", True)]),
        ("v1_t", [("v", "italic", False), ("1,t", "upright", True)]),
        ("layers.0", [("layers.0", "upright", False)]),
    ],
)
def test_the_parts_of_a_name(label: str, parts: list[tuple[str, str, bool]]) -> None:
    assert [tuple(piece) for piece in pieces(label)] == parts


def test_a_name_stands_where_it_is_asked_for() -> None:
    wide = text_width("w", 20, "italic") + text_width("0", 20 * SMALLER, "upright")
    assert name_width("w0", 20) == pytest.approx(wide)
    for anchor, left in (("start", 100), ("middle", 100 - wide / 2), ("end", 100 - wide)):
        letter, digit = name_words("w0", 100, 50, 20, "#000000", anchor)
        assert letter.x == pytest.approx(left)
        assert digit.x == pytest.approx(left + text_width("w", 20, "italic"))
        assert (letter.y, digit.y) == (50, pytest.approx(54.4))
        assert (letter.size, digit.size) == (20, 14)
        assert letter.fit == pytest.approx(text_width("w", 20, "italic"))
