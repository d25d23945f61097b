"""erf, erfc, gammaln and digamma on arrays, which NumPy lacks.

Each takes an array or a number, computes in float64, and returns the dtype it was given (float64
for integers). NaN gives NaN, infinities give the limit, and nothing warns.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chainrule.graph.formula import NUMPY
from chainrule.ops.reference.error_function import erf, erfc
from chainrule.ops.reference.gamma import digamma, gammaln

__all__ = ["FUNCTIONS", "digamma", "erf", "erfc", "gammaln"]

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **NUMPY,
    "erf": erf,
    "erfc": erfc,
    "gammaln": gammaln,
    "digamma": digamma,
}  # everything that a formula may contain, for `evaluate`
