"""Circuits 20,000 gates deep: forward, backward and deletion, without recursion."""

import gc
import weakref

import numpy as np
import pytest

import chainrule as cr
from chainrule.autodiff.reverse import backward
from chainrule.graph.node import ancestors, leaf
from chainrule.graph.registry import ops

DEPTH = 20_000


def test_a_chain_computed_differentiated_and_deleted() -> None:
    x = cr.tensor(0.5)
    y = x
    for _ in range(DEPTH // 2):
        y = cr.sin(y) * 1.0
    y.backward()
    slope = np.prod([np.cos(z) for z in orbit(0.5)])
    np.testing.assert_allclose(x.grad, slope, rtol=1e-9)
    gone = weakref.ref(y)
    del y
    gc.collect()
    assert gone() is None


def orbit(x: float) -> list[float]:
    found = []
    for _ in range(DEPTH // 2):
        found.append(x)
        x = float(np.sin(x))
    return found


def test_a_chain_that_branches_at_every_gate() -> None:
    x = cr.tensor(1.0)
    y = x
    for _ in range(DEPTH // 2):
        y = (y + y) * 0.5
    y.backward()
    assert x.grad == 1.0


def test_the_gradient_of_a_chain_as_a_graph() -> None:
    x = cr.tensor(1.0)
    y = x
    for _ in range(DEPTH):
        y = -y
    grads = backward(y, cr.tensor(1.0), lambda gate: gate)
    assert float(grads[x]) == 1.0


def test_a_symbolic_chain() -> None:
    x = leaf((3,))
    y = x
    for _ in range(DEPTH):
        y = ops.negative(y)
    assert len(ancestors(y)) == DEPTH + 1
    grads = backward(y, leaf((3,)), lambda gate: gate)
    assert grads[x].shape == (3,)
    assert repr(y) == "<negative float64[3]>"
    del y, grads
    gc.collect()


@pytest.mark.parametrize("text", [repr, lambda t: f"{t}"])
def test_showing_the_end_of_a_chain(text: object) -> None:
    y = cr.tensor(1.0)
    for _ in range(DEPTH):
        y = -y
    assert callable(text)
    assert text(y) == "tensor(1., float64[], op=negative)"
