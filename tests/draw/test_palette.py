"""One table of words and colours: complete, and short enough for a line."""

from chainrule.draw import palette
from chainrule.explain.judge import FAILURES
from chainrule.explain.judge import VERDICTS as KNOWN


def test_each_verdict_has_a_mark_and_words() -> None:
    assert set(palette.VERDICTS) == set(KNOWN)
    assert {v for v, (mark, _) in palette.VERDICTS.items() if mark == "✗"} == set(FAILURES)


def test_the_sentence_of_a_role_fits_beside_its_name() -> None:
    widest = max(len(role) for role in palette.ROLES)
    assert all(len(words) + widest + 4 <= 80 for words, _ in palette.ROLES.values())
