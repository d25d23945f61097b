"""Sums, extremes and their places, in every direction and of every length."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from tests.compiler.kernels import agree, kinds

SIZES = [1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 64, 65, 130]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, bool])
@pytest.mark.parametrize("axis", [0, 1, None])
def test_lengths(axis: Any, dtype: Any) -> None:
    rng = np.random.default_rng(0)
    arrays = [(rng.normal(size=s) * 4).astype(dtype) for n in SIZES for s in ((n, 3), (3, n))]

    def f(*xs: Any) -> Any:
        return [
            (cr.sum(x, axis=axis), cr.max(x, axis=axis), cr.argmax(x, axis=axis),
             cr.argmin(x, axis=axis), cr.any(x, axis=axis), cr.min(x, axis=axis))
            for x in xs
        ]  # fmt: skip

    agree(f, *arrays, tolerance=1e-12 if dtype is not np.float32 else 1e-5)


@pytest.mark.parametrize("axis", [0, 1])
def test_nan_wins_wherever_it_stands(axis: int) -> None:
    for at in range(0, 20, 3):
        x = np.arange(60.0).reshape(20, 3)
        x[at, 1] = np.nan
        x = x if axis == 0 else x.T.copy()
        agree(lambda x: (cr.max(x, axis=axis), cr.min(x, axis=axis), cr.argmax(x, axis=axis)), x)


def test_ties_go_to_the_first() -> None:
    x = np.tile([1.0, 3.0, 3.0, 1.0], (5, 9))
    agree(lambda x: (cr.argmax(x, axis=1), cr.argmin(x, axis=1), cr.argmax(x, axis=0)), x)
    agree(lambda x: cr.argmax(x, axis=0), np.full((4, 3), -np.inf))


def test_the_entries_may_be_computed() -> None:
    x = np.random.default_rng(1).normal(size=(5, 37))
    f = lambda x: cr.sum(cr.square(x - cr.mean(x, axis=1, keepdims=True)), axis=1)  # noqa: E731
    agree(f, x)
    assert kinds(f, x) == ["reduce", "reduce"]
