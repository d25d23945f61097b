"""Polynomials, and sums and products whose rounding errors are kept."""

from fractions import Fraction

import numpy as np

from chainrule.compiler import llvm
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.maths import format
from chainrule.compiler.values import Value, constant
from tests.compiler.maths.native import call, loop_over

RNG = np.random.default_rng(2)
X = RNG.standard_normal(64) * 10.0 ** RNG.integers(-8, 8, 64)
Y = RNG.standard_normal(64) * 10.0 ** RNG.integers(-8, 8, 64)


def parts(write: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both results of a function that keeps its rounding error."""

    def part(which: int) -> Function:
        def body(f: Function, a: Value, b: Value) -> Value:
            with format.exact(f):
                return getattr(format, write)(f, a, b)[which]  # type: ignore[no-any-return]

        return loop_over(f"part{which}", "double", 8, 2, body)

    linked = llvm.link(llvm.build(module_text([part(0), part(1)]), llvm.host()), llvm.host())
    first, second = (call(linked, f"part{i}", np.empty_like(x), x, y) for i in (0, 1))
    return first, second


def exactly(values: np.ndarray) -> list[Fraction]:
    return [Fraction(v) for v in values.tolist()]


def test_both_parts_of_a_sum() -> None:
    main, lost = parts("exact_sum", X, Y)
    wanted = [a + b for a, b in zip(exactly(X), exactly(Y), strict=True)]
    assert [a + b for a, b in zip(exactly(main), exactly(lost), strict=True)] == wanted
    np.testing.assert_array_equal(main, X + Y)


def test_both_parts_of_a_sum_with_the_larger_one_first() -> None:
    large, small = np.where(abs(X) > abs(Y), X, Y), np.where(abs(X) > abs(Y), Y, X)
    main, lost = parts("ordered_sum", large, small)
    wanted = [a + b for a, b in zip(exactly(X), exactly(Y), strict=True)]
    assert [a + b for a, b in zip(exactly(main), exactly(lost), strict=True)] == wanted


def test_both_parts_of_a_product() -> None:
    main, lost = parts("product", X, Y)
    wanted = [a * b for a, b in zip(exactly(X), exactly(Y), strict=True)]
    assert [a + b for a, b in zip(exactly(main), exactly(lost), strict=True)] == wanted


def test_the_flags_come_back() -> None:
    f = Function("f", [("x", "double")])
    with format.exact(f):
        assert f.flags == ""
    assert f.flags == "contract"


def test_horner() -> None:
    f = loop_over("f", "double", 4, 1, lambda f, x: format.horner(f, x, (1.0, -2.0, 0.5)))
    linked = llvm.link(llvm.build(module_text([f]), llvm.host()), llvm.host())
    x = np.array([0.0, 1, 2, 4])
    assert call(linked, "f", np.empty_like(x), x).tolist() == [1, -0.5, -1, 1]


def test_what_is_known_of_a_value() -> None:
    assert format.known(constant("<4 x double>", 0.5)) == 0.5
    assert format.known(constant("float", -2)) == -2
    assert format.known(constant("<8 x i64>", -7)) == -7
    assert format.known(Value("%x1", "float")) is None
    assert format.known(Value("zeroinitializer", "<4 x float>")) is None
