"""Arithmetic on integers and booleans, which wraps around as NumPy's does.

The functions that depend on it take `signed`; booleans, stored as i1, are unsigned.
"""

from chainrule.compiler.code import Function
from chainrule.compiler.maths.format import known, like
from chainrule.compiler.values import BITS, Value, scalar_of


def is_boolean(a: Value) -> bool:
    return scalar_of(a.type) == "i1"


def compare(f: Function, how: str, a: Value, b: Value, signed: bool) -> Value:
    """Compare by LLVM's word for signed integers: lt le gt ge."""
    return f.compare(how if signed and not is_boolean(a) else f"u{how}", a, b)


def add(f: Function, a: Value, b: Value, signed: bool) -> Value:
    """Return the sum; of booleans whether either is true."""
    return f.bit_or(a, b) if is_boolean(a) else f.add(a, b)


def multiply(f: Function, a: Value, b: Value, signed: bool) -> Value:
    return f.mul(a, b)


def subtract(f: Function, a: Value, b: Value, signed: bool) -> Value:
    return f.sub(a, b)


def negative(f: Function, a: Value, signed: bool) -> Value:
    return f.neg(a)


def same(f: Function, a: Value, signed: bool) -> Value:
    """Return what an integer is already: rounded."""
    return a


def absolute(f: Function, a: Value, signed: bool) -> Value:
    if not signed or is_boolean(a):
        return a
    return f.select(f.compare("lt", a, like(a, 0)), f.neg(a), a)


def sign(f: Function, a: Value, signed: bool) -> Value:
    above = f.select(f.compare("ne", a, like(a, 0)), like(a, 1), like(a, 0))
    if not signed or is_boolean(a):
        return above
    return f.select(f.compare("lt", a, like(a, 0)), like(a, -1), above)


def maximum(f: Function, a: Value, b: Value, signed: bool) -> Value:
    return f.select(compare(f, "gt", a, b, signed), a, b)


def minimum(f: Function, a: Value, b: Value, signed: bool) -> Value:
    return f.select(compare(f, "lt", a, b, signed), a, b)


def never(f: Function, a: Value, signed: bool) -> Value:
    """Return whether an integer is NaN."""
    return f.compare("ne", a, a)


def always(f: Function, a: Value, signed: bool) -> Value:
    """Return whether an integer is finite."""
    return f.compare("eq", a, a)


def truncated(f: Function, a: Value, b: Value, signed: bool) -> tuple[Value, Value]:
    """Return a / b, cut off, and what remains; for divisors that the processor accepts.

    Division by zero traps, and so does that of the lowest number by -1: both divide by 1 instead.
    """
    zero, one = like(b, 0), like(b, 1)
    unsafe = f.compare("eq", b, zero)
    if signed:
        unsafe = f.bit_or(unsafe, f.compare("eq", b, like(b, -1)))
    divisor = f.select(unsafe, one, b)
    prefix = "s" if signed else "u"
    return f.binary(f"{prefix}div", a, divisor), f.binary(f"{prefix}rem", a, divisor)


def floor_divide(f: Function, a: Value, b: Value, signed: bool) -> Value:
    """Return floor(a / b), and 0 where `b` is 0."""
    zero, one = like(a, 0), like(a, 1)
    quotient, rest = truncated(f, a, b, signed)
    if signed:
        below = f.select(crosses(f, rest, b), f.sub(quotient, one), quotient)
        quotient = f.select(f.compare("eq", b, like(b, -1)), f.neg(a), below)
    return f.select(f.compare("eq", b, zero), zero, quotient)


def remainder(f: Function, a: Value, b: Value, signed: bool) -> Value:
    """Return a - b floor(a / b), with the sign of `b`, and 0 where `b` is 0."""
    _, rest = truncated(f, a, b, signed)
    return f.select(crosses(f, rest, b), f.add(rest, b), rest) if signed else rest


def crosses(f: Function, rest: Value, b: Value) -> Value:
    """Return whether cutting off and rounding down differ: the signs of the two do."""
    differ = f.compare("lt", f.bit_xor(rest, b), like(b, 0))
    return f.bit_and(differ, f.compare("ne", rest, like(b, 0)))


def power(f: Function, a: Value, b: Value, signed: bool) -> Value:
    """Return a^b by repeated squaring; for negative exponents 1 / a^-b with its fraction cut off.

    NumPy refuses negative exponents; code that runs has nobody to tell.
    """
    exponent = known(b)
    if exponent is not None and exponent >= 0:
        return squarings(f, a, int(exponent))
    one, zero = like(a, 1), like(a, 0)
    with f.loop(BITS[scalar_of(a.type)], carried=[one, a, b]) as turn:
        total, square, left = turn.carried
        odd = f.compare("ne", f.bit_and(left, one), zero)
        total = f.select(odd, f.mul(total, square), total)
        turn.next = [total, f.mul(square, square), f.shift_right(left, one)]
    total = turn.carried[0]
    if not signed:
        return total
    unit = f.bit_or(f.compare("eq", a, one), f.compare("eq", a, like(a, -1)))
    return f.select(f.compare("lt", b, zero), f.select(unit, total, zero), total)


def squarings(f: Function, a: Value, exponent: int) -> Value:
    """Return a power whose exponent is known: a product for each of its bits."""
    total = like(a, 1)
    for bit in f"{exponent:b}":
        total = f.mul(total, total)
        total = f.mul(total, a) if bit == "1" else total
    return total


def within(f: Function, a: Value, b: Value) -> Value:
    """Return whether `b` is a number of bits that `a` has."""
    return f.compare("ult", b, like(b, BITS[scalar_of(a.type)]))


def shift_left(f: Function, a: Value, b: Value, signed: bool) -> Value:
    """Return a shifted by b bits: 0 if that is all of them, or if `b` is negative."""
    inside = within(f, a, b)
    shifted = f.shift_left(a, f.select(inside, b, like(b, 0)))
    return f.select(inside, shifted, like(a, 0))


def shift_right(f: Function, a: Value, b: Value, signed: bool) -> Value:
    """Return a shifted by b bits, copies of the sign coming in; all of them if `b` is negative."""
    inside = within(f, a, b)
    if signed:
        return f.binary("ashr", a, f.select(inside, b, like(b, BITS[scalar_of(a.type)] - 1)))
    return f.select(inside, f.shift_right(a, f.select(inside, b, like(b, 0))), like(a, 0))


def bit_and(f: Function, a: Value, b: Value, signed: bool) -> Value:
    return f.bit_and(a, b)


def bit_or(f: Function, a: Value, b: Value, signed: bool) -> Value:
    return f.bit_or(a, b)


def bit_xor(f: Function, a: Value, b: Value, signed: bool) -> Value:
    return f.bit_xor(a, b)
