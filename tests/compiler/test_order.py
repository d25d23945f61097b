"""Sorting: stable, NaN last, along any axis."""

import numpy as np
import pytest

import chainrule as cr
from tests.compiler.kernels import agree, kinds


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100])
def test_lengths_and_ties(size: int) -> None:
    rng = np.random.default_rng(size)
    x = rng.integers(-5, 5, size=(3, size)).astype(float)
    agree(lambda x: cr.argsort(x, axis=1), x)
    agree(lambda x: cr.argsort(x, axis=0), x.T.copy())
    agree(lambda x: cr.argsort(x, axis=1), x.astype(np.int32))
    agree(lambda x: cr.argsort(x, axis=1), (x + 5).astype(np.uint8))


def test_nan_and_infinities() -> None:
    agree(cr.argsort, np.array([np.nan, 1.0, -np.inf, np.nan, np.inf, -0.0, 0.0, 1.0]))


def test_what_is_sorted_may_be_computed() -> None:
    x = np.random.default_rng(0).normal(size=(4, 9))
    agree(lambda x: cr.argsort(-cr.tanh(x), axis=-1) * 2, x)
    assert "order" in kinds(cr.argsort, x)
