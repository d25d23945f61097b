"""sin, cos and tan: x = n pi/2 + r, and polynomials of r for one quarter of the circle.

pi/2 is kept in three parts. The first product is exact inside a fused multiply-add, because what
remains of x has few bits; the second is kept in two parts (T. J. Dekker, 1971). From LIMIT on the
C library computes. The coefficients come from Remez' exchange on |r| <= pi/4.
"""

import math

from chainrule.compiler.code import Function
from chainrule.compiler.maths.format import (
    absolute,
    bits,
    exact,
    exact_sum,
    format_of,
    horner,
    in_double,
    like,
    muladd,
    ordered_sum,
    product,
)
from chainrule.compiler.maths.libm import by_entry, rescue
from chainrule.compiler.values import Value, scalar_of

LIMIT = 2.0**30
HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33)
SIN = (
    -0.16666666666666666,
    0.008333333333333038,
    -0.00019841269840955892,
    2.7557319069623845e-06,
    -2.5052069611503496e-08,
    1.6054128146886081e-10,
    -7.379768720557382e-13,
)  # (sin(r) - r) / r^3 in powers of r^2
COS = (
    0.0416666666666666,
    -0.001388888888887447,
    2.480158728966699e-05,
    -2.755731439932581e-07,
    2.0875729007869144e-09,
    -1.1359918322269872e-11,
)  # (cos(r) - 1 + r^2 / 2) / r^4 in powers of r^2
SHORT_SIN = (
    -0.16666666644202188,
    0.008333329593882614,
    -0.000198393861470638,
    2.718708188879773e-06,
)
SHORT_COS = (0.04166664685353113, -0.001388736686878093, 2.4438375446330765e-05)


def sin(f: Function, x: Value) -> Value:
    return in_double(f, lambda f, wide: sine(f, wide, "sin", 0, is_single(x)), x)


def cos(f: Function, x: Value) -> Value:
    return in_double(f, lambda f, wide: sine(f, wide, "cos", 1, is_single(x)), x)


def tan(f: Function, x: Value) -> Value:
    return in_double(f, lambda f, wide: tangent(f, wide, is_single(x)), x)


def is_single(x: Value) -> bool:
    return scalar_of(x.type) == "float"


def sine(f: Function, x: Value, name: str, ahead: int, single: bool) -> Value:
    """Return the sine of x plus so many quarter circles."""
    s, c, n = quarter(f, x, single)
    n = f.add(n, like(n, ahead))
    y = f.select(odd(f, n), c, s)
    half = f.compare("ne", f.bit_and(n, like(n, 2)), like(n, 0))
    return far(f, x, f.select(half, f.neg(y), y), name)


def tangent(f: Function, x: Value, single: bool) -> Value:
    s, c, n = quarter(f, x, single)
    turned = odd(f, n)
    y = f.div(f.select(turned, f.neg(c), s), f.select(turned, s, c))
    return far(f, x, y, "tan")


def quarter(f: Function, x: Value, single: bool) -> tuple[Value, Value, Value]:
    """Return sin(r), cos(r) and the lowest bits of n; short of the last bits for `single`."""
    if not single:
        r, low, n = reduce(f, x)
        return sine_part(f, r, low), cosine_part(f, r, low), n
    n, last = nearest(f, x)
    first, second, _ = HALF_PI
    r = f.fma(n, like(x, -second), f.fma(n, like(x, -first), x))
    z = f.mul(r, r)
    s = muladd(f, f.mul(r, z), horner(f, z, SHORT_SIN), r)
    c = horner(f, z, (1.0, -0.5, *SHORT_COS))
    return f.intrinsic("copysign", x.type, s, r), c, last


def nearest(f: Function, x: Value) -> tuple[Value, Value]:
    """Return the integer nearest to x / (pi/2), and its lowest bits."""
    magic = like(x, format_of(x.type).magic)
    shifted = f.fma(x, like(x, 2 / math.pi), magic)
    return f.sub(shifted, magic), bits(f, shifted)


def reduce(f: Function, x: Value) -> tuple[Value, Value, Value]:
    """Return r in two parts and the lowest bits of n."""
    n, last = nearest(f, x)
    first, second, third = (like(x, part) for part in HALF_PI)
    with exact(f):
        near = f.fma(f.neg(n), first, x)
        main, error = product(f, n, second)
        r, lost = exact_sum(f, near, f.neg(main))
        low = f.sub(lost, f.fma(n, third, error))
        r, low = ordered_sum(f, r, low)
    r = f.select(f.compare("eq", n, like(n, 0)), x, r)  # which keeps -0
    return r, low, last


def odd(f: Function, n: Value) -> Value:
    return f.compare("ne", f.bit_and(n, like(n, 1)), like(n, 0))


def sine_part(f: Function, r: Value, low: Value) -> Value:
    """Return sin(r + low) = sin(r) + low cos(r)."""
    z = f.mul(r, r)
    rest = muladd(f, f.mul(low, like(low, -0.5)), z, low)
    y = f.add(r, muladd(f, f.mul(r, z), horner(f, z, SIN), rest))
    return f.intrinsic("copysign", r.type, y, r)  # which keeps -0


def cosine_part(f: Function, r: Value, low: Value) -> Value:
    """Return cos(r + low) = cos(r) - low sin(r)."""
    z = f.mul(r, r)
    with exact(f):
        half = f.mul(z, like(z, 0.5))
        main, lost = ordered_sum(f, like(z, 1), f.neg(half))
    rest = muladd(f, f.mul(z, z), horner(f, z, COS), f.neg(f.mul(r, low)))
    return f.add(main, f.add(lost, rest))


def far(f: Function, x: Value, y: Value, name: str) -> Value:
    """Let the C library compute where x is too large."""
    beyond = f.compare("ge", absolute(f, x), like(x, LIMIT))
    return rescue(f, beyond, y, lambda: by_entry(f, name, x))
