"""Sums of products, however their factors lie."""

import numpy as np
import pytest

import chainrule as cr
from tests.compiler.kernels import agree, kinds

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("sides", [(1, 1, 1), (3, 4, 5), (17, 9, 33), (1, 7, 20), (20, 7, 1),
                                   (16, 1, 16), (5, 130, 7)])  # fmt: skip
def test_layouts(sides: tuple[int, int, int]) -> None:
    m, k, n = sides
    a, b, c, d = (RNG.normal(size=s) for s in ((m, k), (k, n), (k, m), (n, k)))
    agree(lambda a, b: (a @ b, a[::-1] @ b, a @ b[:, ::-1], a[:, ::-1] @ b[::-1]), a, b)
    agree(lambda c, b: cr.tanh(c.T @ b) + 1, c, b)
    agree(lambda a, d: (a @ d.T, (a @ d.T).T * 2), a, d)
    agree(lambda c, d: c.T @ d.T, c, d)


def test_stacks_vectors_and_other_sums() -> None:
    x, y, v = RNG.normal(size=(3, 4, 5)), RNG.normal(size=(3, 5, 6)), RNG.normal(size=5)
    agree(lambda x, y, v: (x @ y, x @ y[0], x[0] @ y, x @ v, v @ y, v @ v), x, y, v)
    agree(lambda x, y: cr.einsum("bij,bjk->kib", x, y), x, y)
    agree(lambda x, y: cr.einsum("bij,bjk->ik", x, y), x, y)
    agree(lambda x: (cr.einsum("bij,bij->b", x, x), cr.einsum("bij,cij->bc", x, x)), x)
    agree(lambda v: cr.einsum("i,j->ij", v, v), v)


def test_no_terms_and_no_entries() -> None:
    agree(lambda a, b: (a @ b, (b.T @ a.T) + 1), np.zeros((3, 0)), np.zeros((0, 4)))
    agree(lambda a, b: a @ b, np.zeros((0, 3)), np.zeros((3, 4)))


def test_nan_and_infinity_go_through() -> None:
    a = RNG.normal(size=(9, 9))
    a[2, 3], a[4, 4] = np.nan, np.inf
    agree(lambda a, b: a @ b, a, RNG.normal(size=(9, 9)))


def test_whole_numbers() -> None:
    a = np.arange(12).reshape(3, 4)
    agree(lambda a: a @ a.T, a)
    assert kinds(lambda a: a @ a.T, a) == ["reduce"]
