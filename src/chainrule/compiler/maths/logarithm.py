"""log: x = 2^e (1 + t) with 1 + t between sqrt(1/2) and sqrt(2), and a minimax polynomial of t.

The coefficients come from Remez' exchange for the relative error, rounded one after the other.
"""

import math

from chainrule.compiler.code import Function, Value, scalar_of
from chainrule.compiler.maths.exponential import LN2
from chainrule.compiler.maths.format import bits, format_of, horner, like, muladd

LOG = {
    "float": (
        0.3333333134651184,
        -0.250008225440979,
        0.20001262426376343,
        -0.16623322665691376,
        0.14200834929943085,
        -0.13159096240997314,
        0.12765133380889893,
        -0.0764002874493599,
    ),  # (log(1 + t) - t + t^2 / 2) / t^3
    "double": (
        0.6666666666666734,
        0.39999999999416674,
        0.2857142874201823,
        0.22222198606247778,
        0.18183562781840906,
        0.15314086780963138,
        0.14795612574514927,
    ),  # (log(1 + t) - 2 s) / s^3 in powers of s^2, where s = t / (2 + t)
}
SMALLEST_NORMAL = {"float": 2.0**-126, "double": 2.0**-1022}


def split(f: Function, x: Value) -> tuple[Value, Value]:
    """Return e and t with x = 2^e (1 + t), for positive finite x."""
    form = format_of(x.type)
    denormal = f.compare("lt", x, like(x, SMALLEST_NORMAL[scalar_of(x.type)]))
    lift = form.mantissa + 1
    x = f.select(denormal, f.mul(x, like(x, 2.0**lift)), x)
    whole = bits(f, x)
    half = f.bitcast(like(x, 1), whole.type)
    root = bits(f, like(x, math.sqrt(0.5)))
    above = f.sub(whole, root)
    e = f.put(whole.type, f"ashr {above}, {like(whole, form.mantissa).text}")
    fraction = f.bit_and(above, like(whole, (1 << form.mantissa) - 1))
    t = f.sub(f.bitcast(f.add(fraction, root), x.type), f.bitcast(half, x.type))
    e = f.sub(e, f.select(denormal, like(e, lift), like(e, 0)))
    return f.convert(e, x.type), t


def log(f: Function, x: Value) -> Value:
    e, t = split(f, x)
    high, low = LN2[scalar_of(x.type)]
    half_square = f.mul(f.mul(t, t), like(x, 0.5))
    rest = tail(f, t, half_square)
    rest = muladd(f, e, like(x, low), rest)
    y = f.add(f.sub(rest, half_square), t)
    y = muladd(f, e, like(x, high), y)
    return edges(f, x, y)


def edges(f: Function, x: Value, y: Value) -> Value:
    """Return the logarithm `y` of positive `x`; what it is at 0 and infinity; else NaN."""
    y = f.select(f.compare("lt", x, like(x, math.inf)), y, x)
    zero = f.compare("eq", x, like(x, 0))
    edge = f.select(zero, like(x, -math.inf), like(x, math.nan))
    return f.select(f.compare("gt", x, like(x, 0)), y, edge)


def tail(f: Function, t: Value, half_square: Value) -> Value:
    """Return log(1 + t) - t + t^2 / 2."""
    if scalar_of(t.type) == "float":
        cube = f.mul(f.mul(t, t), t)
        return f.mul(cube, horner(f, t, LOG["float"]))
    s = f.div(t, f.add(t, like(t, 2)))
    z = f.mul(s, s)
    return f.mul(s, muladd(f, z, horner(f, z, LOG["double"]), half_square))
