"""Gates without native code are called for in the middle of it."""

import numpy as np
import pytest

import chainrule as cr
from tests.compiler.kernels import agree, kinds

A = np.array([[4.0, 1.0], [2.0, 3.0]])


def test_between_other_gates() -> None:
    agree(lambda a: cr.tanh(cr.linalg.inv(a * 2)) + cr.linalg.det(a), A)
    agree(cr.grad(lambda a: cr.sum(cr.linalg.solve(a, a[0]) ** 2)), A)
    assert kinds(cr.linalg.inv, A) == ["call"]


def test_special_functions() -> None:
    agree(lambda a: cr.digamma(a) + cr.gammaln(a * 2), A)


@pytest.mark.parametrize("shape", [(0, 0), (2, 0, 0)])
def test_nothing_in_something_out(shape: tuple[int, ...]) -> None:
    agree(lambda a: cr.linalg.det(a), np.zeros(shape))


def test_gates_of_the_users_own() -> None:
    @cr.op(numpy=lambda x: np.sort(x, axis=-1), shape=lambda s: s)
    def in_order(g, z, x):  # type: ignore[no-untyped-def]
        return (None,)

    agree(lambda a: in_order(-a) * 2, A)
    assert "call" in kinds(lambda a: in_order(a), A)
