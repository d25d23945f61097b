"""Widths: the stored table against the fonts themselves."""

import pytest
from fontTools.ttLib import TTFont

from chainrule.draw.metrics import FONTS, table, text_width

NEEDED = "ABCabcxyz0123456789+×·∂√Σ∏≤≥≠∞ᵀ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉←→−‖"


@pytest.mark.parametrize("face", ["sans", "bold", "mono", "upright", "italic"])
def test_the_table_is_that_of_the_fonts(face: str) -> None:
    font = TTFont(FONTS / f"{face}.ttf")
    assert font["head"].unitsPerEm == 1000
    advances = {chr(code): font["hmtx"][name][0] for code, name in font.getBestCmap().items()}
    stored = {sign: int(width) for width, signs in table()[face].items() for sign in signs}
    assert stored == advances


@pytest.mark.parametrize("face", ["sans", "bold", "mono", "upright"])
def test_a_font_has_what_drawings_need(face: str) -> None:
    have = set("".join(table()[face].values()))
    assert set(NEEDED) <= have


def test_letters_of_formulas_are_italic_and_the_rest_is_upright() -> None:
    have = set("".join(table()["italic"].values()))
    assert set("abcxyzABCαβγδθλμσΔΘΣ") <= have
    assert text_width("w₀ + 1", 20, "math") == pytest.approx(
        text_width("w", 20, "italic") + text_width("₀ + 1", 20, "upright")
    )


def test_numbers_are_equally_wide() -> None:
    assert {text_width(sign, 10, "mono") for sign in "0123456789.−e∞‖×²ᵀ"} == {6.0}


def test_unknown_signs_have_a_width() -> None:
    assert text_width("層", 10) == 10
    assert text_width("\u0301", 10) == 0
    assert text_width("ᚠ", 10) == 6


def test_fonts_are_ours_by_name_and_free() -> None:
    for path in FONTS.glob("*.ttf"):
        font = TTFont(path)
        assert font["name"].getDebugName(1).startswith("Chainrule ")
        assert "Open Font License" in font["name"].getDebugName(13)
        assert path.stat().st_size < 40_000
