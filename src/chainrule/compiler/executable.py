"""A compiled circuit: native code with its memory, callable on arrays."""

import threading
from collections.abc import Sequence
from ctypes import c_int64, c_void_p, cast
from typing import Any

import numpy as np

from chainrule.compiler.calls import callback
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.llvm import Host, Library, build, host, link
from chainrule.compiler.memory import ALIGN, padded
from chainrule.compiler.plan import FIXED, RUN, Plan, Steps, plan, table_size
from chainrule.errors import UsageError

Array = Any


class Executable:
    """Native code for a circuit.

    Calls from several threads take turns: the memory between kernels is one.

    Attributes:
        plan: what it was made from.
        shapes: shape and dtype of each output.
    """

    def __init__(self, made: Plan, library: Library) -> None:
        self.plan = made
        self.library = library
        self._run = library.function(RUN, c_void_p, c_int64)
        self._lock = threading.Lock()
        self._arena = aligned(padded(made.arena))
        self._scratch = aligned(padded(made.scratch))
        self._status = np.zeros(1, np.int64)
        self._constants = [aligned_copy(c.value) for c in made.constants]
        self._table = np.zeros(table_size(made), np.uint64)
        gates = {x.kernel.number: x.group.nodes[0] for x in made.launches if x.group.kind == "call"}
        self._errors: list[BaseException] = []
        self._callback = callback(gates, self._errors.append)
        fixed = [address(x) for x in (self._arena, self._scratch, self._status)]
        self._table[:FIXED] = [*fixed, cast(self._callback, c_void_p).value]
        last = len(self._table) - len(self._constants)
        self._table[last:] = [address(x) for x in self._constants]
        self.shapes = [(n.shape, n.dtype) for n in made.circuit.outputs]

    def __call__(self, values: Sequence[Any]) -> list[Array]:
        """Return the outputs for these inputs: contiguous arrays of the circuit's dtypes."""
        outputs = [np.empty(shape, dtype) for shape, dtype in self.shapes]
        self.run(values, outputs)
        return outputs

    def run(self, inputs: Sequence[Array], outputs: Sequence[Array], steps: int = 1) -> None:
        """Run so many steps on arrays that are contiguous and of the right dtype.

        Raises `UsageError` where a place that was computed lies outside its axis.
        """
        with self._lock:
            given = [address(x) for x in (*inputs, *outputs)]
            self._table[FIXED : FIXED + len(given)] = given
            self._status[0] = 0
            self._run(self._table.ctypes.data, steps)
            wrong, errors = self._status[0], self._errors[:]
            self._errors.clear()
        if errors:
            raise errors[0]
        if wrong:
            raise UsageError(
                "an index is out of bounds", hint="check the indices that are computed"
            )


def address(array: Array) -> int:
    """Return where an array lies in memory."""
    return int(array.__array_interface__["data"][0])


def aligned(size: int) -> Array:
    """Return memory that begins at a line of the cache."""
    whole = np.zeros(size + ALIGN, np.uint8)
    start = -address(whole) % ALIGN
    return whole[start : start + size]


def aligned_copy(array: Array) -> Array:
    """Return the array's entries, row by row, at the beginning of a line of the cache."""
    found = aligned(array.nbytes).view(array.dtype).reshape(array.shape)
    found[...] = array
    return found


def compiled(circuit: Circuit, steps: Steps | None = None, on: Host | None = None) -> Executable:
    """Return native code for a circuit."""
    on = on or host()
    made = plan(circuit, on, steps)
    return Executable(made, link(build(made.text, on), on))
