"""Denormal numbers count as 0 only where that was asked for, and only for so long."""

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import compiled
from chainrule.compiler.steps import Steps
from chainrule.graph.trace import trace

SMALL = np.array([1e-310, 1.0])


def test_flushed_and_kept() -> None:
    found = trace(lambda x: x * 0.5, SMALL)
    circuit = Circuit(found.inputs, found.outputs)
    np.testing.assert_array_equal(compiled(circuit)([SMALL])[0], SMALL * 0.5)
    np.testing.assert_array_equal(compiled(circuit, Steps(flushes=True))([SMALL])[0], [0.0, 0.5])
    assert SMALL[0] * 0.5 > 0  # the caller's own numbers are as before
