"""Records are plain: frozen, compared by what they hold."""

import dataclasses

import pytest

import chainrule as cr
from chainrule.explain.derivation.records import Count


def test_counts_add_up() -> None:
    assert Count(values=8, locals=12, ran=True).total == 20


def test_derivations_are_equal_when_they_say_the_same() -> None:
    one, same, other = (cr.derive("x^2", x=x) for x in (3.0, 3.0, 4.0))
    assert one == same
    assert one != other
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.title = "y"  # type: ignore[misc]


def test_they_print_as_text() -> None:
    found = cr.derive("x^2", x=3.0)
    assert str(found) == repr(found)
    assert "∂f/∂x = 6" in str(found)
