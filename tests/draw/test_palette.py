"""One table of words and colours: complete, short enough for a line, seen by all eyes."""

import pytest

from chainrule.draw import palette
from chainrule.draw.palette import THEMES, Colour
from chainrule.explain.judge import FAILURES
from chainrule.explain.judge import VERDICTS as KNOWN
from tests.draw.colour_vision import DICHROMACIES, contrast, distance

PAPER = ["BACKGROUND", "CARD", "FAINT"]
TEXTS = {  # colours of text -> the grounds it stands on
    "INK": [*PAPER, "FORWARD_TINT", "GRADIENT_TINT", "LOCAL_TINT"],
    "SECONDARY": [*PAPER, "LOCAL_TINT"],
    "FORWARD": ["BACKGROUND", "CARD", "FORWARD_TINT"],
    "GRADIENT": ["BACKGROUND", "CARD", "GRADIENT_TINT"],
    "LOCAL": ["BACKGROUND", "CARD", "LOCAL_TINT"],
    "CLASS_A": ["BACKGROUND", "CARD"],
}


def test_each_verdict_has_a_mark_and_words() -> None:
    assert set(palette.VERDICTS) == set(KNOWN)
    assert {v for v, (mark, _) in palette.VERDICTS.items() if mark == "✗"} == set(FAILURES)


def test_the_sentence_of_a_role_fits_beside_its_name() -> None:
    widest = max(len(role) for role in palette.ROLES)
    assert all(len(words) + widest + 4 <= 80 for words, _ in palette.ROLES.values())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), [(t, g) for t, on in TEXTS.items() for g in on])
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    ink, paper = named(text).on(theme), named(ground).on(theme)
    assert contrast(ink, paper) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", DICHROMACIES)
def test_forward_and_gradient_differ_to_all_eyes(theme: str, eyes: str) -> None:
    assert distance(palette.FORWARD.on(theme), palette.GRADIENT.on(theme), eyes) >= 24


def test_the_measures_know_what_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert distance("#ff0000", "#00ff00", "deuteranopia") < 100
    assert distance("#0000ff", "#ffff00", "deuteranopia") > 100


def named(name: str) -> Colour:
    found: Colour = getattr(palette, name)
    return found
