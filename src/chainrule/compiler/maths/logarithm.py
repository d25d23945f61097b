"""log: x = 2^e (1 + t) with 1 + t between sqrt(1/2) and sqrt(2), and a minimax polynomial of t.

The coefficients come from Remez' exchange for the relative error, rounded one after the other.
"""

import math

from chainrule.compiler.code import Function
from chainrule.compiler.maths.exponential import LN2
from chainrule.compiler.maths.format import (
    bits,
    exact,
    format_of,
    horner,
    in_double,
    like,
    muladd,
    ordered_sum,
    product,
)
from chainrule.compiler.values import Value, scalar_of

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
INVERSE = {
    2: (1.4426950408889634, 2.0355273740931033e-17),
    10: (0.4342944819032518, 1.098319650216765e-17),
}  # 1 / log(base) in two parts
LOG_OF_2 = {2: (1.0, 0.0), 10: (0.30102999566383914, 1.42050232272661e-13)}  # to that base


def log(f: Function, x: Value) -> Value:
    return edges(f, x, assemble(f, *split(f, x)))


def log1p(f: Function, x: Value) -> Value:
    """Return log(1 + x): what 1 + x loses to rounding is put back into t."""
    form = format_of(x.type)
    one = like(x, 1)
    u = f.add(x, one)
    lost = f.sub(x, f.sub(u, one))
    e, t = split(f, u, denormals=False)
    shift = f.sub(like(e, form.bias), e)
    shift = f.select(f.compare("gt", shift, like(e, 0)), shift, like(e, 0))
    scale = f.bitcast(f.shift_left(shift, like(e, form.mantissa)), x.type)
    y = f.intrinsic("copysign", x.type, assemble(f, e, muladd(f, lost, scale, t)), x)
    return edges(f, x, y, start=-1)


def log2(f: Function, x: Value) -> Value:
    return in_double(f, lambda f, x: other_base(f, x, 2), x)


def log10(f: Function, x: Value) -> Value:
    return in_double(f, lambda f, x: other_base(f, x, 10), x)


def other_base(f: Function, x: Value, base: int) -> Value:
    """Return log(x) / log(base), with the parts kept apart until the last sum."""
    e, t = split(f, x)
    with exact(f):
        half_square = f.mul(f.mul(t, t), like(t, 0.5))
        high = f.sub(t, half_square)
        low = f.add(f.sub(f.sub(t, high), half_square), tail(f, t, half_square))
        scale, rest = INVERSE[base]
        main, error = product(f, high, like(x, scale))
        error = muladd(f, low, like(x, scale), muladd(f, high, like(x, rest), error))
        whole, whole_rest = LOG_OF_2[base]
        e = f.convert(e, x.type)
        shift = f.mul(e, like(x, whole))
        total, lost = ordered_sum(f, shift, main)
        error = muladd(f, e, like(x, whole_rest), f.add(error, lost))
        return edges(f, x, f.add(total, error))


def split(f: Function, x: Value, *, denormals: bool = True) -> tuple[Value, Value]:
    """Return the integer e and t with x = 2^e (1 + t), for positive finite x."""
    form = format_of(x.type)
    denormal = f.compare("lt", x, like(x, form.smallest))
    lift = form.mantissa + 1
    if denormals:
        x = f.select(denormal, f.mul(x, like(x, 2.0**lift)), x)
    whole = bits(f, x)
    root = like(whole, form.root)
    above = f.sub(whole, root)
    e = f.binary("ashr", above, like(whole, form.mantissa))
    fraction = f.bit_and(above, like(whole, (1 << form.mantissa) - 1))
    t = f.sub(f.bitcast(f.add(fraction, root), x.type), like(x, 1))
    if denormals:
        e = f.select(denormal, f.sub(e, like(e, lift)), e)
    return e, t


def assemble(f: Function, e: Value, t: Value) -> Value:
    """Return e ln 2 + log(1 + t), the smallest terms first."""
    e = f.convert(e, t.type)
    high, low = LN2[scalar_of(t.type)]
    half_square = f.mul(f.mul(t, t), like(t, 0.5))
    rest = muladd(f, e, like(t, low), tail(f, t, half_square))
    y = f.add(f.sub(rest, half_square), t)
    return muladd(f, e, like(t, high), y)


def tail(f: Function, t: Value, half_square: Value) -> Value:
    """Return log(1 + t) - t + t^2 / 2."""
    if scalar_of(t.type) == "float":
        cube = f.mul(f.mul(t, t), t)
        return f.mul(cube, horner(f, t, LOG["float"]))
    s = f.div(t, f.add(t, like(t, 2)))
    z = f.mul(s, s)
    return f.mul(s, muladd(f, z, horner(f, z, LOG["double"]), half_square))


def edges(f: Function, x: Value, y: Value, start: float = 0.0) -> Value:
    """Return `y` for x > start, -inf at the start, NaN below; infinity and NaN stay."""
    first = like(x, start)
    y = f.select(f.compare("lt", x, like(x, math.inf)), y, x)
    edge = f.select(f.compare("eq", x, first), like(x, -math.inf), like(x, math.nan))
    return f.select(f.compare("gt", x, first), y, edge)
