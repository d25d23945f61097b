"""Remainders, floors of quotients, and the larger of two, on floats."""

import numpy as np
import pytest

from chainrule.compiler import llvm
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.elementary import apply
from chainrule.compiler.values import Value, constant
from tests.compiler.maths.native import call, identical, loop_over, native, pairs, special, spread

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("name", ["remainder", "floor_divide", "maximum", "minimum"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_like_numpy(name: str, dtype: type) -> None:
    a = spread(dtype, 1e4, count=1000)
    b = RNG.permutation(a)
    whole = np.arange(-12, 13).astype(dtype)
    left, right = pairs(np.concatenate([whole, whole / 10]))
    a, b = np.concatenate([a, left]), np.concatenate([b, right])
    with np.errstate(all="ignore"):
        assert identical(native(name, a, b), getattr(np, name)(a, b))


def test_of_two_zeros_the_second_is_taken() -> None:
    a, b = np.array([0.0, -0.0]), np.array([-0.0, 0.0])
    for name in ("maximum", "minimum"):
        assert np.signbit(native(name, a, b)).tolist() == [True, False]


def test_halves_go_to_the_even_neighbour() -> None:
    x = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 4503599627370495.5])
    assert identical(native("rint", x), np.rint(x))


@pytest.mark.parametrize("limit", [0.0, -0.0, 1.0, -6.0, np.inf, np.nan])
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_limits_that_are_known(name: str, limit: float) -> None:
    def body(f: Function, x: Value) -> Value:
        return apply(f, name, x, constant(x.type, limit))

    text = module_text([loop_over("f", "float", 16, 1, body)])
    linked = llvm.link(llvm.build(text, llvm.host()), llvm.host())
    x = np.resize(special(np.float32), 64)
    assert identical(
        call(linked, "f", np.empty_like(x), x), getattr(np, name)(x, np.float32(limit))
    )
