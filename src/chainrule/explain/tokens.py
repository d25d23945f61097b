"""The words of an expression: numbers, names, operators, parentheses."""

import re
from typing import NamedTuple

from chainrule.errors import ExpressionError

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
SPELLINGS = {"^": "**", "×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-"}
PATTERN = re.compile(
    r"""
      (?P<space>    \s+ )
    | (?P<number>   (?: [0-9]+ \.? [0-9]* | \.[0-9]+ ) (?: [eE] [+-]? [0-9]+ )? )
    | (?P<exponent> [⁺⁻]? [⁰¹²³⁴⁵⁶⁷⁸⁹]+ )
    | (?P<name>     ∞ | [^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹] [^\W⁰¹²³⁴⁵⁶⁷⁸⁹]* )
    | (?P<mark>     \*\* | [-+*/@^×·⋅÷−√(),] )
    """,
    re.VERBOSE,
)
NAME_END = re.compile(r"[\w)\]]")
INSTEAD = {
    "|": "for the absolute value write abs(x)",
    "=": "values are given after the expression, as in x=2",
    "[": "arrays are given after the expression, as in x=[1,2,3]",
    "{": "group with round parentheses",
    **dict.fromkeys("\"'`“”‘’„", "leave these quotes out: the expression has none of its own"),
    "%": "for the remainder write remainder(a, b)",
    **dict.fromkeys("<>", "max, min, abs and relu choose; a function in a file.py can compare"),
    ".": "a decimal point stands beside a digit, as in 0.5",
    "\\": "write functions by their names, as in exp(x)",
}


class Token(NamedTuple):
    """A word, and where it stands.

    `kind` is "number", "name", "exponent" (a superscript) or "end"; operators and parentheses are
    kinds of their own, in their plain spelling ("**" for "^").
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokenize(text: str) -> list[Token]:
    """Split `text` into tokens; the last one has kind "end".

    >>> [token.text for token in tokenize("2 * x^-1.5")]
    ['2', '*', 'x', '^', '-', '1.5', '']
    """
    tokens = []
    position = 0
    while position < len(text):
        found = PATTERN.match(text, position)
        if found is None or not starts_well(found):
            raise unknown_character(text, position)
        kind, word = str(found.lastgroup), found.group()
        if kind != "space":
            tokens.append(
                Token(SPELLINGS.get(word, word) if kind == "mark" else kind, word, position)
            )
        position = found.end()
    last = tokens[-1].end if tokens else 0
    return [*tokens, Token("end", "", last)]


def starts_well(found: re.Match[str]) -> bool:
    """Tell whether a name starts as names do: fractions and the like count as word characters."""
    return found.lastgroup != "name" or found.group()[0].isalpha() or found.group()[0] in "_∞"


def unknown_character(text: str, position: int) -> ExpressionError:
    character = text[position]
    hint = INSTEAD.get(character, "an expression has numbers, names, + - * / ^ ( ) and commas")
    if position and NAME_END.match(text[position - 1]):
        hint = after_a_name(text, position) or hint
    return ExpressionError(
        f"{character!r} does not belong in an expression", text=text, position=position, hint=hint
    )


def after_a_name(text: str, position: int) -> str:
    """Return what to write in place of `np.exp(x)`, `x.T`, `x[0]` or `axis=0`, if it is one."""
    if text[position] == "=" and text.count("(", 0, position) > text.count(")", 0, position):
        return "settings cannot be given in an expression; a function in a file.py can"
    if text[position] == "[":
        return "entries cannot be picked in an expression; a function in a file.py can"
    found = re.match(r"\.([^\W\d]\w*)", text[position:])
    if found is None:
        return ""
    if found[1] == "T":
        return "for the transpose write transpose(x)"
    return f"functions are written by their names alone: {found[1]}(...)"
