"""exp and tanh: x = n ln 2 + r, a minimax polynomial of r, and n added to the exponent.

The reduction with ln 2 in two parts is W. J. Cody and W. Waite's (Software Manual for the
Elementary Functions, 1980); the coefficients come from Remez' exchange on |r| <= ln(2) / 2, rounded
one after the other from the lowest on.
"""

import math

from chainrule.compiler.code import Function, Value, scalar_of
from chainrule.compiler.maths.format import bits, format_of, horner, like, muladd

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


def reduce(f: Function, x: Value) -> tuple[Value, Value]:
    """Return r and the integer n, in the lowest bits of a float, with x = n ln 2 + r."""
    magic = like(x, format_of(x.type).magic)
    shifted = muladd(f, x, like(x, 1 / math.log(2)), magic)
    n = f.sub(shifted, magic)
    high, low = LN2[scalar_of(x.type)]
    r = muladd(f, n, like(x, -high), x)
    return muladd(f, n, like(x, -low), r), bits(f, shifted)


def exp(f: Function, x: Value) -> Value:
    form = format_of(x.type)
    lowest = like(x, form.exp_lowest)
    clamped = f.select(f.compare("lt", x, lowest), lowest, x)
    r, n = reduce(f, clamped)
    p = horner(f, r, EXP[scalar_of(x.type)])
    lift = 2 * form.mantissa  # denormal results are made by a last product, which rounds once
    denormal = f.compare("lt", clamped, like(x, form.exp_normal))
    power = f.shift_left(n, like(n, form.mantissa))
    lifted = f.add(power, like(n, lift << form.mantissa))
    power = f.select(denormal, lifted, power)
    y = f.bitcast(f.add(bits(f, p), power), x.type)
    y = f.select(denormal, f.mul(y, like(y, 2.0**-lift)), y)
    fits = f.compare("lt", x, like(x, form.exp_highest))
    return f.select(fits, y, f.add(x, like(x, math.inf)))  # infinity and NaN stay


def tanh(f: Function, x: Value) -> Value:
    """Return t / (t + 2) for t = expm1(2 |x|), with the sign of x."""
    form = format_of(x.type)
    kind = scalar_of(x.type)
    size = f.intrinsic("fabs", x.type, x)
    one = like(x, TANH_IS_ONE[kind])
    size = f.select(f.compare("gt", size, one), one, size)
    r, n = reduce(f, f.add(size, size))
    q = horner(f, r, EXPM1[kind])
    q = muladd(f, f.mul(r, r), q, r)
    power = f.shift_left(f.add(n, like(n, form.bias)), like(n, form.mantissa))
    scale = f.bitcast(power, x.type)
    t = muladd(f, scale, q, f.sub(scale, like(x, 1)))
    y = f.div(t, f.add(t, like(x, 2)))
    return f.intrinsic("copysign", x.type, y, x)
