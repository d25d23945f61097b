"""arctan, arctan2, arcsin and arccos: the inverse functions of trigonometry.

Each brings its argument into the range of one polynomial, whose coefficients come from Remez'
exchange for the relative error; pi is kept in two parts.
"""

from chainrule.compiler.code import Function
from chainrule.compiler.maths.format import (
    absolute,
    horner,
    in_double,
    is_nan,
    like,
    muladd,
)
from chainrule.compiler.values import Value

HALF_PI = (1.5707963267948966, 6.123233995736766e-17)
ARCTAN = (
    -0.3333333333333186,
    0.1999999999967858,
    -0.1428571426513945,
    0.11111110476436846,
    -0.0909089758621401,
    0.07692171303768074,
    -0.06665536471822546,
    0.05875505590569317,
    -0.052318370435210176,
    0.046511082311942266,
    -0.040389075952077844,
    0.03310000607572998,
    -0.024493662983505794,
    0.015585623403412893,
    -0.008101459225175701,
    0.0032483420015451464,
    -0.0009318302462840469,
    0.00016891240130651993,
    -1.4461093684417053e-05,
)  # (arctan(t) - t) / t^3 in powers of t^2, for t <= 1
ARCSIN = (
    0.16666666666665403,
    0.07500000000338684,
    0.044642856826834255,
    0.030381959201852906,
    0.022371756434214674,
    0.01735972989280599,
    0.013884980729599702,
    0.0121709228628217,
    0.00652041957195255,
    0.019549341238211098,
    -0.01625792066044124,
    0.03193573845877059,
)  # (arcsin(s) - s) / s^3 in powers of s^2, for s <= 1/2


def arctan(f: Function, x: Value) -> Value:
    return in_double(f, lambda f, x: angle(f, x, like(x, 1)), x)


def arctan2(f: Function, y: Value, x: Value) -> Value:
    """Return the angle of the point (x, y), between -pi and pi."""
    return in_double(f, whole_angle, y, x)


def arcsin(f: Function, x: Value) -> Value:
    return in_double(f, arc_of_sine, x)


def arccos(f: Function, x: Value) -> Value:
    return in_double(f, arc_of_cosine, x)


def angle(f: Function, y: Value, x: Value) -> Value:
    """Return the angle of (x, y): from the nearest axis, and added to that of the axis."""
    height, width = absolute(f, y), absolute(f, x)
    steep = f.compare("gt", height, width)
    t = slope(f, f.select(steep, width, height), f.select(steep, height, width))
    z = f.mul(t, t)
    rest = f.mul(f.mul(t, z), horner(f, z, ARCTAN))
    left = f.compare("lt", f.intrinsic("copysign", x.type, like(x, 1), x), like(x, 0))
    back = f.bit_xor(steep, left)
    t, rest = (f.select(back, f.neg(part), part) for part in (t, rest))
    high, low = (
        f.select(steep, like(x, part), f.select(left, like(x, 2 * part), like(x, 0)))
        for part in HALF_PI
    )
    return f.intrinsic("copysign", x.type, f.add(high, f.add(t, f.add(rest, low))), y)


def slope(f: Function, small: Value, large: Value) -> Value:
    """Return small / large: 0 of zeros and 1 of infinities."""
    diagonal = f.select(f.compare("eq", small, large), like(small, 1), f.div(small, large))
    return f.select(f.compare("eq", large, like(large, 0)), large, diagonal)


def whole_angle(f: Function, y: Value, x: Value) -> Value:
    unknown = f.bit_or(is_nan(f, x), is_nan(f, y))
    return f.select(unknown, f.add(x, y), angle(f, y, x))


def halved(f: Function, x: Value) -> tuple[Value, Value, Value]:
    """Return s, arcsin(s) - s, and whether |x| > 1/2, where s = sqrt((1 - |x|) / 2), not |x|."""
    size = absolute(f, x)
    large = f.compare("gt", size, like(x, 0.5))
    half = f.mul(f.sub(like(x, 1), size), like(x, 0.5))
    z = f.select(large, half, f.mul(size, size))
    s = f.select(large, f.intrinsic("sqrt", x.type, half), size)
    return s, f.mul(f.mul(s, z), horner(f, z, ARCSIN)), large


def arc_of_sine(f: Function, x: Value) -> Value:
    """Return arcsin(|x|) or pi/2 - 2 arcsin(s), with the sign of x."""
    s, rest, large = halved(f, x)
    high, low = (like(x, part) for part in HALF_PI)
    upper = f.sub(high, muladd(f, like(x, 2), f.add(s, rest), f.neg(low)))
    y = f.select(large, upper, f.add(s, rest))
    return f.intrinsic("copysign", x.type, y, x)


def arc_of_cosine(f: Function, x: Value) -> Value:
    """Return pi/2 - arcsin(x); 2 arcsin(s) for x > 1/2; pi - 2 arcsin(s) for x < -1/2."""
    s, rest, large = halved(f, x)
    high, low = (like(x, part) for part in HALF_PI)
    signed_s = f.intrinsic("copysign", x.type, s, x)
    signed_rest = f.intrinsic("copysign", x.type, rest, x)
    middle = f.sub(high, f.sub(signed_s, f.sub(low, signed_rest)))
    double = f.mul(like(x, 2), f.add(s, rest))
    left = f.sub(f.mul(like(x, 2), high), muladd(f, like(x, -2), low, double))
    outer = f.select(f.compare("lt", x, like(x, 0)), left, double)
    return f.select(large, outer, middle)
