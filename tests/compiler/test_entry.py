"""Dtypes of what is computed follow NumPy."""

from itertools import product
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.entry import REGISTER, register, stored
from chainrule.errors import DtypeError
from tests.compiler.kernels import agree

KINDS = [k for k in REGISTER if k != "float16"]


def test_types_in_registers_and_in_memory() -> None:
    assert register(np.dtype(bool)) == "i1"
    assert stored(np.dtype(bool)) == "i8"
    assert stored(np.dtype("f4")) == "float"
    with pytest.raises(DtypeError, match="complex128 cannot be compiled"):
        register(np.dtype(complex))


@pytest.mark.parametrize("kind", KINDS)
def test_promotion(kind: Any) -> None:
    x = np.arange(5).astype(kind)
    others = [np.arange(5).astype(k)[::-1].copy() for k in KINDS]

    def f(x: Any, *ys: Any) -> Any:
        found = [
            (x + y, x * y, cr.where(y > x, x, y), cr.equal(x, y), cr.maximum(x, y)) for y in ys
        ]
        return [z for group in found for z in group if z.dtype.name in REGISTER]

    agree(f, x, *others)


@pytest.mark.parametrize(("old", "new"), list(product(KINDS, KINDS)))
def test_conversions(old: str, new: str) -> None:
    numbers = [0, 1, 2, 100] if old.startswith("u") or new.startswith("u") else [0, 1, -2, 100, -7]
    x = np.array(numbers).astype(old)
    agree(lambda x: x.astype(new), x + x.dtype.type(0.7) if x.dtype.kind == "f" else x)


def test_python_numbers_adapt() -> None:
    for kind in ("f4", "f8", "i4", "i8", "u1"):
        x = np.arange(1, 6).astype(kind)
        agree(lambda x: (x * 2, x + 1, x / 2, 2 * x, x * 0.5), x, tolerance=1e-6)


def test_places_that_are_looked_up() -> None:
    x = np.arange(40.0).reshape(5, 8)
    at = np.array([[0, -1, 3], [4, 4, -5]])
    agree(lambda x, at: (x[at], x[:, at[0]], x[at[0], at[1]], x[at].T * 2), x, at)
