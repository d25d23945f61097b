"""The tree of exceptions is as the module draws it, and messages carry their hints."""

import re

import pytest

from chainrule import errors
from chainrule.errors import ChainruleError, ExpressionError, FileError, UsageError, nearest


def drawn() -> list[tuple[str, int, int | None]]:
    """Return name, depth and exit code of every line of the tree."""
    lines = re.findall(r"^    ([│├└─ ]*)(\w+) +(?:exit code (\d))?", errors.__doc__, re.MULTILINE)
    return [(name, len(bars) // 4, int(code) if code else None) for bars, name, code in lines]


def test_the_tree_is_as_drawn() -> None:
    parents: list[type] = []
    for name, depth, code in drawn():
        found = getattr(errors, name)
        if depth:
            assert parents[depth - 1] in found.__mro__, name
        if code is not None:
            assert found.exit_code == code, name
        parents[depth:] = [found]


def test_the_tree_is_complete() -> None:
    every = {
        n
        for n, x in vars(errors).items()
        if isinstance(x, type) and x.__module__ == errors.__name__
    }
    assert every == {name for name, _, _ in drawn()}


@pytest.mark.parametrize("kind", [ChainruleError, UsageError, FileError])
def test_a_message_ends_with_its_hint(kind: type[ChainruleError]) -> None:
    assert str(kind("it broke")) == "it broke"
    assert str(kind("it broke", hint="mend it")) == "it broke\nhint: mend it"


def test_an_expression_is_pointed_into() -> None:
    error = ExpressionError("unexpected ')'", text="x)", position=1, hint="remove it")
    assert str(error) == "unexpected ')'\n  x)\n   ^\nhint: remove it"


def test_nearest() -> None:
    assert nearest("tahn", ["sin", "tanh"]) == "did you mean 'tanh'?"
    assert nearest("zzz", ["sin", "tanh", "sin"]) == "known names: sin, tanh"
    assert nearest("zzz", []) == ""
