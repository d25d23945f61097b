"""Nests of loops: entries one by one, in parts, and running sums."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from tests.compiler.kernels import agree, kinds

SIZES = [1, 2, 3, 5, 8, 9, 16, 17, 33]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.int32, np.uint8, bool])
def test_left_over_entries_are_written_and_no_others(dtype: Any) -> None:
    arrays = [np.arange(n).astype(dtype) for n in SIZES]
    agree(lambda *xs: [cr.maximum(x, x[::-1]) for x in xs], *arrays)


def test_broadcasting_and_turned_entries() -> None:
    rng = np.random.default_rng(0)
    for shape in ((5, 9), (9, 5), (3, 4, 17), (2, 1, 8)):
        x = rng.normal(size=shape)
        agree(lambda x: (x + x[0], x * x[..., :1], cr.tanh(x.T), x[..., ::-1] - x), x)


def test_parts_and_sums_into_them() -> None:
    x, at = np.arange(20.0).reshape(5, 4), np.array([0, 3, 3, 0, 3, -1])
    agree(lambda x: (cr.concatenate((x, x[:2]), axis=0), cr.pad(x, 2), cr.stack((x, x), 1)), x)
    agree(cr.grad(lambda x: cr.sum(cr.square(x[at]) * np.arange(6.0)[:, None])), x)
    assert "writes" in kinds(lambda x: cr.concatenate((x, x[:2])), x)


def test_running_sums() -> None:
    x = np.random.default_rng(0).normal(size=(3, 5, 7))
    for axis in (0, 1, 2):
        agree(lambda x, axis=axis: cr.cumsum(cr.tanh(x), axis=axis) * 2, x)
    assert kinds(lambda x: cr.cumsum(x, axis=0), x) == ["running"]
