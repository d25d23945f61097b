"""The error function and the logarithm of the gamma function, with their derivatives."""

import math

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op, ops
from chainrule.ops.reference import polygamma as higher
from chainrule.ops.reference import special

POSITIVE = (0.3, 4.0)
BELL = 2 / math.sqrt(math.pi)  # the slope of erf at 0


@op(
    role="scaler",
    formula=lambda m, x: m.erf(x),
    numpy=special.erf,
    shape=shapes.broadcast,
    tex=r"\mathrm{erf}(x)",
)
def erf(g, z, x):
    """The local gradient is 2/sqrt(pi) exp(-x^2)."""
    return (g * (BELL * ops.exp(-x * x)),)


@op(
    role="scaler",
    formula=lambda m, x: m.erfc(x),
    numpy=special.erfc,
    shape=shapes.broadcast,
    tex=r"\mathrm{erfc}(x)",
)
def erfc(g, z, x):
    """1 - erf(x), exact where it is small. The local gradient is -2/sqrt(pi) exp(-x^2)."""
    return (g * (-BELL * ops.exp(-x * x)),)


@op(
    role="scaler",
    formula=lambda m, x: m.gammaln(x),
    numpy=special.gammaln,
    shape=shapes.broadcast,
    tex=r"\log |\Gamma(x)|",
    domain=POSITIVE,
)
def gammaln(g, z, x):
    """The local gradient is digamma(x). Infinite at 0, -1, -2, ..."""
    return (g * ops.digamma(x),)


@op(
    role="scaler",
    formula=lambda m, x: m.digamma(x),
    numpy=special.digamma,
    shape=shapes.broadcast,
    tex=r"\psi(x)",
    domain=POSITIVE,
)
def digamma(g, z, x):
    """The local gradient is polygamma(x, 1). NaN at 0, -1, -2, ..."""
    return (g * ops.polygamma(x, n=1),)


@op(
    role="scaler",
    numpy=higher.polygamma,
    shape=shapes.broadcast,
    tex=r"\psi^{(n)}(x)",
    domain=POSITIVE,
    examples=[case((3, 4)), case((2, 3), n=2)],
)
def polygamma(g, z, x, n=1):
    """The n-th derivative of digamma, n >= 1, so that gammaln has derivatives of any order.

    The local gradient is polygamma(x, n + 1).
    """
    return (g * ops.polygamma(x, n=n + 1),)
