"""Exact numbers: integers and fractions stay what they are; floats stay where they were given.

A float that is a simple fraction is meant as one: 0.5, 2/3. A float that is a known constant is
meant as that: 0.6931471805599453 is log(2).
"""

import math
from fractions import Fraction
from typing import TypeAlias

from chainrule.graph.formula import Expression, Number, apply

Exact: TypeAlias = int | Fraction | float

SIMPLE = 12  # the largest denominator of a float that is taken for a fraction
LARGEST = 2**53  # beyond it floats do not tell integers apart
LONGEST_POWER = 2000  # bits of an exact power
LOGARITHMS = {math.log(n): n for n in range(2, 100)}
SHORTER = 3  # digits that rounding must save to show that they were noise


def exact(value: float) -> Exact:
    """Return the number that a float is meant as.

    >>> exact(2.0), exact(0.5), exact(2 / 3), exact(0.1)
    (2, Fraction(1, 2), Fraction(2, 3), 0.1)
    """
    if not isinstance(value, float):
        return whole(value)
    if not math.isfinite(value):
        return value
    if value.is_integer():
        return int(value) if abs(value) <= LARGEST else value
    near = Fraction(value).limit_denominator(SIMPLE)
    decimal = near.denominator in (5, 10)  # 0.1 is how people write it
    return near if float(near) == value and not decimal else value


def whole(value: Exact) -> Exact:
    """Return a fraction without denominator as an integer, a float without its noise."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else value
    return quiet(value) if isinstance(value, float) else int(value)


def quiet(value: float) -> float:
    """Round to 15 digits where that shows that the others were noise: 0.30000000000000004.

    >>> quiet(0.1 + 0.2), quiet(1 / 3)
    (0.3, 0.3333333333333333)
    """
    rounded = float(f"{value:.15g}")
    return rounded if len(repr(rounded)) + SHORTER <= len(repr(value)) else value


def plus(a: Exact, b: Exact) -> Exact:
    return whole(a + b)


def times(a: Exact, b: Exact) -> Exact:
    return whole(a * b)


def magnitude(a: Exact) -> Exact:
    return a if a >= 0 else -a


def to_the(a: Exact, n: int) -> Exact:
    """Return an integer power.

    Raises:
        OverflowError: it has too many digits.
        ZeroDivisionError: it is a negative power of 0.
    """
    if isinstance(a, float):
        return whole(a**n)
    bits = max(a.numerator.bit_length(), a.denominator.bit_length())
    if bits * abs(n) > LONGEST_POWER and abs(a) != 1:
        raise OverflowError("this power has too many digits")
    return whole(Fraction(a) ** n)


def root_of(a: Exact, exponent: Exact) -> Exact | None:
    """Return a^exponent where it is exact, for a > 0 and a fraction as exponent; else None.

    >>> root_of(Fraction(4, 9), Fraction(1, 2)), root_of(2, Fraction(1, 2))
    (Fraction(2, 3), None)
    """
    if isinstance(a, float) or isinstance(exponent, float) or a <= 0:
        return None
    parts = [int_root(n, exponent.denominator) for n in (a.numerator, a.denominator)]
    if parts[0] is None or parts[1] is None:
        return None
    return to_the(Fraction(parts[0], parts[1]), exponent.numerator)


def int_root(n: int, degree: int) -> int | None:
    """Return the exact root of an integer, if it has one."""
    if n > LARGEST:
        return None
    near = round(n ** (1 / degree))
    return near if near**degree == n else None


def is_integer(value: object) -> bool:
    return isinstance(value, int)


def known_constant(value: float) -> Expression | None:
    """Return the formula of a float that is a constant of the ops' rules; None for others."""
    size = abs(value)
    found = CONSTANTS.get(size)
    if found is None and size in LOGARITHMS:
        found = apply("log", LOGARITHMS[size])
    if found is None:
        return None
    return found if value > 0 else apply("negative", found)


PI = Number(math.pi)
CONSTANTS: dict[float, Expression] = {
    2 / math.sqrt(math.pi): apply("divide", 2, apply("sqrt", PI)),
    math.sqrt(2 * math.pi): apply("sqrt", apply("multiply", 2, PI)),
    math.sqrt(2): apply("sqrt", 2),
    math.sqrt(0.5): apply("divide", 1, apply("sqrt", 2)),
}
