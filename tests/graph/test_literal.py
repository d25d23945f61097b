"""Plain values as text and back."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.errors import UsageError
from chainrule.graph.literal import Scanner, write

SINGLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(...)
ENDS = st.none() | st.integers()
VALUES = st.recursive(
    SINGLE | st.builds(slice, ENDS, ENDS, ENDS), lambda inner: st.lists(inner).map(tuple)
)


def read(text: str) -> Any:
    scanner = Scanner(text, 1)
    value = scanner.plain()
    scanner.need_end()
    return value


@given(VALUES)
def test_round_trip(value: Any) -> None:
    assert repr(read(write(value))) == repr(value)  # tells 0.0 from -0.0, and nan is nan
    assert "\n" not in write(value)


def test_words() -> None:
    assert read("(1, -2.5e-3, inf, -inf, None, True, ..., \"a # b\")  # note") == (
        1, -2.5e-3, math.inf, -math.inf, None, True, ..., "a # b",
    )  # fmt: skip
    assert read("(1,)") == read("( 1 )") == (1,)
    assert read("()") == ()


@pytest.mark.parametrize("value", [print, {1: 2}, [1], b"x", 1j])
def test_what_is_not_plain(value: Any) -> None:
    with pytest.raises(UsageError, match=f"^{type(value).__name__} cannot be written down$"):
        write(value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: expected a value, got the end of the line"),
        ("1 2", "line 1: expected the end of the line, got '2'"),
        ("(1 2)", "line 1: expected ')', got '2'"),
        ("(1,,2)", "line 1: expected a value, got ','"),
        ("(1,", "line 1: expected a value, got the end of the line"),
        ("1.2.3", "line 1: expected a value, got '.3'"),
        ("--1", "line 1: expected a value, got '--1'"),
        ('"a', "line 1: expected a value, got '\"a'"),
        ("__import__('os')", "line 1: expected a value, got \"'os')\""),
        ("information", "line 1: expected a value, got 'information'"),
    ],
)
def test_bad_values(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert str(caught.value) == says
