"""The error function and its complement.

Source: W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of
Computation 23 (1969): one quotient of polynomials each for |x| up to 0.46875, up to 4 and beyond.
"""

import numpy as np

from chainrule.ops.reference.rational import Array, choose, elementwise, ratio

ERF_SMALL = 0.46875


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
