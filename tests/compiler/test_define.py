"""Entries as scalar mathematics."""

import numpy as np

import chainrule as cr
from chainrule.compiler.define import (
    Definitions,
    cost,
    is_product,
    is_view,
    loads,
    reduction,
    turns,
    walk,
)
from chainrule.graph.builder import Cast, Writes
from chainrule.graph.node import leaf
from chainrule.graph.place import indices, place
from tests.compiler.kernels import agree

X, Y = leaf((3, 4), name="x"), leaf((4, 5), name="y")
PLAIN = Definitions(set())


def of(node: object, definitions: Definitions = PLAIN) -> object:
    return definitions.of(node, [place(i) for i in indices(node.shape)])  # type: ignore[attr-defined]


def test_kinds_of_definitions() -> None:
    assert is_view(of(X.T))
    assert not is_view(of(cr.tanh(X)))
    assert is_product(of(X @ Y))
    assert not is_product(of(cr.sum(X, axis=0)))
    assert reduction(of(X + 1)) is None
    assert turns(reduction(of(X @ Y)), (3, 5)) == 60
    assert isinstance(of(cr.concatenate((X, X))), Writes)


def test_costs() -> None:
    assert cost(of(X + X)) < cost(of(X / X)) < cost(of(cr.tanh(X)))


def test_virtual_gates_are_written_out() -> None:
    inner = X * 2
    found = of(cr.tanh(inner), Definitions({inner}))
    assert {x.array for x in loads(found)} == {X}
    assert len(walk(found)) > len(walk(of(cr.tanh(inner))))


def test_formulas_of_whole_numbers_compute_floats() -> None:
    whole = leaf((3,), np.uint8)
    found = of(cr.divide(whole, whole))
    assert any(isinstance(x, Cast) and x.dtype == float for x in walk(found))
    agree(lambda t: cr.silu(t), np.array([True, False]))
