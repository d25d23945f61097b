"""What cannot be traced is refused with the user's line and the way out."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import GradientError, UsageError
from chainrule.graph.refusal import WAYS_OUT

X = np.array([0.5, -1.0, 2.0])
STATIC = 'make it a static argument: cr.compile(f, static=("n",))'


def by_if(x: Any) -> Any:
    return x if cr.sum(x) > 0 else -x


def by_while(x: Any) -> Any:
    while cr.sum(x) > 1:
        x = x / 2
    return x


def by_float(x: Any) -> Any:
    return x * float(cr.sum(x))


def by_int(x: Any) -> Any:
    return x * int(cr.sum(x))


def by_range(x: Any) -> Any:
    return sum(x for _ in range(cr.argmax(x)))


def by_size(x: Any) -> Any:
    return x + np.zeros(cr.argmax(x))


def by_slice(x: Any) -> Any:
    return x[: cr.argmax(x)]


def by_numpy(x: Any) -> Any:
    return np.asarray(cr.exp(x)) + 1


DECIDES = (
    "choose between values with cr.where(condition, a, b); if plain Python should decide, " + STATIC
)
SIZE = "take it from a shape, x.shape[0] or len(x), or " + STATIC


@pytest.mark.parametrize(
    ("f", "gate", "line", "where", "hint"),
    [
        (by_if, "greater bool[]", 1, "an `if`, `while`, `and` or `assert`", DECIDES),
        (by_while, "greater bool[]", 1, "an `if`, `while`, `and` or `assert`", DECIDES),
        (
            by_float, "sum float64[]", 1, "float()",
            "use cr.exp for math.exp and the like, which take arrays as they are; or " + STATIC,
        ),
        (
            by_int, "sum float64[]", 1, "int()",
            "convert with x.astype(int), which gives an array; or " + STATIC,
        ),
        (by_range, "argmax int64[]", 1, "range(), a size or the end of a slice", SIZE),
        (by_size, "argmax int64[]", 1, "range(), a size or the end of a slice", SIZE),
        (by_slice, "argmax int64[]", 1, "range(), a size or the end of a slice", SIZE),
        (
            by_numpy, "exp float64[3]", 1, "NumPy",
            "use the function by its name in chainrule, or as np.exp(x) on the gate itself",
        ),
    ],
)  # fmt: skip
def test_a_value_is_asked_for(
    f: Callable[..., Any], gate: str, line: int, where: str, hint: str
) -> None:
    with pytest.raises(GradientError) as caught:
        cr.compile(f)(X)
    at = f"{__file__}:{f.__code__.co_firstlineno + line}"
    text = source_line(f, line)
    assert str(caught.value) == (
        f"<{gate}>, made at {at} has no value while the function is traced, "
        f"but {where} needs one\n  {at}: {text}\nhint: {hint}"
    )


def source_line(f: Callable[..., Any], line: int) -> str:
    with open(__file__, encoding="utf-8") as file:
        return file.readlines()[f.__code__.co_firstlineno + line - 1].strip()


def test_every_way_of_asking_has_its_way_out() -> None:
    assert all(hint and not hint.endswith(".") for hint in WAYS_OUT.values())


@pytest.mark.parametrize(
    ("f", "what"),
    [
        (lambda x: x[x > 0], "the number of entries that it picks"),
        (lambda x: x * np.nonzero(x)[0], "the size of np.nonzero of it"),
        (lambda x: np.unique(x), "the size of np.unique of it"),
    ],
)
def test_sizes_that_depend_on_values(f: Callable[..., Any], what: str) -> None:
    with pytest.raises(GradientError) as caught:
        cr.compile(f)(X)
    message, line, hint = str(caught.value).split("\n")
    assert message.endswith(f" has no value while the function is traced, so {what} is not known")
    assert line.startswith(f"  {__file__}:{f.__code__.co_firstlineno}: (lambda x: ")
    assert hint == "hint: keep the shape and choose between values: cr.where(mask, x, 0)"


def test_attributes_that_give_values() -> None:
    with pytest.raises(AttributeError) as caught:
        cr.compile(lambda x: x.item())(X)
    assert str(caught.value) == (
        "<leaf x float64[3]> has no value while the function is traced, and so no item"
    )


def test_entries_are_not_assigned() -> None:
    def f(x: Any) -> Any:
        x[0] = 1.0
        return x

    with pytest.raises(UsageError) as caught:
        cr.compile(f)(X)
    assert str(caught.value) == (
        "a gate never changes: x[...] = value cannot be recorded\n"
        "hint: make a new one: cr.where(mask, value, x), or cr.concatenate"
    )
