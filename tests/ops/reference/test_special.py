"""Special functions against the C library's and SciPy's, and at the ends and poles."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
from numpy.testing import assert_allclose, assert_array_equal

from chainrule.errors import DtypeError
from chainrule.graph.formula import ARITY, Symbol, evaluate, maths
from chainrule.ops.reference.special import FUNCTIONS, digamma, erf, erfc, gammaln

ULP = np.finfo(np.float64).eps
INF, NAN = np.inf, np.nan
RNG = np.random.default_rng(0)
SIZES = 10 ** RNG.uniform(-300, 300, 20_000)


def exactly(function: Callable[[float], float], x: np.ndarray) -> np.ndarray:
    """Return the C library's values, which are right to the last digit or two."""
    return np.array([function(v) for v in x])


def test_erf() -> None:
    x = np.concatenate([np.linspace(-6, 6, 20_001), SIZES, -SIZES, [0.46875, 4, -0.46875, -4]])
    assert_allclose(erf(x), exactly(math.erf, x), rtol=4 * ULP, atol=0)
    assert_allclose(erf(x), scipy.special.erf(x), rtol=6 * ULP, atol=0)
    assert_array_equal(erf(-x), -erf(x))


def test_erfc_and_its_tail() -> None:
    x = np.concatenate([np.linspace(-6, 26.5, 40_001), SIZES, -SIZES, [0.46875, 4, -0.46875]])
    assert_allclose(erfc(x), exactly(math.erfc, x), rtol=6 * ULP, atol=0)
    assert_allclose(erfc(x), scipy.special.erfc(x), rtol=1e-13, atol=0)


def test_erfc_where_it_is_subnormal() -> None:
    x = np.linspace(26.5, 28, 1_001)
    assert_allclose(erfc(x), exactly(math.erfc, x), rtol=1e-14, atol=1e-323)


def test_gammaln_right_of_zero() -> None:
    dense = [np.linspace(a, b, 10_001) for a, b in ((1e-9, 4), (3.9, 12.1), (11.9, 200))]
    x = np.concatenate([*dense, SIZES, [0.5, 0.6796875, 1.5, 4, 12]])
    assert_allclose(gammaln(x), exactly(math.lgamma, x), rtol=1e-14, atol=1e-15)
    usual = x[x > 1e-290]
    assert_allclose(gammaln(usual), scipy.special.gammaln(usual), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("zero", "slope", "curve"),
    [(1, -np.euler_gamma, math.pi**2 / 6), (2, 1 - np.euler_gamma, math.pi**2 / 6 - 1)],
)
def test_gammaln_at_its_zeros(zero: int, slope: float, curve: float) -> None:
    h = (zero + np.array([-1e-7, -1e-9, 2.0**-50, 1e-10, 1e-8])) - zero
    assert_allclose(gammaln(zero + h), h * (slope + h * curve / 2), rtol=1e-13, atol=0)
    assert gammaln(zero) == 0
    assert not np.signbit(gammaln(zero))


def test_gammaln_left_of_zero() -> None:
    x = -np.concatenate([RNG.uniform(0, 200, 20_000), SIZES[SIZES < 1]])
    assert_allclose(gammaln(x), exactly(math.lgamma, x), rtol=2e-14, atol=1e-14)


def test_digamma() -> None:
    dense = [np.linspace(a, b, 10_001) for a, b in ((1e-9, 0.6), (0.4, 3.1), (2.9, 300))]
    x = np.concatenate([*dense, SIZES, [0.5, 3]])
    assert_allclose(digamma(x), scipy.special.digamma(x), rtol=1e-14, atol=1e-15)


def test_digamma_at_its_root() -> None:
    root = 1.4616321449683623
    h = np.array([-1e-3, -1e-6, 0.0, 1e-9, 1e-4])
    expected = scipy.special.digamma(root + h)
    assert_allclose(digamma(root + h), expected, rtol=1e-12, atol=1e-17)


def test_digamma_left_of_zero() -> None:
    x = RNG.uniform(-50, 0, 20_000)
    far_from_poles = np.abs(x - np.rint(x)) > 1e-3
    x = x[far_from_poles]
    assert_allclose(digamma(x), scipy.special.digamma(x), rtol=1e-13, atol=1e-11)


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        (erf, [-INF, -0.0, 0.0, INF, NAN], [-1, -0.0, 0, 1, NAN]),
        (erfc, [-INF, 0.0, INF, NAN, 1e308, -1e308], [2, 1, 0, NAN, 0, 2]),
        (gammaln, [-INF, -3, -1, -0.0, 0.0, INF, NAN, -1e300], [-INF, *[INF] * 5, NAN, INF]),
        (gammaln, [1e306, 2.6e305], [INF, INF]),
        (digamma, [-INF, -3, -1, -0.0, 0.0, INF, NAN], [NAN, NAN, NAN, INF, -INF, INF, NAN]),
    ],
)
def test_ends_and_poles(function: Callable[..., Any], x: list[float], value: list[float]) -> None:
    assert_array_equal(function(np.array(x)), value)
    number = ~np.isnan(value)
    assert_array_equal(np.signbit(function(np.array(x)))[number], np.signbit(value)[number])
    scipys = getattr(scipy.special, function.__name__)
    assert_array_equal(function(np.array(x)), scipys(np.array(x)))


@pytest.mark.parametrize("function", [erf, erfc, gammaln, digamma])
def test_dtypes_and_shapes(function: Callable[..., Any]) -> None:
    x = np.linspace(0.2, 7, 12).reshape(3, 4)
    for dtype in (np.float16, np.float32, np.float64):
        got = function(x.astype(dtype))
        assert (got.dtype, got.shape) == (dtype, (3, 4))
        exact = getattr(scipy.special, function.__name__)(x.astype(dtype).astype(np.float64))
        limits = np.finfo(dtype)
        assert_allclose(got, exact, rtol=8 * limits.eps, atol=limits.smallest_subnormal)
    assert function(x.T).shape == (4, 3)
    assert_array_equal(function(x.T), function(x).T)
    assert function(np.ones((0, 2))).shape == (0, 2)
    assert type(function(1.5)) is np.float64
    assert type(function(np.float32(1.5))) is np.float32
    assert function(3) == function(3.0)
    assert function(np.array([1, 2])).dtype == np.float64
    assert_array_equal(function([1.0, 2.0]), function(np.array([1.0, 2.0])))


def test_complex_numbers_are_refused() -> None:
    with pytest.raises(DtypeError) as error:
        erf(1j)
    assert str(error.value) == "erf takes real numbers, got complex128"


def test_no_warning_even_when_all_are_asked_for() -> None:
    x = np.array([NAN, INF, -INF, 0.0, -0.0, -1.0, 1e-320, -1e-320, 1e308, -1e308, 27.0, 1e160])
    with np.errstate(all="raise"):
        for function in (erf, erfc, gammaln, digamma):
            function(x)


def test_inputs_are_left_alone() -> None:
    x = np.array([-1.5, 0.3, 2.0])
    for function in (erf, erfc, gammaln, digamma):
        function(x)
    assert_array_equal(x, [-1.5, 0.3, 2.0])


def test_every_function_of_formulas_can_be_evaluated() -> None:
    assert set(FUNCTIONS) == set(ARITY)
    x = np.array([0.5, 2.0])
    assert_array_equal(evaluate(maths.erf(Symbol("x")) * 2, {"x": x}, FUNCTIONS), 2 * erf(x))
