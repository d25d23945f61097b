"""Stands in for native code where LLVM is not installed: the same calls, gate by gate."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.steps import Steps
from chainrule.errors import UsageError
from chainrule.graph.run import Program

Array = Any


class Interpreted:
    """A circuit that runs in the interpreter; see `Executable`.

    Attributes:
        circuit, steps: what it was made from.
        shapes: shape and dtype of each output.
    """

    def __init__(self, circuit: Circuit, steps: Steps) -> None:
        self.circuit, self.steps = circuit, steps
        self.shapes = [(n.shape, n.dtype) for n in circuit.outputs]
        self._program = Program(circuit.inputs, circuit.outputs)

    @property
    def plan(self) -> Any:
        """There is none without LLVM."""
        raise UsageError("there is no plan without LLVM", hint="pip install llvmlite")

    def __call__(self, values: Sequence[Any]) -> list[Array]:
        """Return the outputs for these inputs."""
        found = self._program(values)
        return [np.array(x, d).reshape(s) for x, (s, d) in zip(found, self.shapes, strict=True)]

    def run(self, inputs: Sequence[Array], outputs: Sequence[Array], steps: int = 1) -> None:
        """Run so many steps; what is updated or given out is written to its array."""
        updated = {o: i for i, o in self.steps.updates.items()}
        with np.errstate(all="ignore"):
            for step in range(steps):
                given = [x[step] if n in self.steps.sliced else x for n, x in enumerate(inputs)]
                for number, value in enumerate(self(given)):
                    if number in updated:
                        inputs[updated[number]][...] = value
                    else:
                        outputs[number][step if number in self.steps.stacked else ...] = value
