"""Trees as functions of numbers, arrays and gates."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.explain.algebra.compute import computed
from chainrule.graph.formula import Apply, Number, Symbol, apply, maths

x, W = Symbol("x"), Symbol("W")
A = np.arange(6.0).reshape(2, 3)


def test_numbers() -> None:
    assert computed(maths.exp(x) * 2, {"x": 0.0}) == 2.0
    assert computed(apply("power", 2, -1), {}) == 0.5


def test_arrays_and_settings() -> None:
    total = apply("sum", W, Symbol("axis=0"))
    assert computed(total, {"W": A}).tolist() == [3.0, 5.0, 7.0]
    product = apply("einsum", W, W, Symbol("subscripts=ij,ij->i"))
    assert computed(product, {"W": A}).tolist() == [5.0, 50.0]
    largest = apply("norm", W, Symbol("ord=inf"), Symbol("axis=1"))
    assert computed(largest, {"W": A}).tolist() == [2.0, 5.0]
    assert computed(Apply("array", (Number(1), Number(2))) * x, {"x": 2.0}).tolist() == [2.0, 4.0]


@pytest.mark.parametrize(
    ("written", "index"),
    [("0, 1:", np.s_[0, 1:]), ("::-1", np.s_[::-1]), ("None, -1", np.s_[None, -1])],
)
def test_an_index_as_it_is_written(written: str, index: object) -> None:
    found = computed(apply("getitem", W, Symbol(written)), {"W": A})
    np.testing.assert_array_equal(found, A[index])  # type: ignore[index]


def test_gates() -> None:
    made = computed(x * x, {"x": cr.tensor(3.0)})
    made.backward()
    assert made.inputs[0].grad == 6.0


def test_what_is_missing() -> None:
    with pytest.raises(UsageError, match="no value for 'x'"):
        computed(x + 1, {})
    with pytest.raises(UsageError, match="no function for 'expp'"):
        computed(apply("expp", x), {"x": 1.0})
