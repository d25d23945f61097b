"""Trials before training, as text."""

from chainrule.draw.sanity import text
from chainrule.explain.doctor.trial import Sanity, Trial


def test_what_failed_says_what_to_try() -> None:
    good = Trial("one", "did this", "that", "that too", 1.0, 0.0, 2.0, "nothing")
    bad = Trial("two", "did more", "less", "more", 9.0, 0.0, 2.0, "something else")
    assert text(Sanity((good, bad))) == (
        "1 of 2 trials came as expected\n\n"
        "✓ one\n  Did: did this\n  Came: that\n  Expected: that too\n\n"
        "✗ two\n  Did: did more\n  Came: less\n  Expected: more\n  Try: something else"
    )
