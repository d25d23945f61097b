"""The passes together."""

import numpy as np

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.pipeline import simplified
from chainrule.compiler.verify import verify
from chainrule.graph.trace import trace


def test_all_passes() -> None:
    x = np.ones((3, 4))
    found = trace(lambda x: (cr.softmax(x.T.T) * 1, cr.softmax(x), x @ (np.eye(4) + 1)), x)
    before = Circuit(found.inputs, found.outputs)
    made = simplified(before)
    assert verify(made, before) == []
    assert made.outputs[0] is made.outputs[1]
    assert not [gate for gate in made.gates if gate.op and gate.op.name == "transpose"]


def test_no_passes() -> None:
    found = trace(lambda x: x * 1, np.ones(2))
    circuit = Circuit(found.inputs, found.outputs)
    assert simplified(circuit, ()) == circuit
