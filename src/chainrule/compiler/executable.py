"""A compiled circuit: native code with its memory, callable on arrays."""

import os
import threading
from collections.abc import Mapping, Sequence
from ctypes import addressof, c_int64, c_uint64, c_void_p, cast
from typing import Any
from warnings import warn
from weakref import WeakSet

import numpy as np

from chainrule.compiler import cache
from chainrule.compiler.blas import blas
from chainrule.compiler.cache import Artifact
from chainrule.compiler.calls import callback
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.dealing import GIVE_WAY, record_bytes
from chainrule.compiler.interpreted import Interpreted
from chainrule.compiler.llvm import Host, build, host, is_there, link
from chainrule.compiler.main import FIXED, RUN
from chainrule.compiler.memory import ALIGN, padded
from chainrule.compiler.plan import Plan, plan
from chainrule.compiler.steps import Steps
from chainrule.compiler.threads import Choice, choose, give_way, limit, team
from chainrule.errors import SlowNote, UsageError
from chainrule.graph.node import Node

Array = Any
Calls = Mapping[int, Node]


class Executable:
    """Native code for a circuit.

    Calls from several threads take turns: the memory between kernels is one. A run of much work is
    shared with threads of our own, which changes no bit of the results.

    Attributes:
        circuit, steps, host: what it was made from.
        shapes: shape and dtype of each output.
    """

    def __init__(
        self,
        circuit: Circuit,
        steps: Steps,
        on: Host,
        artifact: Artifact,
        calls: Calls,
        threads: int | None = None,
    ) -> None:
        self.circuit, self.steps, self.host = circuit, steps, on
        self.shapes = [(n.shape, n.dtype) for n in circuit.outputs]
        self._library = link(artifact.code, on)
        self._run = self._library.function(RUN, c_void_p, c_int64, c_int64, c_void_p)
        self._sharing = artifact.sharing
        self._most = min(threads or limit(), artifact.sharing.parts)
        self._always = threads is not None
        self._lock = threading.Lock()
        self._errors: list[BaseException] = []
        self._callback = callback(calls, self._errors.append)
        self._status = c_int64(0)
        scratch = padded(artifact.scratch) * self._most
        memory = [aligned(padded(artifact.arena)), aligned(scratch)]
        constants = [aligned_copy(c) for c in artifact.constants]
        self._kept = (memory, constants)
        library = blas()
        functions = [cast(self._callback, c_void_p).value or 0, library.sgemm, library.dgemm]
        fixed = [*map(address, memory), addressof(self._status), *functions]
        given = [0] * (len(circuit.inputs) + len(circuit.outputs))
        rows = [*fixed, *given, *map(address, constants)]
        self._table = (c_uint64 * len(rows))(*rows)
        self._table_at = addressof(self._table)
        LIVING.add(self)

    def threads(self, steps: int = 1) -> Choice:
        """Return how many threads share a run of so many steps, and why."""
        sharing = self._sharing
        return choose(sharing.work * steps, sharing.parts, self._most)

    @property
    def plan(self) -> Plan:
        """The plan of the code, made anew."""
        return plan(self.circuit, self.host, self.steps)

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
            place = FIXED
            for x in (*inputs, *outputs):
                self._table[place] = address(x)
                place += 1
            self._share(steps)
            if self._status.value or self._errors:
                raise self._failure()

    def _failure(self) -> BaseException:
        """Return what went wrong in the last run."""
        found = self._errors[:]
        self._errors.clear()
        self._status.value = 0
        hint = "check the indices that are computed"
        return found[0] if found else UsageError("an index is out of bounds", hint=hint)

    def _share(self, steps: int) -> None:
        """Run with the help of other threads, if there is enough to do."""
        if not self._sharing.stages:
            self._run(self._table_at, steps, 0, None)
            return
        record = aligned(record_bytes(self._sharing.stages)).view(np.uint64)
        record[GIVE_WAY] = give_way()

        def job(worker: int) -> None:  # keeps the record for a helper that comes late
            self._run(self._table_at, steps, worker, address(record))

        team().do(job, self._most if self._always else self.threads(steps).threads)

    def afresh(self) -> None:
        """Forget what another thread was doing when this process was forked."""
        self._lock = threading.Lock()
        self._errors.clear()


Code = Executable | Interpreted  # what runs a circuit
LIVING: WeakSet[Executable] = WeakSet()


def all_afresh() -> None:
    """Begin anew in a process that was forked."""
    for executable in list(LIVING):
        executable.afresh()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=all_afresh)


HEAD = object.__basicsize__  # of a Python object; in an array the address of its data comes next


def address(array: Array) -> int:
    """Return where an array lies in memory.

    NumPy's binary interface fixes the place of the address inside the array object, which is ten
    times as fast to read as to ask for by `array.ctypes.data`.
    """
    return c_void_p.from_address(id(array) + HEAD).value or 0


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


def compiled(
    circuit: Circuit,
    steps: Steps | None = None,
    on: Host | None = None,
    threads: int | None = None,
    level: int = 2,
) -> Code:
    """Return native code for a circuit: from the disk if it was compiled before.

    Where LLVM is not installed the interpreter stands in, and a `SlowNote` says so; another names
    each op that has no native code. With `threads` every run that can be shared has so many, be it
    a small one. `level` is how much LLVM optimises; code of other levels than the usual one is not
    kept.
    """
    steps = steps or Steps()
    if not is_there():
        warn("llvmlite is not installed: everything runs in the interpreter", SlowNote, 3)
        return Interpreted(circuit, steps)
    on = on or host()
    name = cache.key(circuit, steps, on) if level == 2 else None
    found = cache.load(name) if name else None
    if found is not None:
        return Executable(circuit, steps, on, found, {}, threads)
    made = plan(circuit, on, steps)
    constants = tuple(np.asarray(c.value) for c in made.constants)
    code = build(made.text, on, level)
    artifact = Artifact(made.arena, made.scratch, made.sharing, constants, code)
    calls = {x.kernel.number: x.group.nodes[0] for x in made.launches if x.group.kind == "call"}
    for op in sorted({node.op.public for node in calls.values() if node.op}):
        warn(f"{op} has no native code: inside this it runs in the interpreter", SlowNote, 3)
    if name and not calls:
        cache.save(name, artifact)
    return Executable(circuit, steps, on, artifact, calls, threads)
