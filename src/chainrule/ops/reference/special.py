"""erf, erfc, gammaln and digamma on arrays.

The rational approximations are those of W. J. Cody and his co-authors, fitted there to 18 or more
digits. Each function takes an array or a number, computes in float64, and returns the dtype it was
given (float64 for integers). NaN gives NaN, infinities give the limit.

Source:
    Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969).
    Cody and Hillstrom, "Chebyshev approximations for the natural logarithm of the gamma function",
    Math. Comp. 21 (1967).
    Cody, Strecok and Thacher, "Chebyshev approximations for the psi function", Math. Comp. 27
    (1973).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import DtypeError

Array: TypeAlias = NDArray[np.float64]
Branch: TypeAlias = tuple[NDArray[np.bool_], Callable[[Array], Array]]


def elementwise(function: Callable[[Array], Array]) -> Callable[[ArrayLike], Any]:
    """Let a function of flat float64 arrays take any array of real numbers, and warn of nothing."""

    @wraps(function)
    def on_any_array(x: ArrayLike) -> Any:
        given = np.asarray(x)
        if given.dtype.kind not in "fiub":
            raise DtypeError(f"{function.__name__} takes real numbers, got {given.dtype}")
        dtype = given.dtype if given.dtype.kind == "f" else np.dtype(np.float64)
        with np.errstate(all="ignore"):
            flat = function(given.astype(np.float64).ravel())
            return flat.reshape(given.shape).astype(dtype)[()]

    return on_any_array


@elementwise
def erf(x: Array) -> Array:
    """Return the error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.

    >>> erf(np.array([-np.inf, 0.0, np.inf]))
    array([-1.,  0.,  1.])
    """
    small = np.abs(x) <= ERF_SMALL
    return choose(x, (small, erf_small), (~small, erf_large))


@elementwise
def erfc(x: Array) -> Array:
    """Return 1 - erf(x), accurate also where erf(x) is nearly one.

    >>> erfc(np.array([-np.inf, 0.0, np.inf]))
    array([2., 1., 0.])
    """
    return choose(
        x,
        (np.abs(x) <= ERF_SMALL, lambda t: 1 - erf_small(t)),
        (x > ERF_SMALL, erfc_right),
        (x < -ERF_SMALL, lambda t: 2 - erfc_right(-t)),
    )


@elementwise
def gammaln(x: Array) -> Array:
    """Return log |Gamma(x)|, infinite at 0, -1, -2, ... and at both ends.

    Accurate relative to the value, also around the zeros at 1 and 2; between the poles left of 0,
    where it crosses zero, accurate relative to its terms. `gammaln(-inf)` is minus infinity.

    >>> gammaln(np.array([1.0, 2.0, 0.0]))
    array([ 0.,  0., inf])
    """
    return choose(
        x,
        (x > 12, gammaln_large),
        ((x > 4) & (x <= 12), gammaln_middle),
        ((x > 0.6796875) & (x <= 4), lambda t: gammaln_small(t - 1, t - 2)),
        ((x >= 0) & (x <= 0.6796875), lambda t: gammaln_small(t, t - 1) - np.log(t)),
        (x < 0, gammaln_left),
    )


@elementwise
def digamma(x: Array) -> Array:
    """Return the derivative of gammaln: minus infinity at 0, NaN at the poles -1, -2, ...

    `digamma(-0.0)` is plus infinity.

    >>> digamma(np.array([0.0, -1.0, np.inf]))
    array([-inf,  nan,  inf])
    """
    return choose(
        x,
        (x > 3, digamma_large),
        ((x >= 0.5) & (x <= 3), digamma_small),
        (x < 0.5, digamma_left),
    )


def choose(x: Array, *branches: Branch) -> Array:
    """Return what the branch of each entry makes of it; NaN, in no branch, stays NaN."""
    result = np.full_like(x, np.nan)
    for inside, function in branches:
        if inside.any():
            result[inside] = function(x[inside])
    return result


def ratio(x: Array, top: tuple[float, ...], bottom: tuple[float, ...]) -> Array:
    """Return the quotient of two polynomials, whose highest coefficients come first."""
    return horner(x, top) / horner(x, bottom)


def horner(x: Array, coefficients: tuple[float, ...]) -> Array:
    total = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        total = total * x + c
    return total


# The error function: Cody 1969, tables II (|x| <= 0.46875), III (to 4) and IV.

ERF_SMALL = 0.46875
ERF_TOP = (
    1.85777706184603153e-1,
    3.16112374387056560e00,
    1.13864154151050156e02,
    3.77485237685302021e02,
    3.20937758913846947e03,
)
ERF_BOTTOM = (
    1.0,
    2.36012909523441209e01,
    2.44024637934444173e02,
    1.28261652607737228e03,
    2.84423683343917062e03,
)
ERFC_TOP = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594e00,
    6.61191906371416295e01,
    2.98635138197400131e02,
    8.81952221241769090e02,
    1.71204761263407058e03,
    2.05107837782607147e03,
    1.23033935479799725e03,
)
ERFC_BOTTOM = (
    1.0,
    1.57449261107098347e01,
    1.17693950891312499e02,
    5.37181101862009858e02,
    1.62138957456669019e03,
    3.29079923573345963e03,
    4.36261909014324716e03,
    3.43936767414372164e03,
    1.23033935480374942e03,
)
FAR_TOP = (
    1.63153871373020978e-2,
    3.05326634961232344e-1,
    3.60344899949804439e-1,
    1.25781726111229246e-1,
    1.60837851487422766e-2,
    6.58749161529837803e-4,
)
FAR_BOTTOM = (
    1.0,
    2.56852019228982242e00,
    1.87295284992346725e00,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3,
)
INVERSE_ROOT_PI = 5.6418958354775628695e-1


def erf_small(x: Array) -> Array:
    return x * ratio(x * x, ERF_TOP, ERF_BOTTOM)


def erf_large(x: Array) -> Array:
    return np.copysign(1 - erfc_right(np.abs(x)), x)


def erfc_right(x: Array) -> Array:
    """Return erfc(x) for x > 0.46875."""
    near = x <= 4
    scaled = choose(x, (near, lambda t: ratio(t, ERFC_TOP, ERFC_BOTTOM)), (~near, erfc_far))
    return scaled * gaussian(np.minimum(x, 30))  # zero from 27 on


def erfc_far(x: Array) -> Array:
    """Return exp(x^2) erfc(x) for x > 4."""
    y = 1 / (x * x)
    return (INVERSE_ROOT_PI - y * ratio(y, FAR_TOP, FAR_BOTTOM)) / x


def gaussian(x: Array) -> Array:
    """Return exp(-x^2), the square of x split so that its rounding error is not amplified."""
    head = np.trunc(x * 16) / 16
    return np.exp(-head * head) * np.exp(-(x - head) * (x + head))


# The logarithm of the gamma function: Cody and Hillstrom 1967, around 1, 2 and 4, and Stirling.

SLOPE_AT_1 = -5.772156649015328605195174e-1
AT_1_TOP = (
    4.945235359296727046734888e00,
    2.018112620856775083915565e02,
    2.290838373831346393026739e03,
    1.131967205903380828685045e04,
    2.855724635671635335736389e04,
    3.848496228443793359990269e04,
    2.637748787624195437963534e04,
    7.225813979700288197698961e03,
)
AT_1_BOTTOM = (
    1.0,
    6.748212550303777196073036e01,
    1.113332393857199323513008e03,
    7.738757056935398733233834e03,
    2.763987074403340708898585e04,
    5.499310206226157329794414e04,
    6.161122180066002127833352e04,
    3.635127591501940507276287e04,
    8.785536302431013170870835e03,
)
SLOPE_AT_2 = 4.227843350984671393993777e-1
AT_2_TOP = (
    4.974607845568932035012064e00,
    5.424138599891070494101986e02,
    1.550693864978364947665077e04,
    1.847932904445632425417223e05,
    1.088204769468828767498470e06,
    3.338152967987029735917223e06,
    5.106661678927352456275255e06,
    3.074109054850539556250927e06,
)
AT_2_BOTTOM = (
    1.0,
    1.830328399370592604055942e02,
    7.765049321445005871323047e03,
    1.331903827966074194402448e05,
    1.136705821321969608938755e06,
    5.267964117437946917577538e06,
    1.346701454311101692290052e07,
    1.782736530353274213975932e07,
    9.533095591844353613395747e06,
)
VALUE_AT_4 = 1.791759469228055000094023e00
AT_4_TOP = (
    1.474502166059939948905062e04,
    2.426813369486704502836312e06,
    1.214755574045093227939592e08,
    2.663432449630976949898078e09,
    2.940378956634553899906876e10,
    1.702665737765398868392998e11,
    4.926125793377430887588120e11,
    5.606251856223951465078242e11,
)
AT_4_BOTTOM = (
    -1.0,
    2.690530175870899333379843e03,
    6.393885654300092398984238e05,
    4.135599930241388052042842e07,
    1.120872109616147941376570e09,
    1.488613728678813811542398e10,
    1.016803586272438228077304e11,
    3.417476345507377132798597e11,
    4.463158187419713286462081e11,
)
HALF_LOG_TWO_PI = 9.189385332046727417803297e-1
STIRLING = (
    -1.910444077728e-03,
    8.4171387781295e-04,
    -5.952379913043012e-04,
    7.93650793500350248e-04,
    -2.777777777777681622553e-03,
    8.333333333333333331554247e-02,
)


def gammaln_small(past_1: Array, past_2: Array) -> Array:
    """Return gammaln(t) for 0.5 < t <= 4, given t - 1 and t - 2 without the rounding of t."""
    near_1 = (past_1 >= -0.3203125) & (past_1 <= 0.5)
    around_1 = past_1 * (SLOPE_AT_1 + past_1 * ratio(past_1, AT_1_TOP, AT_1_BOTTOM))
    around_2 = past_2 * (SLOPE_AT_2 + past_2 * ratio(past_2, AT_2_TOP, AT_2_BOTTOM))
    return np.where(near_1, around_1, around_2) + 0.0  # no negative zero at 1


def gammaln_middle(x: Array) -> Array:
    past_4 = x - 4
    return VALUE_AT_4 + past_4 * ratio(past_4, AT_4_TOP, AT_4_BOTTOM)


def gammaln_large(x: Array) -> Array:
    log = np.log(x)
    rest = HALF_LOG_TWO_PI - 0.5 * log + horner(1 / (x * x), STIRLING) / x
    return np.where(np.isinf(x), x, x * (log - 1) + rest)


def gammaln_left(x: Array) -> Array:
    """Return gammaln(x) for x < 0 by the reflection about 1/2."""
    value = np.log(np.pi / np.abs(sine_of_pi_times(x))) - gammaln(1 - x)
    return np.where(np.isinf(x), x, value)


def sine_of_pi_times(x: Array) -> Array:
    """Return sin(pi x) up to its sign, exactly zero at integers."""
    return np.sin(np.pi * (x - np.rint(x)))


# Digamma: Cody, Strecok and Thacher 1973, with its positive root in two parts.

PSI_TOP = (
    4.5104681245762934160e-03,
    5.4932855833000385356e00,
    3.7646693175929276856e02,
    7.9525490849151998065e03,
    7.1451595818951933210e04,
    3.0655976301987365674e05,
    6.3606997788964458797e05,
    5.8041312783537569993e05,
    1.6585695029761022321e05,
)
PSI_BOTTOM = (
    1.0,
    9.6141654774222358525e01,
    2.6287715790581193330e03,
    2.9862497022250277920e04,
    1.6206566091533671639e05,
    4.3487880712768329037e05,
    5.4256384537269993733e05,
    2.4242185002017985252e05,
    6.4155223783576225996e-08,
)
PSI_FAR_TOP = (
    -2.7103228277757834192e00,
    -1.5166271776896121383e01,
    -1.9784554148719218667e01,
    -8.8100958828312219821e00,
    -1.4479614616899842986e00,
    -7.3689600332394549911e-02,
    -6.5135387732718171306e-21,
)
PSI_FAR_BOTTOM = (
    1.0,
    4.4992760373789365846e01,
    2.0240955312679931159e02,
    2.4736979003315290057e02,
    1.0742543875702278326e02,
    1.7463965060678569906e01,
    8.8427520398873480342e-01,
)
ROOT_HEAD = 187 / 128
ROOT_REST = 6.9464496836234126266e-04


def digamma_small(x: Array) -> Array:
    past_root = (x - ROOT_HEAD) - ROOT_REST
    return past_root * ratio(x, PSI_TOP, PSI_BOTTOM)


def digamma_large(x: Array) -> Array:
    y = 1 / (x * x)
    return np.log(x) - 0.5 / x + ratio(y, PSI_FAR_TOP, PSI_FAR_BOTTOM)


def digamma_left(x: Array) -> Array:
    """Return digamma(x) for x < 1/2 by the reflection about 1/2."""
    past_pole = np.where(x == 0, x, x - np.rint(x))  # keeps the sign of zero
    value = digamma(1 - x) - np.pi / np.tan(np.pi * past_pole)
    return np.where((past_pole == 0) & (x < 0), np.nan, value)
