"""Circuits are rewritten, never changed."""

import chainrule as cr
from chainrule.compiler.circuit import Circuit, is_scalar_constant, like, rewritten, settings
from chainrule.graph.node import ConstantNode, leaf

X, Y = leaf((3,), name="x"), leaf((3,), name="y")
CIRCUIT = Circuit((X, Y), (cr.tanh(X * Y) - Y, X))


def test_nodes_and_gates() -> None:
    assert [gate.op.name for gate in CIRCUIT.gates if gate.op] == ["multiply", "tanh", "subtract"]
    assert [node for node in CIRCUIT.nodes if node.op is None] == [X, Y]


def test_what_is_not_visited_stays_the_same() -> None:
    assert rewritten(CIRCUIT, lambda node, inputs: None) == CIRCUIT


def test_rewriting() -> None:
    made = rewritten(
        CIRCUIT, lambda node, inputs: inputs[0] if node.op and node.op.name == "tanh" else None
    )
    assert [gate.op.name for gate in made.gates if gate.op] == ["multiply", "subtract"]
    assert len(CIRCUIT.gates) == 3
    assert made.inputs == CIRCUIT.inputs
    assert made.outputs[1] is X
    number = rewritten(CIRCUIT, lambda node, inputs: 2.0 if len(inputs) == 2 else None)
    assert isinstance(number.outputs[0], ConstantNode)


def test_the_same_gate_on_other_inputs() -> None:
    gate = X * Y
    assert like(gate, (X, Y)) is gate
    turned = like(gate, (Y, X))
    assert turned.inputs == (Y, X)
    assert (turned.op, turned.shape, turned.place) == (gate.op, gate.shape, gate.place)


def test_scalar_constants() -> None:
    assert is_scalar_constant(ConstantNode(1.0))
    assert not is_scalar_constant(ConstantNode([1.0]))
    assert not is_scalar_constant(leaf(()))


def test_settings_tell_numbers_apart() -> None:
    one, real = (cr.sum(X, axis=0, keepdims=k) for k in (1, True))
    assert settings(one) != settings(real)
    assert settings(one) == settings(cr.sum(Y, axis=0, keepdims=1))
