"""Gates that change nothing go, and nothing else goes with them."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.passes.simplify import simplify
from chainrule.graph.node import leaf
from chainrule.graph.run import run
from chainrule.graph.trace import trace

X, Y = np.arange(9.0).reshape(3, 3), np.arange(9.0).reshape(3, 3)[::-1] ** 2


def names(f: Any, *values: Any) -> list[str]:
    """Return the gates that are left of a function, which must compute what it did."""
    found = trace(f, *values)
    made = simplify(simplify(Circuit(found.inputs, found.outputs)))  # as the pipeline does
    for one, two in zip(
        run(found.inputs, found.outputs, values),
        run(made.inputs, made.outputs, values),
        strict=True,
    ):
        np.testing.assert_array_equal(one, two)
        assert np.asarray(one).dtype == np.asarray(two).dtype
    return [gate.op.name for gate in made.gates if gate.op is not None]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * 1,
        lambda x: 1 * x,
        lambda x: x / 1,
        lambda x: x**1,
        lambda x: cr.negative(-x),
        lambda x: x.T.T,
        lambda x: cr.transpose(x, (0, 1)),
        lambda x: cr.transpose(x, (-2, -1)),
        lambda x: cr.reshape(cr.reshape(x, (9,)), (3, 3)),
        lambda x: cr.broadcast_to(x, (3, 3)),
        lambda x: x.astype(float),
        lambda x: +x,
    ],
)
def test_nothing_is_left(f: Any) -> None:
    assert names(f, X) == []


@pytest.mark.parametrize(
    ("f", "left"),
    [
        (lambda x: x**2, ["square"]),
        (lambda x: cr.reshape(cr.reshape(x, (9,)), (1, 9)), ["reshape"]),
        (lambda x: cr.sum(x, axis=0, keepdims=True)[0], ["sum", "getitem"]),
        (lambda x: cr.reshape(cr.sum(x, axis=0, keepdims=True), (3,)), ["sum"]),
        (lambda x: cr.transpose(cr.transpose(x[None], (1, 2, 0)), (1, 2, 0)),
         ["getitem", "transpose"]),
        (lambda x: (x @ x.T).T, ["transpose", "matmul"]),
        (lambda x: cr.transpose(x @ x, (0, 1)), ["matmul"]),
    ],
)  # fmt: skip
def test_less_is_left(f: Any, left: list[str]) -> None:
    assert names(f, X) == left


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * 1.0,  # of integers: floats come of it
        lambda x: x / 1,
        lambda x: x * np.ones((2, 1, 1)),
        lambda x: x**2.0,
    ],
)
def test_dtypes_and_shapes_stay(f: Any) -> None:
    assert names(f, np.arange(9).reshape(3, 3)) != []


def test_what_others_need_is_not_computed_twice() -> None:
    assert names(lambda x, y: (x @ y, (x @ y).T), X, Y).count("matmul") == 2
    shared = leaf((3, 3), name="x")
    product = shared @ shared
    made = simplify(Circuit((shared,), (product, product.T)))
    assert [g.op.name for g in made.gates if g.op] == ["matmul", "transpose"]
