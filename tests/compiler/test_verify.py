"""The verifier sees what is planted, and nothing in sound circuits."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.verify import verify
from chainrule.graph.node import Node, leaf
from chainrule.graph.registry import OPS

X, Y = leaf((2, 3), name="x"), leaf((3,), np.float32, name="y")
SOUND = Circuit((X, Y), (X * Y, cr.sum(X)))


def gate(name: str, inputs: tuple[Node, ...], shape: Any, dtype: Any = float) -> Node:
    return Node(OPS[name], inputs, {}, shape, np.dtype(dtype))


def test_sound_circuits() -> None:
    assert verify(SOUND) == []
    assert verify(SOUND, SOUND) == []


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (gate("multiply", (X, Y), (3, 2)), "has shape (3, 2), multiply gives (2, 3)"),
        (gate("multiply", (X, Y), (2, 3), "f4"), "has dtype float32, multiply gives float64"),
        (leaf((2, 3)) + X, "<leaf float64[2, 3]> is neither an input nor a constant"),
    ],
)
def test_faulty_gates(made: Any, says: str) -> None:
    (found,) = verify(Circuit((X, Y), (made,)))
    assert says in found


def test_gates_older_than_their_inputs() -> None:
    made = X * Y
    made.inputs = (X + 1, Y)
    assert "is older than its input" in verify(Circuit((X, Y), (made,)))[0]


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (Circuit((Y, X), SOUND.outputs), "the inputs have changed"),
        (Circuit((X, Y), SOUND.outputs[:1]), "2 outputs have become 1"),
        (Circuit((X, Y), (X * Y, cr.sum(X, axis=0))), "the output <sum"),
    ],
)
def test_what_a_pass_must_leave(made: Circuit, says: str) -> None:
    assert any(found.startswith(says) for found in verify(made, SOUND))
