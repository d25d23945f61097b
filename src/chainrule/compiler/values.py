"""Values of LLVM's assembly language, their types, and constants.

Types are LLVM's own words: `float`, `double`, `i1`, `i8`, `i32`, `i64`, `ptr`, and vectors of them
such as `<16 x float>`.
"""

import re
import struct
from dataclasses import dataclass

VECTOR = re.compile(r"<(\d+) x (\w+)>")
BITS = {"float": 32, "double": 64, "i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64, "ptr": 64}


@dataclass(frozen=True, slots=True)
class Value:
    """A constant, a parameter or the result of an instruction."""

    text: str
    type: str

    def __str__(self) -> str:
        return f"{self.type} {self.text}"


def scalar_of(kind: str) -> str:
    """Return the type of a vector's entries; other types as they are.

    >>> scalar_of("<16 x float>")
    'float'
    """
    found = VECTOR.fullmatch(kind)
    return found.group(2) if found else kind


def lanes_of(kind: str) -> int:
    """Return how many entries a vector has; 1 for other types."""
    found = VECTOR.fullmatch(kind)
    return int(found.group(1)) if found else 1


def vector(kind: str, lanes: int) -> str:
    """Return the type of a vector of so many entries; the type itself for one.

    >>> vector("float", 16), vector("float", 1)
    ('<16 x float>', 'float')
    """
    return kind if lanes == 1 else f"<{lanes} x {scalar_of(kind)}>"


def is_float(kind: str) -> bool:
    """Return whether the type, or that of a vector's entries, is a floating-point one."""
    return scalar_of(kind) in ("float", "double")


def size_of(kind: str) -> int:
    """Return how many bytes a value of the type takes in memory."""
    return lanes_of(kind) * max(BITS[scalar_of(kind)] // 8, 1)


def literal(kind: str, number: float) -> str:
    """Return a number as the text of a scalar constant."""
    if kind in ("float", "double"):
        value = float(number)
        if kind == "float":
            value = rounded(value)
        return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
    if kind == "i1":
        return "true" if number else "false"
    return str(int(number))


def rounded(value: float) -> float:
    """Return the float32 nearest to `value`; too large ones become infinite."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def constant(kind: str, number: float) -> Value:
    """Return a constant; for a vector type one with the number in every entry."""
    text = literal(scalar_of(kind), number)
    if lanes_of(kind) > 1:
        text = f"splat ({scalar_of(kind)} {text})"
    return Value(text, kind)


def counting(lanes: int, kind: str = "i64") -> Value:
    """Return the vector 0, 1, 2, ..."""
    return Value(f"<{', '.join(f'{kind} {i}' for i in range(lanes))}>", vector(kind, lanes))
