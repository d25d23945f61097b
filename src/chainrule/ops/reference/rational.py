"""Piecewise rational functions on arrays, the form in which special functions are computed."""

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
