"""The words of an expression."""

import pytest

from chainrule.errors import ExpressionError
from chainrule.explain.tokens import tokenize


def test_words_and_where_they_stand() -> None:
    found = [(t.kind, t.text, t.start) for t in tokenize("W @ x² × 1.5e-3")]
    assert found == [
        ("name", "W", 0),
        ("@", "@", 2),
        ("name", "x", 4),
        ("exponent", "²", 5),
        ("*", "×", 7),
        ("number", "1.5e-3", 9),
        ("end", "", 15),
    ]


def test_characters_that_do_not_belong() -> None:
    with pytest.raises(ExpressionError) as caught:
        tokenize("x % y")
    assert caught.value.position == 2
    assert caught.value.hint == "for the remainder write remainder(a, b)"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("np.exp(x)", "functions are written by their names alone: exp(...)"),
        ("(x).T", "for the transpose write transpose(x)"),
        ("x[0]", "entries cannot be picked in an expression; a function in a file.py can"),
        ("[0]", "arrays are given after the expression, as in x=[1,2,3]"),
        ("x.", "a decimal point stands beside a digit, as in 0.5"),
        ("'x'", "leave these quotes out: the expression has none of its own"),
    ],
)
def test_what_to_write_instead(text: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        tokenize(text)
    assert caught.value.hint == hint
