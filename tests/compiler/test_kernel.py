"""Loops and vectors of kernels."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.code import Function
from chainrule.compiler.kernel import along, fitting, splits, tail
from tests.compiler.kernels import agree


def test_lanes_that_fit() -> None:
    assert [fitting(16, n) for n in (1, 2, 3, 8, 9, 16, 100)] == [1, 2, 4, 8, 16, 16, 16]


def test_masks() -> None:
    assert tail(1, 1) is None
    mask = tail(2, 4)
    assert mask is not None
    assert str(mask) == "<4 x i1> <i1 true, i1 true, i1 false, i1 false>"


@pytest.mark.parametrize(
    ("size", "whole", "rest"), [(8, True, False), (9, True, True), (3, False, True)]
)
def test_whole_vectors_and_the_rest(size: int, whole: bool, rest: bool) -> None:
    seen: list[Any] = []
    along(Function("f"), size, 4, lambda first, lanes, mask: seen.append(mask))
    assert [mask is None for mask in seen] == [True] * whole + [False] * rest


def test_as_few_loops_as_places_allow() -> None:
    assert len(list(splits((2, 3, 4)))) == 3
    assert list(splits(())) == [[()]]
    x = np.random.default_rng(0).normal(size=(3, 1, 5, 7))
    agree(lambda x: (x + x[:, :, 0:1], x * x[0, 0, 0], x.T + 1, cr.reshape(x, (15, 7)).T), x)
