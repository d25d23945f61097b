"""What the functions need to know of float and double, and the smallest pieces they share."""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from chainrule.compiler.code import Function
from chainrule.compiler.values import Value, constant, lanes_of, scalar_of, vector

INTEGER = re.compile(r"-?\d+")


@dataclass(frozen=True)
class Format:
    """A binary floating-point format.

    Attributes:
        integer: the type of its bits.
        mantissa: how many bits of the fraction are stored.
        bias: what is added to the exponent when it is stored.
        magic: adding this number to a small one rounds it to an integer, which then stands in
            the lowest bits.
        exp_normal, exp_lowest, exp_highest: below which exponent `exp` is denormal, below which
            it is zero, and from which on it is infinite.
        expm1_lowest: below which exponent `expm1` is -1.
        smallest: the smallest normal number.
        root: the bits of sqrt(1/2).
    """

    integer: str
    mantissa: int
    bias: int
    magic: float
    exp_normal: float
    exp_lowest: float
    exp_highest: float
    expm1_lowest: float
    smallest: float
    root: int


FORMATS = {
    "float": Format(
        "i32", 23, 127, 1.5 * 2**23, -87.3, -104.0, 88.72283935546875, -20.0, 2.0**-126, 0x3F3504F3
    ),
    "double": Format(
        "i64",
        52,
        1023,
        1.5 * 2**52,
        -708.3,
        -746.0,
        709.7827128933841,
        -40.0,
        2.0**-1022,
        0x3FE6A09E667F3BCD,
    ),
}


def format_of(kind: str) -> Format:
    return FORMATS[scalar_of(kind)]


def like(x: Value, number: float) -> Value:
    """Return a constant of the type of `x`."""
    return constant(x.type, number)


def known(a: Value) -> float | None:
    """Return the number that a constant holds in every entry; None for other values.

    >>> known(constant("<4 x double>", 0.5)), known(constant("i32", -3)), known(Value("%x", "i32"))
    (0.5, -3, None)
    """
    last = a.text.removesuffix(")").split()[-1]
    if last.startswith("0x"):
        return float(struct.unpack("<d", struct.pack("<Q", int(last, 16)))[0])
    return int(last) if INTEGER.fullmatch(last) else None


def bits(f: Function, x: Value) -> Value:
    """Return the integers that floats are stored as."""
    return f.bitcast(x, vector(format_of(x.type).integer, lanes_of(x.type)))


def muladd(f: Function, a: Value, b: Value, c: Value) -> Value:
    """Return a * b + c in one instruction where the processor has it."""
    return f.intrinsic("fmuladd", a.type, a, b, c)


def horner(f: Function, x: Value, coefficients: Sequence[float]) -> Value:
    """Return the polynomial with these coefficients, the constant one first."""
    *lower, highest = coefficients
    total = like(x, highest)
    for c in reversed(lower):
        total = muladd(f, total, x, like(x, c))
    return total


@contextmanager
def exact(f: Function) -> Iterator[None]:
    """Round every product and every sum: nothing is contracted."""
    before, f.flags = f.flags, ""
    yield
    f.flags = before


def is_nan(f: Function, x: Value) -> Value:
    return f.compare("ne", x, x)


def absolute(f: Function, x: Value) -> Value:
    return f.intrinsic("fabs", x.type, x)


def in_double(f: Function, write: Callable[..., Value], *args: Value) -> Value:
    """Compute a function in double precision, whatever the type of its arguments."""
    return f.convert(write(f, *(f.convert(a, "double") for a in args)), args[0].type)


def product(f: Function, a: Value, b: Value) -> tuple[Value, Value]:
    """Return a * b and what its rounding lost; inside `exact`."""
    p = f.mul(a, b)
    return p, f.fma(a, b, f.neg(p))


def ordered_sum(f: Function, a: Value, b: Value) -> tuple[Value, Value]:
    """Return a + b and what its rounding lost, if |a| >= |b| or a = 0; inside `exact`."""
    s = f.add(a, b)
    return s, f.sub(b, f.sub(s, a))


def exact_sum(f: Function, a: Value, b: Value) -> tuple[Value, Value]:
    """Return a + b and what its rounding lost (D. E. Knuth's six sums); inside `exact`."""
    s = f.add(a, b)
    there = f.sub(s, a)
    return s, f.add(f.sub(a, f.sub(s, there)), f.sub(b, there))
