"""The compiler from above: the readable list of what happens to a circuit."""

from collections.abc import Callable

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.passes.expand import expand
from chainrule.compiler.passes.fold import fold
from chainrule.compiler.passes.share import share
from chainrule.compiler.passes.simplify import simplify

Pass = Callable[[Circuit], Circuit]

PASSES: tuple[Pass, ...] = (
    expand,  # softmax and the like become simpler gates
    fold,  # what depends on constants alone is computed now
    simplify,  # gates that change nothing go
    share,  # the same thing is computed once
    simplify,  # sharing brings gates together that undo each other
)


def simplified(circuit: Circuit, passes: tuple[Pass, ...] = PASSES) -> Circuit:
    """Return the circuit after all passes; gates that no output needs are gone by then."""
    for one in passes:
        circuit = one(circuit)
    return circuit
