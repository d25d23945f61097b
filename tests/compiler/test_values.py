"""Types and constants of the assembly language."""

import numpy as np
import pytest

from chainrule.compiler.values import (
    Value,
    constant,
    counting,
    is_float,
    lanes_of,
    literal,
    rounded,
    scalar_of,
    size_of,
    vector,
)


def test_types() -> None:
    assert vector("float", 8) == "<8 x float>"
    assert (scalar_of("<8 x float>"), lanes_of("<8 x float>")) == ("float", 8)
    assert (scalar_of("i64"), lanes_of("i64")) == ("i64", 1)
    assert (size_of("<4 x double>"), size_of("i1"), size_of("i8")) == (32, 1, 1)
    assert is_float("<2 x double>")
    assert not is_float("i32")


@pytest.mark.parametrize("number", [0.0, -0.0, 0.1, np.inf, -np.inf, np.nan, 1e300, 5e-324])
def test_constants_keep_their_bits(number: float) -> None:
    assert literal("double", number) == f"0x{np.float64(number).view(np.uint64):016X}"
    with np.errstate(over="ignore"):
        assert np.float32(rounded(number)).tobytes() == np.float32(number).tobytes()


def test_literals() -> None:
    assert (literal("i1", 1), literal("i64", -3)) == ("true", "-3")
    assert str(constant("<2 x i64>", 3)) == "<2 x i64> splat (i64 3)"
    assert counting(3) == Value("<i64 0, i64 1, i64 2>", "<3 x i64>")
