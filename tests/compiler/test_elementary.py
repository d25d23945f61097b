"""Every function at every special value, in every width, and on every kind of integer."""

import numpy as np
import pytest
import scipy.special

from chainrule.compiler import llvm
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.elementary import ANY, FLOATS, INTEGERS, SUPPORTED, apply
from chainrule.compiler.values import Value, constant
from chainrule.errors import DtypeError, UsageError
from chainrule.graph.formula import ARITY
from tests.compiler.maths import native
from tests.compiler.maths.native import arity, identical, pairs, same_signs, special, spread, ulps

REFERENCE = {
    "erf": scipy.special.erf,
    "erfc": scipy.special.erfc,
    "is_finite": np.isfinite,
    "bit_and": np.bitwise_and,
    "bit_or": np.bitwise_or,
    "bit_xor": np.bitwise_xor,
    "shift_left": np.left_shift,
    "shift_right": np.right_shift,
}
DTYPES = [np.float32, np.float64]
WHOLE = [np.int8, np.int32, np.int64, np.uint8, np.uint32, np.uint64]
EXACT = {"add", "subtract", "multiply", "divide", "sqrt", "negative", "abs", "sign", "rint"}
EXACT |= {"floor", "ceil", "maximum", "minimum", "remainder", "floor_divide"}
ROUNDING = {"floor", "ceil", "rint"}  # which make floats of integers in NumPy
LIMIT = 3.0  # ulp, at the special values, between two implementations


def arguments(name: str, dtype: type) -> tuple[np.ndarray, ...]:
    values = special(dtype)
    a, b = pairs(values)
    return ((a, b, b[::-1].copy()) if arity(name) == 3 else (a, b))[: arity(name)]


def expected(name: str, args: tuple[np.ndarray, ...]) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.asarray((REFERENCE.get(name) or getattr(np, name))(*args))


def test_all_functions_of_formulas_but_two_are_supported() -> None:
    assert set(ARITY) - SUPPORTED == {"gammaln", "digamma"}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", sorted({*FLOATS, *ANY}))
def test_special_values(name: str, dtype: type) -> None:
    args = arguments(name, dtype)
    found, wanted = native.native(name, *args), expected(name, args)
    assert found.dtype == wanted.dtype
    if name in EXACT or wanted.dtype == bool:
        assert identical(found, wanted)
    else:
        assert same_signs(found, wanted)
        assert ulps(found, wanted).max() <= LIMIT


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", sorted({*FLOATS, *ANY}))
def test_all_widths_give_the_same_bits(name: str, dtype: type) -> None:
    args = (spread(dtype, 50, count=300), spread(dtype, 9, count=300)[::-1].copy())
    args = (*args, args[0])[: arity(name)]
    wide = native.native(name, *args)
    for lanes in (1, 4):
        assert identical(native.native(name, *args, lanes=lanes), wide)


@pytest.mark.parametrize("name", ["exp", "tanh", "log1p", "erf", "power", "sin"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_narrower_registers_give_the_same_bits(name: str, dtype: type) -> None:
    args = (spread(dtype, 50), spread(dtype, 9)[::-1].copy())[: arity(name)]
    assert identical(native.native(name, *args, narrow=True), native.native(name, *args))


def integers(dtype: type) -> np.ndarray:
    info = np.iinfo(dtype)
    wanted = [-100, -7, -3, -2, -1, 0, 1, 2, 3, 5, 7, 8, 31, 32, 63, 64, 100]
    wanted += [info.min, info.min + 1, info.max, info.max - 1]
    return np.array([v for v in wanted if info.min <= v <= info.max], dtype)


@pytest.mark.parametrize("name", sorted({*INTEGERS, *ANY} - {"power"}))
def test_integers(name: str) -> None:
    for dtype in WHOLE:
        a, b = pairs(integers(dtype))
        args = ((a, b, b[::-1].copy()) if arity(name) == 3 else (a, b))[: arity(name)]
        for lanes in native.WIDTHS[native.KINDS[a.dtype.name]]:
            found = native.native(name, *args, lanes=lanes)
            wanted = a if name in ROUNDING else expected(name, args)
            np.testing.assert_array_equal(found, wanted, strict=True)


def test_powers_of_integers() -> None:
    for dtype in WHOLE:
        a, b = pairs(integers(dtype))
        allowed = b >= 0
        args = a[allowed], b[allowed]
        np.testing.assert_array_equal(native.native("power", *args), np.power(*args), strict=True)


def test_negative_powers_of_integers_lose_their_fraction() -> None:
    a = np.array([0, 1, -1, -1, 2, -7], np.int32)
    b = np.array([-1, -3, -3, -4, -1, -2], np.int32)
    assert native.native("power", a, b).tolist() == [0, 1, -1, 1, 0, 0]


ORDERS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
LOGICAL = ("logical_and", "logical_or", "logical_not", "bit_and", "bit_or", "bit_xor", "where")
OF_BOOLEANS = ("add", "multiply", "maximum", "minimum", "abs", *ORDERS, *LOGICAL)


@pytest.mark.parametrize("lanes", [1, 16])
def test_booleans(lanes: int) -> None:
    def write(name: str) -> Function:
        def body(f: Function, *values: Value) -> Value:
            return apply(f, name, *(f.convert(v, "i1") for v in values[: arity(name)]))

        return native.loop_over(name, "i8", lanes, 3, body)

    text = module_text([write(name) for name in OF_BOOLEANS])
    linked = llvm.link(llvm.build(text, llvm.host()), llvm.host())
    inputs = [(np.arange(16) >> i & 1).astype(np.int8) for i in range(3)]
    for name in OF_BOOLEANS:
        found = native.call(linked, name, np.empty(16, np.int8), *inputs)
        args = tuple(x.astype(bool) for x in inputs)[: arity(name)]
        np.testing.assert_array_equal(found.astype(bool), expected(name, args), strict=True)


def test_conditions_are_single_bits() -> None:
    assert apply(Function("f"), "logical_not", constant("<8 x double>", 0)).type == "<8 x i1>"


def test_an_unknown_name() -> None:
    f = Function("f", [("x", "float")])
    with pytest.raises(
        UsageError, match=r"^no machine code for 'arctanh'\nhint: did you mean 'arctan'"
    ):
        apply(f, "arctanh", *f.parameters)


def test_a_function_of_floats_on_integers() -> None:
    f = Function("f", [("x", "i32")])
    message = r"^no machine code for 'exp' on values of type i32\nhint: convert between integers"
    with pytest.raises(DtypeError, match=message):
        apply(f, "exp", *f.parameters)
