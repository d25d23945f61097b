"""What depends on constants alone is computed when it is compiled."""

import numpy as np

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.passes.fold import MOST, fold
from chainrule.graph.node import ConstantNode, Node, leaf
from chainrule.graph.registry import OPS


def square(x: Node) -> Node:
    """Return a gate on a constant, which no trace would leave there."""
    return Node(OPS["square"], (x,), {}, x.shape, x.dtype)


def test_constants_become_one() -> None:
    x = leaf((2,))
    made = fold(Circuit((x,), (x + square(square(ConstantNode(np.array([2.0, 3.0])))),)))
    (gate,) = made.gates
    constant = gate.inputs[1]
    assert isinstance(constant, ConstantNode)
    np.testing.assert_array_equal(constant.value, [16.0, 81.0])


def test_large_ones_and_inputs_are_left() -> None:
    x = leaf((2,))
    large = ConstantNode(np.zeros(MOST + 1))
    circuit = Circuit((x,), (square(large), cr.square(x)))
    assert len(fold(circuit).gates) == 2
