"""Gates that are declared as made of simpler ones are gone afterwards."""

import numpy as np

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.passes.expand import expand
from chainrule.graph.node import leaf

X = leaf((3, 4), np.float32, name="x")


def test_no_gate_is_left_that_could_be_written_out() -> None:
    outputs = (cr.softmax(X), cr.std(X, axis=0), cr.logsumexp(X), cr.log_softmax(X, axis=0))
    made = expand(Circuit((X,), outputs))
    names = {gate.op.name for gate in made.gates if gate.op}
    assert not names & {"softmax", "std", "var", "logsumexp", "log_softmax"}
    assert all(gate.op is not None and gate.op.expand is None for gate in made.gates)
    assert [(n.shape, n.dtype) for n in made.outputs] == [(n.shape, n.dtype) for n in outputs]


def test_what_is_simple_stays_as_it_is() -> None:
    y = leaf((4, 2), np.float32)
    circuit = Circuit((X, y), (cr.einsum("ij,jk->ik", X, y), cr.tanh(X)))
    assert expand(circuit) == circuit
