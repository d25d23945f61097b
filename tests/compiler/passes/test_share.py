"""The same thing is computed once, and what only looks the same is not shared."""

from typing import Any

import numpy as np

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.passes.share import share
from chainrule.graph.node import leaf

X, Y = leaf((3,), name="x"), leaf((3,), name="y")


def left(*outputs: Any) -> int:
    return len(share(Circuit((X, Y), outputs)).gates)


def test_equal_gates_become_one() -> None:
    assert left(cr.tanh(X + Y) * 2, cr.tanh(X + Y) * 2) == 3
    table = np.arange(3.0)
    assert left(X + table, X + table.copy()) == 1


def test_others_stay_two() -> None:
    assert left(X - Y, Y - X) == 2
    assert left(cr.sum(X), cr.sum(X, keepdims=True)) == 2
    assert left(X + 0.0, X + -0.0) == 2
    assert left(X + 1, X + 1.0) == 2
    assert left(X + np.float32(1), X + 1) == 2


def test_attributes_that_are_equal_but_not_the_same() -> None:
    def padded(value: float) -> Any:
        return cr.pad(X, 1, constant_values=value)

    assert left(padded(0.0), padded(-0.0)) == 2
    assert left(padded(1.0), padded(1.0)) == 1
    found = cr.compile(lambda x: (cr.pad(x, 1, constant_values=0.0),
                                  cr.pad(x, 1, constant_values=-0.0)))(np.ones(3))  # fmt: skip
    assert [bool(np.signbit(f[0])) for f in found] == [False, True]
