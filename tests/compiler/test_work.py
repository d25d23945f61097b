"""The work of kernels, counted by hand."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.llvm import host
from chainrule.compiler.plan import plan
from chainrule.compiler.work import BYTE, NEAR, Work
from chainrule.graph.trace import trace

A = np.ones((30, 40), np.float32)
B = np.ones((40, 20), np.float32)
ROWS = np.array([3, 1])
WORK: dict[str, tuple[Any, tuple[Any, ...], Work]] = {
    "map": (lambda a: a * a + 1, (A,), Work(2 * 1200, 2 * 4800)),
    "product": (lambda a, b: a @ b, (A, B), Work(2 * 30 * 40 * 20, 4 * (1200 + 800 + 600))),
    "sums": (lambda a: cr.sum(a, axis=1), (A,), Work(1200, 4 * (1200 + 30))),
}


@pytest.mark.parametrize("name", WORK)
def test_by_hand(name: str) -> None:
    f, values, wanted = WORK[name]
    found = trace(f, *values)
    (kernel,) = plan(Circuit(found.inputs, found.outputs), host()).kernels
    assert kernel.work == wanted
    assert kernel.work.total == wanted.flops
    assert Work(5, NEAR + 1).total == 5 + BYTE * (NEAR + 1)


def test_rows_that_are_not_read_do_not_count() -> None:
    found = trace(lambda a, rows: a[rows], A, ROWS)
    (kernel,) = plan(Circuit(found.inputs, found.outputs), host()).kernels
    assert kernel.work.bytes == 2 * 4 * 2 * 40 + 2 * 8
