"""Kernels that differ in their arrays alone have one form."""

from typing import Any

import numpy as np

import chainrule as cr
from tests.compiler.kernels import agree, planned

X = np.random.default_rng(0).normal(size=(4, 4))


def kernels(f: Any, *values: Any) -> int:
    agree(f, *values, tolerance=1e-6)
    return len(planned(f, *values).kernels)


def test_one_kernel_for_many() -> None:
    assert kernels(lambda a, b: (cr.sum(cr.tanh(a), axis=0), cr.sum(cr.tanh(b), axis=0)), X, X) == 1


def test_what_differs_has_its_own() -> None:
    y = X[:3]
    assert kernels(lambda a, b: (cr.tanh(a), cr.tanh(b)), X, y) == 2
    assert kernels(lambda a, b: (cr.tanh(a), cr.tanh(b)), X, X.astype("f4")) == 2
    assert kernels(lambda a, b: (cr.sum(a, axis=0), cr.sum(b, axis=1)), X, X) == 2
    assert kernels(lambda a, b: (a * 2.0, b * 3.0), X, X) == 2
    assert kernels(lambda a, b: (a * a, b * X), X, X) == 2


def test_the_same_array_twice_is_no_other_form() -> None:
    assert kernels(lambda a, b, c: (cr.tanh(a) * b, cr.tanh(c) * c), X, X + 1, X + 2) == 2
