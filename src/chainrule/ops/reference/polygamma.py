"""Derivatives of digamma on arrays, in float64 inside."""

import math
from typing import Any

import numpy as np

STEPS = 20  # the series starts this far out, and n further
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def polygamma(x: Any, n: int) -> Any:
    """Return the n-th derivative of digamma, n >= 1; NaN at 0, -1, -2, ..., where it has poles.

    Right of 0 it is a sum of powers, the rest of which Euler and Maclaurin's formula adds up; left
    of it, the reflection about 1/2 leads back.
    """
    given = np.asarray(x)
    kind = given.dtype if given.dtype.kind == "f" else np.dtype(np.float64)
    wide = given.astype(np.float64)
    pole = (wide <= 0) & (wide == np.floor(wide))
    wide = np.where(pole, np.nan, wide)
    left = wide < 0
    value = (-1) ** (n + 1) * powers(np.where(left, 1 - wide, wide), n)
    if np.any(left):
        inside = np.where(left, wide, 0.5) % 1
        value = np.where(left, (-1) ** n * value - cotangent(inside, n), value)
    return value.astype(kind)[()]


def powers(x: Any, n: int) -> Any:
    """Return n! times the sum of (x + k)^-(n+1) over k = 0, 1, ..., for x > 0."""
    total = np.zeros_like(x)
    for k in range(STEPS + n):
        total = total + (x + k) ** -(n + 1)
    far = x + STEPS + n
    tail = far**-n / n + far ** -(n + 1) / 2
    for k, b in enumerate(BERNOULLI, start=1):
        rising = math.prod(range(n + 1, n + 2 * k)) / math.factorial(2 * k)
        tail = tail + b * rising * far ** -(n + 2 * k)
    return math.factorial(n) * (total + tail)


def cotangent(x: Any, n: int) -> Any:
    """Return the n-th derivative of pi cot(pi x), a polynomial in the cotangent."""
    c = np.polynomial.Polynomial([0.0, 1.0])
    slope = -np.pi * (1 + c * c)
    derived = c
    for _ in range(n):
        derived = derived.deriv() * slope
    return np.pi * derived(1 / np.tan(np.pi * x))
