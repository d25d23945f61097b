"""erf and erfc.

In float: x P(x^2) up to 1, beyond it 1 - 2^Q(|x|) with the logarithm of erfc as a polynomial Q.
In double: x P(x^2) up to 1, and (1 + 2x) exp(x^2) erfc(x) as a polynomial of (x - 4) / (x + 4)
(M. M. Shepherd and J. G. Laframboise, Mathematics of Computation 36, 1981). The coefficients come
from Remez' exchange.
"""

from chainrule.compiler.code import Function
from chainrule.compiler.maths.exponential import exp, exponent
from chainrule.compiler.maths.format import (
    absolute,
    exact,
    format_of,
    horner,
    in_double,
    like,
    muladd,
    product,
)
from chainrule.compiler.values import Value, scalar_of

ERF = {
    "float": (
        0.12837912142276764,
        -0.37612318992614746,
        0.11280113458633423,
        -0.026709213852882385,
        0.0049149030819535255,
        -0.0005619865260086954,
    ),
    "double": (
        0.1283791670955126,
        -0.376126389031841,
        0.11283791670971083,
        -0.026866170648025364,
        0.005223977652609409,
        -0.000854832852956066,
        0.00012055385915907667,
        -1.4926873672411646e-05,
        1.6480917020982028e-06,
        -1.6555458792449095e-07,
        1.600094171464538e-08,
        -1.6413464029531165e-09,
        1.4250830271054354e-10,
    ),
}  # erf(x) / x - 1 in powers of x^2, for |x| <= 1
LOG2_ERFC = (
    -0.000510410696733743,
    -1.6259745359420776,
    -0.9207661151885986,
    -0.1486503779888153,
    0.031457819044589996,
    -0.004240796435624361,
    0.000267710885964334,
)  # for 1 <= x <= 4
EXP2 = (
    1.0000001192092896,
    0.6931471824645996,
    0.2402191013097763,
    0.055501941591501236,
    0.009685653261840343,
    0.0013481930363923311,
)  # for |x| <= 1/2
ERFC = (
    1.2329951186255526,
    -0.1396211168405625,
    0.015379652102618779,
    0.06809705425469109,
    -0.10103906603623834,
    0.09373283499841911,
    -0.06633036581397546,
    0.03716751553603274,
    -0.016197734033841046,
    0.00503196999511806,
    -0.0007577734789590963,
    -0.00019925682001057092,
    0.00015062262045554257,
    -2.4398617089897643e-05,
    -1.122505155523509e-05,
    5.7078418559599235e-06,
    3.000473243888239e-07,
    -8.214815311063241e-07,
    6.66107348177368e-08,
    1.0486406121180445e-07,
    -1.2075809218996322e-08,
    -1.0210571396815333e-08,
)
ERFC_IS_ZERO = 28.0
CENTRE = 4.0


def erf(f: Function, x: Value) -> Value:
    size = absolute(f, x)
    far = beyond_one(f, size) if scalar_of(x.type) == "float" else f.sub(like(x, 1), rest(f, size))
    far = f.intrinsic("copysign", x.type, far, x)
    return f.select(f.compare("gt", size, like(x, 1)), far, within_one(f, x))


def erfc(f: Function, x: Value) -> Value:
    """Return 1 - erf(x) near 0; rest(x), or 2 - rest(|x|), elsewhere."""
    return in_double(f, complement, x)


def complement(f: Function, x: Value) -> Value:
    size = absolute(f, x)
    far = rest(f, size)
    far = f.select(f.compare("lt", x, like(x, 0)), f.sub(like(x, 2), far), far)
    near = f.sub(like(x, 1), within_one(f, x))
    return f.select(f.compare("gt", size, like(x, 0.47)), far, near)


def within_one(f: Function, x: Value) -> Value:
    """Return erf(x) for |x| <= 1."""
    return muladd(f, x, horner(f, f.mul(x, x), ERF[scalar_of(x.type)]), x)


def beyond_one(f: Function, size: Value) -> Value:
    """Return erf(x) for x >= 1, in single precision."""
    form = format_of(size.type)
    four = like(size, 4)
    size = f.select(f.compare("gt", size, four), four, size)
    log = horner(f, size, LOG2_ERFC)
    magic = like(size, form.magic + form.bias)
    shifted = f.add(log, magic)
    p = horner(f, f.sub(log, f.sub(shifted, magic)), EXP2)
    scale = f.bitcast(exponent(f, shifted), size.type)
    return muladd(f, f.neg(scale), p, like(size, 1))


def rest(f: Function, size: Value) -> Value:
    """Return erfc(x) for x >= 0.46, in double precision."""
    most = like(size, ERFC_IS_ZERO)
    x = f.select(f.compare("gt", size, most), most, size)
    t = f.div(f.sub(x, like(x, CENTRE)), f.add(x, like(x, CENTRE)))
    scaled = f.div(horner(f, t, ERFC), muladd(f, x, like(x, 2), like(x, 1)))
    with exact(f):
        square, lost = product(f, x, x)
    return f.mul(exp(f, f.neg(square), low=f.neg(lost)), scaled)
