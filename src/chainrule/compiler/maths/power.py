"""x^y as exp(y log|x|), with the logarithm in two parts, and the special cases of C99.

log(1 + t) = 2 s + 2/3 s^3 + s^5 R(s^2) with s = t / (2 + t): the first two terms in two parts each
(T. J. Dekker, A floating-point technique for extending the available precision, 1971), R from
Remez' exchange. For float the logarithm in double precision is good enough as it is.
"""

import math
from collections.abc import Callable, Mapping

from chainrule.compiler.code import Function
from chainrule.compiler.maths.exponential import exp
from chainrule.compiler.maths.format import (
    absolute,
    exact,
    horner,
    known,
    like,
    muladd,
    ordered_sum,
    product,
)
from chainrule.compiler.maths.logarithm import log, split
from chainrule.compiler.values import Value, lanes_of, scalar_of, vector

TWO_THIRDS = (0.6666666666666666, 3.700743415417188e-17)
LN2 = (0.6931471805598903, 5.497923018708371e-14)
REST = (
    0.4000000000000226,
    0.28571428570096946,
    0.22222222459132013,
    0.18181796210199205,
    0.15385923774906102,
    0.13282154808415464,
    0.12914275654701085,
)
LARGE = 1000.0  # beyond it exp is 0 or infinite


def power(f: Function, x: Value, y: Value) -> Value:
    """Return x^y; products and roots for some constant exponents."""
    short = SHORT.get(known(y))
    if short:
        return short(f, x)
    kind = vector("double", lanes_of(x.type))
    base, exponent = f.convert(x, kind), f.convert(y, kind)
    size = absolute(f, base)
    if scalar_of(x.type) == "float":
        result = exp(f, f.mul(exponent, log(f, size)))
    else:
        result = by_parts(f, size, exponent)
    return f.convert(special(f, base, exponent, result), x.type)


def root(f: Function, x: Value) -> Value:
    """Return x^(1/2), which differs from the square root at -0 and -inf."""
    y = f.intrinsic("sqrt", x.type, f.add(x, like(x, 0)))
    return f.select(f.compare("eq", x, like(x, -math.inf)), like(x, math.inf), y)


def inverse(f: Function, x: Value) -> Value:
    return f.div(like(x, 1), x)


def square(f: Function, x: Value) -> Value:
    return f.mul(x, x)


SHORT: Mapping[float | None, Callable[[Function, Value], Value]] = {
    0.0: lambda f, x: like(x, 1),
    1.0: lambda f, x: x,
    2.0: square,
    3.0: lambda f, x: f.mul(square(f, x), x),
    4.0: lambda f, x: square(f, square(f, x)),
    0.5: root,
    -0.5: lambda f, x: inverse(f, root(f, x)),
    -1.0: inverse,
    -2.0: lambda f, x: square(f, inverse(f, x)),
}


def by_parts(f: Function, size: Value, exponent: Value) -> Value:
    """Return size^exponent for size >= 0, in double precision."""
    high, low = logarithm(f, size)
    high = f.select(f.compare("lt", size, like(size, math.inf)), high, size)
    high = f.select(f.compare("eq", size, like(size, 0)), like(size, -math.inf), high)
    with exact(f):
        main, error = product(f, exponent, high)
        error = f.fma(exponent, low, error)
    ordinary = f.compare("lt", absolute(f, main), like(main, LARGE))
    return exp(f, main, low=f.select(ordinary, error, like(error, 0)))


def logarithm(f: Function, x: Value) -> tuple[Value, Value]:
    """Return log(x) in two parts, for positive finite x."""
    e, t = split(f, x)
    e = f.convert(e, x.type)
    with exact(f):
        s, s_low = quotient(f, t)
        z, z_low = times(f, (s, s_low), (s, s_low))
        cube, cube_low = times(f, times(f, (s, s_low), (z, z_low)), constants(x, TWO_THIRDS))
        tail = f.mul(f.mul(f.mul(z, z), s), horner(f, z, REST))
        total, lost = ordered_sum(f, f.mul(e, like(x, LN2[0])), f.add(s, s))
        low = f.fma(e, like(x, LN2[1]), f.add(lost, f.add(s_low, s_low)))
        total, lost = ordered_sum(f, total, cube)
        low = f.add(f.add(low, lost), f.add(cube_low, tail))
        return ordered_sum(f, total, low)


def quotient(f: Function, t: Value) -> tuple[Value, Value]:
    """Return t / (2 + t) in two parts."""
    below, lost = ordered_sum(f, like(t, 2), t)
    s = f.div(t, below)
    missing = f.fma(f.neg(s), lost, f.fma(f.neg(s), below, t))
    return s, f.div(missing, below)


def constants(x: Value, parts: tuple[float, float]) -> tuple[Value, Value]:
    return like(x, parts[0]), like(x, parts[1])


def times(f: Function, a: tuple[Value, Value], b: tuple[Value, Value]) -> tuple[Value, Value]:
    """Return the product of two numbers in two parts each, the same way."""
    main, error = product(f, a[0], b[0])
    return main, muladd(f, a[0], b[1], muladd(f, a[1], b[0], error))


def special(f: Function, x: Value, y: Value, size: Value) -> Value:
    """Return x^y, given that of |x|: signs, NaN, and what is 1 whatever the other one is."""
    zero, one = like(x, 0), like(x, 1)
    rounded = f.intrinsic("rint", y.type, y)
    whole = f.compare("eq", rounded, y)
    half = f.mul(y, like(y, 0.5))
    is_odd = f.bit_and(whole, f.compare("ne", f.intrinsic("rint", y.type, half), half))
    result = f.intrinsic("copysign", x.type, size, f.select(is_odd, x, one))
    negative = f.bit_and(f.compare("lt", x, zero), f.compare("gt", x, like(x, -math.inf)))
    invalid = f.bit_and(negative, f.bit_not(whole))
    result = f.select(invalid, like(x, math.nan), result)
    endless = f.compare("eq", absolute(f, y), like(y, math.inf))
    is_one = f.bit_or(f.compare("eq", x, one), f.bit_and(endless, f.compare("eq", x, like(x, -1))))
    return f.select(f.bit_or(is_one, f.compare("eq", y, zero)), one, result)
