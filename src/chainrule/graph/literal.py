"""Plain values as text and back: numbers, texts, tuples, slices, arrays. Nothing is evaluated.

A number is written so that reading it gives the same bits. A `Scanner` walks along one line and
says which line, what stands there and what was expected when the line cannot be read.
"""

import base64
import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.errors import UsageError

SHORT = 16  # arrays of up to so many entries are written as lists
DEEP = 64  # more brackets inside one another than any shape or index has
HOLDS = {"b": "b", "i": "biu", "u": "biu", "f": "biuf"}  # what the entries of a list may be
WORDS = {"None": None, "True": True, "False": False, "inf": math.inf, "nan": math.nan}
TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#.*)
    | (?P<number>-?(?:inf|nan)\b | -?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<value>%[\w.]+)
    | (?P<word>[A-Za-z_][\w.]*)
    | (?P<sign>\.\.\.|[()\[\],:=@])
    """,
    re.VERBOSE,
)


def write(value: Any) -> str:
    """Return `value` as text.

    >>> write((None, -1, 0.1, "mean", ("slice", None, None, 2), float("-inf")))
    '(None, -1, 0.1, "mean", ("slice", None, None, 2), -inf)'

    Raises:
        UsageError: the value is no plain one.
    """
    if value is Ellipsis:
        return "..."
    if value is None or is_number(value):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(write, value))}{',' * (len(value) == 1)})"
    if isinstance(value, slice):
        return f"slice({write(value.start)}, {write(value.stop)}, {write(value.step)})"
    raise UsageError(f"{type(value).__name__} cannot be written down")


def is_number(value: Any) -> bool:
    """Return whether `value` is a number of Python's own, not one of NumPy's."""
    return isinstance(value, (int, float)) and not isinstance(value, np.generic)


def write_type(dtype: np.dtype[Any], shape: tuple[int, ...]) -> str:
    """Return `float64[2, 3]`."""
    return f"{dtype.name}[{', '.join(map(str, shape))}]"


def write_array(array: Any) -> str:
    """Return an array exactly: dtype, shape, and a list of its entries or their bytes.

    The word "fortran" keeps the order in memory, which sums of many terms depend on.

    >>> write_array(np.array([[1.0, 0.5]]))
    'float64[1, 2] = [[1.0, 0.5]]'
    """
    kind = array.dtype.newbyteorder("<")
    fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    stored = np.asarray(array, kind).tobytes("F" if fortran else "C")
    head = f"{write_type(array.dtype, array.shape)}{' fortran' * fortran}"
    if array.size <= SHORT and is_exact(array):
        return f"{head} = {list_of(array.tolist())}"
    return f'{head} = base64 "{base64.b64encode(stored).decode()}"'


def is_exact(array: Any) -> bool:
    """Return whether the entries as Python numbers give the same bits; some NaNs do not."""
    if array.dtype.kind != "f":
        return True
    plain = np.where(np.isnan(array), array.dtype.type(np.nan), array)
    return bool(array.dtype.itemsize <= 8 and plain.tobytes() == array.tobytes())


def list_of(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(list_of, value))}]"
    return write(value)


class Scanner:
    """One line of text, read token by token."""

    def __init__(self, text: str, line: int) -> None:
        self.line = line
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        position = 0
        while position < len(text):
            match = TOKEN.match(text, position)
            if match is None:
                raise UsageError(f"line {line}: expected a value, got {text[position:][:20]!r}")
            if match.lastgroup != "space":
                self._tokens.append((str(match.lastgroup), match.group()))
            position = match.end()

    @property
    def kind(self) -> str:
        """The kind of the next token, "end" after the last."""
        return self._tokens[self._at][0] if self._at < len(self._tokens) else "end"

    @property
    def token(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def take(self) -> str:
        token = self.token
        self._at += 1
        return token

    def skip(self, token: str) -> bool:
        """Step over `token` if it stands here."""
        found = self.kind in ("sign", "word") and self.token == token
        self._at += found
        return found

    def need(self, token: str) -> None:
        if not self.skip(token):
            raise self.expected(f"'{token}'")

    def need_kind(self, kind: str, wanted: str) -> str:
        if self.kind != kind:
            raise self.expected(wanted)
        return self.take()

    def need_end(self) -> None:
        if self.kind != "end":
            raise self.expected("the end of the line")

    def expected(self, wanted: str) -> UsageError:
        """Return the error that says what was expected here."""
        found = repr(self.token) if self.kind != "end" else "the end of the line"
        return self.wrong(f"expected {wanted}, got {found}")

    def wrong(self, message: str, hint: str = "") -> UsageError:
        return UsageError(f"line {self.line}: {message}", hint=hint)

    def items(self, read: Callable[[], Any], close: str) -> list[Any]:
        """Return what `read` finds between commas up to the closing bracket."""
        found = []
        while not self.skip(close):
            found.append(read())
            if not self.skip(","):
                self.need(close)
                break
        return found

    def plain(self, depth: int = 0) -> Any:
        """Read a value as `write` writes it; a list gives a list."""
        if depth > DEEP:
            raise self.wrong(f"brackets stand more than {DEEP} deep")
        if self.skip("slice"):
            self.need("(")
            ends = self.items(lambda: self.plain(depth + 1), ")")
            if len(ends) != 3:
                raise self.wrong(f"a slice has start, stop and step, got {len(ends)} values")
            return slice(*ends)
        if self.skip("("):
            return tuple(self.items(lambda: self.plain(depth + 1), ")"))
        if self.skip("["):
            return self.items(lambda: self.plain(depth + 1), "]")
        if self.skip("..."):
            return Ellipsis
        return self._single()

    def _single(self) -> Any:
        if self.kind == "number":
            return self._number()
        if self.kind == "text":
            return self.text()
        if self.kind == "word" and self.token in WORDS:
            return WORDS[self.take()]
        raise self.expected("a value")

    def _number(self) -> int | float:
        digits = self.take()
        try:
            return int(digits) if digits.lstrip("-").isdigit() else float(digits)
        except ValueError as error:  # Python refuses integers of thousands of digits
            raise self.wrong(str(error)) from None

    def text(self) -> str:
        quoted = self.need_kind("text", "a text in double quotes")
        try:
            return str(json.loads(quoted))
        except ValueError:
            raise self.wrong(f"{quoted} is no text: escapes are those of JSON") from None

    def type(self) -> tuple[np.dtype[Any], tuple[int, ...]]:
        """Read `float64[2, 3]`."""
        name = self.need_kind("word", "a dtype such as float64")
        if not re.fullmatch(r"bool|u?int\d+|float\d+", name) or not hasattr(np, name):
            raise self.wrong(f"expected a dtype such as float64, got {name!r}")
        self.need("[")
        shape = self.items(self._size, "]")
        return np.dtype(name), tuple(shape)

    def _size(self) -> int:
        if self.kind != "number" or not self.token.isdigit():
            raise self.expected("a size")
        return int(self._number())

    def array(self, dtype: np.dtype[Any], shape: tuple[int, ...], order: Any) -> Any:
        """Read the entries of an array: a list, or base64 and the bytes."""
        try:
            if self.skip("base64"):
                stored = base64.b64decode(self.text(), validate=True)
                flat = np.frombuffer(stored, dtype.newbyteorder("<")).astype(dtype)
                return flat.reshape(shape, order=order)
            return np.array(listed(self.plain(), dtype, shape), order=order)
        except (ValueError, TypeError, OverflowError) as error:
            if isinstance(error, UsageError):
                raise
            wanted = write_type(dtype, shape)
            raise self.wrong(f"expected the entries of {wanted}: {error}") from None


def listed(entries: Any, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Any:
    """Return the entries of a list as an array; none may change its value, but floats round."""
    given = np.asarray(entries)
    if given.size == 0:
        return np.empty(0, dtype).reshape(shape)
    if given.dtype.kind not in HOLDS[dtype.kind]:
        raise ValueError(f"{given.dtype.name} does not fit")
    if given.shape != shape:
        raise ValueError(f"the list has shape {given.shape}")
    made = given.astype(dtype)
    if dtype.kind in "iu" and not np.array_equal(made, given):
        raise ValueError("a number is out of range")
    return made
