"""exp and its kin: x = n ln 2 + r, a minimax polynomial of r, and n added to the exponent.

The reduction with ln 2 in two parts is W. J. Cody and W. Waite's (Software Manual for the
Elementary Functions, 1980); the coefficients come from Remez' exchange on |r| <= ln(2) / 2, rounded
one after the other from the lowest on.
"""

import math

from chainrule.compiler.code import Function
from chainrule.compiler.maths.format import (
    absolute,
    bits,
    format_of,
    horner,
    in_double,
    like,
    muladd,
)
from chainrule.compiler.values import Value, scalar_of

LN2 = {
    "float": (0.693359375, -2.12194440e-4),
    "double": (6.93147180369123816490e-01, 1.90821492927058770002e-10),
}
EXP = {
    "float": (
        1.0,
        1.0,
        0.4999999403953552,
        0.1666652262210846,
        0.04166817665100098,
        0.00836850143969059,
        0.0013827587245032191,
    ),
    "double": (
        1.0,
        1.0,
        0.5,
        0.16666666666666688,
        0.041666666666666824,
        0.008333333333313889,
        0.0013888888888777243,
        0.00019841269903417933,
        2.4801587561805425e-05,
        2.7557228556675676e-06,
        2.7557065632819374e-07,
        2.5114015221184933e-08,
        2.0978167240999236e-09,
    ),
}
EXPM1 = {
    "float": (
        0.4999999701976776,
        0.16666539013385773,
        0.04166775196790695,
        0.008367082104086876,
        0.0013837584992870688,
    ),
    "double": (
        0.5,
        0.16666666666666677,
        0.041666666666666685,
        0.008333333333321834,
        0.0013888888888893489,
        0.0001984126988606582,
        2.480158716241632e-05,
        2.7557244029006365e-06,
        2.755755912406038e-07,
        2.510911014929684e-08,
        2.078376673637817e-09,
    ),
}  # (expm1(r) - r) / r^2
TANH_IS_ONE = {"float": 9.25, "double": 20.0}


def reduce(f: Function, x: Value, offset: int = 0) -> tuple[Value, Value]:
    """Return r and a float with n + offset in its lowest bits, where x = n ln 2 + r."""
    magic = like(x, format_of(x.type).magic + offset)
    shifted = muladd(f, x, like(x, 1 / math.log(2)), magic)
    n = f.sub(shifted, magic)
    high, low = LN2[scalar_of(x.type)]
    r = muladd(f, n, like(x, -high), x)
    return muladd(f, n, like(x, -low), r), shifted


def exponent(f: Function, shifted: Value) -> Value:
    """Return the integer in the lowest bits of a float, moved to where floats have theirs."""
    n = bits(f, shifted)
    return f.shift_left(n, like(n, format_of(shifted.type).mantissa))


def exp(f: Function, x: Value, *, halvings: int = 0, low: Value | None = None) -> Value:
    """Return exp(x + low) / 2^halvings, where `low` is much smaller than `x`.

    Denormal results are made by a last product, so that they are rounded once.
    """
    form = format_of(x.type)
    lowest = like(x, form.exp_lowest)
    clamped = f.select(f.compare("lt", x, lowest), lowest, x)
    r, shifted = reduce(f, clamped, -halvings)
    if low is not None:
        r = f.add(r, low)
    p = bits(f, horner(f, r, EXP[scalar_of(x.type)]))
    lift = 2 * form.mantissa
    power = exponent(f, shifted)
    denormal = f.compare("lt", clamped, like(x, form.exp_normal))
    power = f.select(denormal, f.add(power, like(power, lift << form.mantissa)), power)
    y = f.bitcast(f.add(p, power), x.type)
    y = f.select(denormal, f.mul(y, like(y, 2.0**-lift)), y)
    fits = f.compare("lt", x, like(x, form.exp_highest + halvings * math.log(2)))
    return f.select(fits, y, f.add(x, like(x, math.inf)))  # infinity and NaN stay


def expm1(f: Function, x: Value) -> Value:
    """Return exp(x) - 1 = 2^n (expm1(r) + 1) - 1, halved until the end lest 2^n overflows."""
    form = format_of(x.type)
    lowest, highest = like(x, form.expm1_lowest), like(x, form.exp_highest + 0.25)
    clamped = f.select(f.compare("lt", x, lowest), lowest, x)
    clamped = f.select(f.compare("gt", clamped, highest), highest, clamped)
    r, shifted = reduce(f, clamped, form.bias - 1)
    half = f.bitcast(exponent(f, shifted), x.type)
    y = muladd(f, half, near_zero(f, r), f.sub(half, like(x, 0.5)))
    tiny = f.compare("lt", absolute(f, x), like(x, 2.0 ** -(form.mantissa + 2)))
    return f.select(tiny, x, f.add(y, y))


def near_zero(f: Function, r: Value) -> Value:
    """Return exp(r) - 1 for |r| <= ln(2) / 2."""
    return muladd(f, f.mul(r, r), horner(f, r, EXPM1[scalar_of(r.type)]), r)


def tanh(f: Function, x: Value) -> Value:
    """Return |t / (t + 2)| with the sign of x, where t = expm1(2 |x|), or expm1(-2 |x|) near 0.

    Either t would do everywhere; this one lies in a coarser binade than tanh less often.
    """
    form = format_of(x.type)
    size = absolute(f, x)
    one = like(x, TANH_IS_ONE[scalar_of(x.type)])
    size = f.select(f.compare("gt", size, one), one, size)
    double = f.add(size, size)
    near = f.compare("lt", size, like(x, 0.25))
    r, shifted = reduce(f, f.select(near, f.neg(double), double), form.bias)
    scale = f.bitcast(exponent(f, shifted), x.type)
    t = muladd(f, scale, near_zero(f, r), f.sub(scale, like(x, 1)))
    y = f.div(t, f.add(t, like(x, 2)))
    return f.intrinsic("copysign", x.type, y, x)


def cosh(f: Function, x: Value) -> Value:
    return in_double(f, hyperbolic_cosine, x)


def sinh(f: Function, x: Value) -> Value:
    return in_double(f, hyperbolic_sine, x)


def hyperbolic_cosine(f: Function, x: Value) -> Value:
    """Return h + 1 / (4 h) for h = exp(|x|) / 2."""
    half = exp(f, absolute(f, x), halvings=1)
    return f.add(half, f.div(like(x, 0.25), half))


def hyperbolic_sine(f: Function, x: Value) -> Value:
    """Return (t + t / (t + 1)) / 2 for t = expm1(|x|); exp(|x|) / 2 where nothing else is left."""
    size = absolute(f, x)
    t = expm1(f, size)
    small = f.mul(f.add(t, f.div(t, f.add(t, like(x, 1)))), like(x, 0.5))
    large = exp(f, size, halvings=1)
    y = f.select(f.compare("gt", size, like(x, 22)), large, small)
    return f.intrinsic("copysign", x.type, y, x)
