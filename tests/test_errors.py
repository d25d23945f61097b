"""The tree of exceptions is as the module draws it, and messages carry their hints."""

import copy
import pickle
import re
from typing import Any

import pytest

from chainrule import errors
from chainrule.errors import ChainruleError, DtypeError, ExpressionError, UsageError, nearest


def drawn() -> list[tuple[str, int, int | None]]:
    """Return name, depth and exit code of every line of the tree."""
    lines = re.findall(r"^    ([│├└─ ]*)(\w+) +(?:exit code (\d))?", errors.__doc__, re.MULTILINE)
    return [(name, len(bars) // 4, int(code) if code else None) for bars, name, code in lines]


def made(name: str) -> Any:
    """Return an error of each kind."""
    if name == "ExpressionError":
        return ExpressionError("it broke", text="x)", position=1, hint="mend it")
    return getattr(errors, name)("it broke", hint="mend it")


every_kind = pytest.mark.parametrize("name", [name for name, _, _ in drawn()])


def test_the_tree_is_as_drawn() -> None:
    parents: list[type] = []
    for name, depth, code in drawn():
        found = getattr(errors, name)
        if depth:
            assert parents[depth - 1] in found.__mro__, name
        if code is None:
            assert found.exit_code == parents[depth - 1].exit_code, name  # type: ignore[attr-defined]
        else:
            assert found.exit_code == code, name
        parents[depth:] = [found]


def test_the_tree_is_complete() -> None:
    every = {
        n
        for n, x in vars(errors).items()
        if isinstance(x, type) and x.__module__ == errors.__name__
        if not issubclass(x, Warning)
    }
    assert every == {name for name, _, _ in drawn()}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("UsageError", ValueError),
        ("DtypeError", TypeError),
        ("DataError", ValueError),
        ("FileError", OSError),
        ("CheckFailed", AssertionError),
        ("Diverged", ArithmeticError),
    ],
)
def test_who_expects_pythons_own_errors_catches_ours(name: str, kind: type) -> None:
    assert isinstance(made(name), kind)


def test_one_name_catches_all() -> None:
    with pytest.raises(ChainruleError):
        raise DtypeError("texts")
    with pytest.raises(UsageError):
        raise DtypeError("texts")


@every_kind
def test_a_message_ends_with_its_hint(name: str) -> None:
    error = made(name)
    assert str(error) == f"{error.message}\nhint: mend it"
    error.hint = ""
    assert str(error) == error.message
    assert error.message.startswith("it broke")


@every_kind
@pytest.mark.parametrize("again", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
def test_errors_can_be_sent_to_another_process(name: str, again: Any) -> None:
    error = made(name)
    assert str(again(error)) == str(error)
    assert vars(again(error)) == vars(error)


def test_an_expression_is_pointed_into() -> None:
    error = ExpressionError("unexpected ')'", text="x)", position=1, hint="remove it")
    assert str(error) == "unexpected ')'\n  x)\n   ^\nhint: remove it"
    assert (error.text, error.position) == ("x)", 1)
    start = ExpressionError("an operand is missing", text="+", position=0)
    assert str(start) == "an operand is missing\n  +\n  ^"


def long_error(position: int) -> list[str]:
    text = "x+" * 100 + "y"
    return str(ExpressionError("here", text=text, position=position)).split("\n")


@pytest.mark.parametrize("position", [0, 10, 99, 150, 200])
def test_of_a_long_text_a_window_is_shown(position: int) -> None:
    said, window, pointer = long_error(position)
    assert said == "here"
    assert max(len(window), len(pointer)) <= 76
    assert window[pointer.index("^")] == ("x+" * 100 + "y")[position]
    assert window.startswith("  …") == (position > 36)
    assert window.endswith("…") == (position < 160)


def test_there_is_nothing_to_point_at_in_nothing() -> None:
    assert str(ExpressionError("it is empty", text=" ", position=0)) == "it is empty"


def test_nearest() -> None:
    assert nearest("tahn", ["sin", "tanh"]) == "did you mean 'tanh'?"
    assert nearest("zzz", ["tanh", "sin", "sin"]) == "known names: sin, tanh"
    assert nearest("zzz", []) == ""
    assert nearest("W", ["w", "x"]) == "did you mean 'w'?"
    assert nearest("zzz", [f"a{i:04d}" for i in range(5000)]).endswith("a0149 and 4,850 more")
    assert nearest("relu", iter(["relu6", "relu"])) == "did you mean 'relu'?"
