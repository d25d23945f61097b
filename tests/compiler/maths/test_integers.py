"""What processors refuse to divide, and shifts by more bits than there are."""

import numpy as np
import pytest

from chainrule.compiler import llvm
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.elementary import apply
from chainrule.compiler.values import Value, constant
from tests.compiler.maths.native import call, loop_over, native


@pytest.mark.parametrize(
    ("dtype", "lanes"), [(np.int8, 16), (np.int32, 1), (np.int32, 16), (np.int64, 8)]
)
def test_division_never_traps(dtype: type, lanes: int) -> None:
    low = np.iinfo(dtype).min
    a, b = np.array([low, low, 7, 0, -7], dtype), np.array([-1, 0, 0, 0, 2], dtype)
    assert native("floor_divide", a, b, lanes=lanes).tolist() == [low, 0, 0, 0, -4]
    assert native("remainder", a, b, lanes=lanes).tolist() == [0, 0, 0, 0, 1]


def test_shifts_beyond_the_last_bit() -> None:
    a = np.array([-8, -8, 8, 8, 1], np.int32)
    b = np.array([32, -1, 32, 100, 31], np.int32)
    assert native("shift_left", a, b).tolist() == [0, 0, 0, 0, -(2**31)]
    assert native("shift_right", a, b).tolist() == [-1, -1, 0, 0, 0]


def test_unsigned_numbers_are_compared_as_such() -> None:
    a, b = np.array([2**31 + 1, 3], np.uint32), np.array([3, 2**31 + 1], np.uint32)
    assert native("less", a, b).tolist() == [False, True]
    assert native("maximum", a, b).tolist() == [2**31 + 1, 2**31 + 1]
    assert native("floor_divide", a, b).tolist() == [(2**31 + 1) // 3, 0]


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 10, 63])
def test_known_exponents_need_no_loop(exponent: int) -> None:
    def body(f: Function, x: Value) -> Value:
        return apply(f, "power", x, constant(x.type, exponent))

    text = module_text([loop_over("f", "i64", 8, 1, body)])
    assert text.count("phi") == 1  # the test's own
    linked = llvm.link(llvm.build(text, llvm.host()), llvm.host())
    x = np.arange(-8, 8)
    assert call(linked, "f", np.empty_like(x), x).tolist() == (x**exponent).tolist()
