"""The logarithm of the gamma function, and its derivative.

Source:
    W. J. Cody and K. E. Hillstrom, "Chebyshev approximations for the natural logarithm of the gamma
    function", Mathematics of Computation 21 (1967): quotients around 1, 2 and 4, then Stirling.
    W. J. Cody, A. J. Strecok and H. C. Thacher, "Chebyshev approximations for the psi function",
    Mathematics of Computation 27 (1973): the positive root, in two parts, is divided out.
"""

import numpy as np

from chainrule.ops.reference.rational import Array, choose, elementwise, horner, ratio


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
