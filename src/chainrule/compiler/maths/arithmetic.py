"""Arithmetic, comparisons and choices on floats, with NumPy's signed zeros and NaNs."""

import math

from chainrule.compiler.code import Function
from chainrule.compiler.maths.format import absolute, is_nan, known, like
from chainrule.compiler.values import Value


def sign(f: Function, x: Value) -> Value:
    """Return -1, 0 or 1; NaN for NaN."""
    below = f.select(f.compare("lt", x, like(x, 0)), like(x, -1), like(x, 0))
    y = f.select(f.compare("gt", x, like(x, 0)), like(x, 1), below)
    return f.select(is_nan(f, x), x, y)


def maximum(f: Function, a: Value, b: Value) -> Value:
    """Return the larger one: NaN if either is, and `b` if they are equal."""
    return extreme(f, "gt", a, b)


def minimum(f: Function, a: Value, b: Value) -> Value:
    """Return the smaller one: NaN if either is, and `b` if they are equal."""
    return extreme(f, "lt", a, b)


def extreme(f: Function, how: str, a: Value, b: Value) -> Value:
    """Return `a` where it compares as said, or is NaN, and `b` elsewhere.

    Beside a constant the question for NaN is saved by asking the other way round, as processors
    do in one instruction; then only 0 has to become the constant's zero, the positive one.
    """
    limit = known(b)
    if limit is None or math.isnan(limit) or str(limit) == "-0.0":
        return f.select(is_nan(f, a), a, f.select(f.compare(how, a, b), a, b))
    y = f.select(f.compare(how, b, a), b, a)
    return y if limit else f.add(y, b)


def remainder(f: Function, a: Value, b: Value) -> Value:
    """Return a - b floor(a / b), with the sign of `b`."""
    r, differ = truncated(f, a, b)
    moved = f.select(differ, f.add(r, b), r)
    zero = f.intrinsic("copysign", b.type, like(b, 0), b)
    return f.select(f.compare("eq", r, like(r, 0)), zero, moved)


def floor_divide(f: Function, a: Value, b: Value) -> Value:
    """Return floor(a / b), as NumPy does: (a - remainder) / b to the nearest integer."""
    r, differ = truncated(f, a, b)
    whole = f.div(f.sub(a, r), b)
    whole = f.select(differ, f.sub(whole, like(a, 1)), whole)
    below = f.intrinsic("floor", a.type, whole)
    up = f.compare("gt", f.sub(whole, below), like(a, 0.5))
    whole = f.select(up, f.add(below, like(a, 1)), below)
    quotient = f.div(a, b)
    zero = f.intrinsic("copysign", a.type, like(a, 0), quotient)
    whole = f.select(f.compare("eq", whole, like(a, 0)), zero, whole)
    return f.select(f.compare("eq", b, like(b, 0)), quotient, whole)


def truncated(f: Function, a: Value, b: Value) -> tuple[Value, Value]:
    """Return the remainder with the sign of `a`, and whether it is not 0 and `b` has another."""
    r = f.rem(a, b)
    below = f.bit_xor(f.compare("lt", b, like(b, 0)), f.compare("lt", r, like(r, 0)))
    return r, f.bit_and(below, f.compare("ne", r, like(r, 0)))


def is_finite(f: Function, x: Value) -> Value:
    return f.compare("lt", absolute(f, x), like(x, math.inf))
