"""The values of an expression's variables, as people type them: `x=2`, `W=[[1,2],[3,4]]`."""

import math
import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import ExpressionError, nearest
from chainrule.explain.expression import CONSTANTS, Parsed

Value: TypeAlias = float | NDArray[np.float64]

NUMBER = re.compile(r"[-+−]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![\w.])\s*")
OPEN, COMMA, CLOSE = (re.compile(rf"{character}\s*") for character in (r"\[", ",", r"\]"))
NAME = re.compile(r"\s*([^\W\d]\w*)\s*=\s*")
DEEPEST = 32
HOW = "write a number, as in x=1.5, or an array, as in x=[1,2,3]"


def bind_values(assignments: Sequence[str], parsed: Parsed) -> dict[str, Value]:
    """Read one `name=value` for each variable of `parsed`.

    Returns numbers as floats and arrays as float64. Raises `ExpressionError` that points into the
    assignment that is wrong, or into the expression where a value is missing.
    """
    values: dict[str, Value] = {}
    for text in assignments:
        name, start = read_name(text)
        if name in values:
            raise ExpressionError(f"{name} has a value already", text=text, position=0)
        if name not in parsed.names:
            raise unknown_name(name, text, parsed)
        values[name] = read_value(text, start)
    missing = [name for name in parsed.names if name not in values]
    if missing:
        raise missing_values(missing, parsed)
    return values


def read_name(text: str) -> tuple[str, int]:
    """Return the name and where the value starts."""
    found = NAME.match(text)
    if found is None:
        raise ExpressionError("this is not name=value", text=text, position=0, hint=instead(text))
    return found.group(1), found.end()


def instead(text: str) -> str:
    """Return what to write in place of `x`, `=`, `1` or `x:1`."""
    if re.fullmatch(r"[^\W\d]\w*", text):
        return f"write name and value without spaces around the '=', as in {text}=1.5"
    if text.startswith("="):
        return "write name and value without spaces around the '=', as in x=1.5"
    if NUMBER.fullmatch(text):
        return f"say which variable it is for, as in x={text}"
    return HOW


def unknown_name(name: str, text: str, parsed: Parsed) -> ExpressionError:
    if name in CONSTANTS:
        message = f"{name} is a constant and takes no value"
        return ExpressionError(message, text=text, position=0, hint="use another name")
    hint = nearest(name, parsed.names) or "the expression has no variables"
    return ExpressionError(f"the expression has no {name}", text=text, position=0, hint=hint)


def missing_values(missing: list[str], parsed: Parsed) -> ExpressionError:
    examples = " ".join(f"{name}=1" for name in missing)
    return ExpressionError(
        f"no value for {', '.join(missing)}",
        text=parsed.text,
        position=parsed.first_use(missing[0]),
        hint=f"give values after the expression: {examples}",
    )


def read_value(text: str, start: int) -> Value:
    """Read the number or array in brackets that reaches from `start` to the end of `text`."""
    reader = _Reader(text, start)
    value = reader.value(depth=0)
    if reader.at < len(text):
        rest = text[reader.at :].strip()
        raise reader.error(f"{rest!r} follows the value", hint=for_the_rest(rest))
    return value if isinstance(value, float) else np.array(value, np.float64)


def for_the_rest(rest: str) -> str:
    """Return what to write in place of `1,5` or `1/2`."""
    if re.fullmatch(r",[0-9]+", rest):
        return "decimals have a point, as in x=1.5; arrays have brackets, as in x=[1,2,3]"
    if rest[0] in "+-*/^%":
        return "a value is a number, not an expression, as in x=0.5"
    return HOW


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def error(self, message: str, hint: str = HOW) -> ExpressionError:
        return ExpressionError(message, text=self.text, position=self.at, hint=hint)

    def value(self, depth: int) -> Any:
        return self.row(depth + 1) if self.skip(OPEN) else self.number()

    def row(self, depth: int) -> list[Any]:
        """Read entries up to the closing bracket; they all have the shape of the first."""
        if depth > DEEPEST:
            raise self.error(f"an array has at most {DEEPEST} dimensions")
        entries: list[Any] = []
        while not entries or self.skip(COMMA):
            start = self.at
            entries.append(self.value(depth))
            first, last = np.shape(entries[0]), np.shape(entries[-1])
            if first != last:
                self.at = start
                raise self.error(
                    f"this entry has shape {last}, the first one {first}",
                    hint="all rows of an array have the same length",
                )
        if not self.skip(CLOSE):
            raise self.error("a ']' or a comma is missing here")
        return entries

    def number(self) -> float:
        start = self.at
        found = self.skip(NUMBER)
        if not found:
            word = re.split(r"[],\s]", self.text[self.at :])[0]
            raise self.error(f"{word!r} is not a number" if word else "a number is missing here")
        value = float(found.replace("−", "-"))
        if math.isinf(value):
            self.at = start
            raise self.error("this number is too large", hint="the largest is about 1.8e308")
        return value

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Pass over what is expected, and over the spaces after it; return it, or nothing."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group().strip()
