"""Compiled = interpreted: many circuits as one piece of native code, against the interpreter.

Numbers of float64 may differ by 1e-10 of the largest magnitude that was summed into a tensor. In
float32 the error against the float64 interpreter may be four times that of the float32 interpreter,
plus 1e-5 of the tensor's largest magnitude. All other numbers are equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import Executable, aligned_copy, compiled
from chainrule.compiler.steps import Steps
from chainrule.graph.node import ConstantNode, Node, ancestors
from chainrule.graph.run import Program

CLOSE = {np.dtype(np.float64): 1e-10, np.dtype(np.float32): 1e-5}
UNSTABLE = 1e-3  # error of the interpreter, of the largest magnitude: beyond, nothing is compared
FRESH = 0x5A  # what memory holds before it is written


@dataclass
class Subject:
    """A circuit with values for its inputs.

    Attributes:
        name: what is said when it fails.
        inputs, outputs: the circuit.
        values: of the inputs.
        updates: number of an input -> number of the output that takes its place.
    """

    name: str
    inputs: Sequence[Node]
    outputs: Sequence[Node]
    values: Sequence[Any]
    updates: dict[int, int] = field(default_factory=dict)

    def interpreted(self, steps: int = 1) -> tuple[list[Any], list[float]]:
        """Return the outputs after so many steps, and the largest magnitude beneath each."""
        program = Program(self.inputs, self.outputs)
        values = [np.asarray(v) for v in self.values]
        sizes: dict[Any, float] = {}

        def observe(gate: Node, value: Any) -> None:
            sizes[gate] = largest(value)

        with np.errstate(all="ignore"):
            for _ in range(steps):
                found = program(values, observe)
                sizes |= {x: largest(v) for x, v in zip(self.inputs, values, strict=True)}
                for i, o in self.updates.items():
                    values[i] = found[o]
        return found, [beneath(node, sizes) for node in self.outputs]


def beneath(node: Node, sizes: dict[Any, float]) -> float:
    found = [
        largest(x.value) if isinstance(x, ConstantNode) else sizes.get(x, 0.0)
        for x in ancestors(node)
    ]
    return max(found, default=0.0)


def largest(value: Any) -> float:
    """Return the largest finite magnitude in an array."""
    array = np.abs(np.asarray(value, float))
    return float(np.max(array, initial=0.0, where=np.isfinite(array)))


def together(subjects: Sequence[Subject], level: int = 1) -> Executable:
    """Return the circuits as one executable; inputs and outputs stand one after the other."""
    inputs = tuple(x for s in subjects for x in s.inputs)
    outputs = tuple(x for s in subjects for x in s.outputs)
    updates: dict[int, int] = {}
    i = o = 0
    for s in subjects:
        updates |= {i + a: o + b for a, b in s.updates.items()}
        i, o = i + len(s.inputs), o + len(s.outputs)
    return compiled(Circuit(inputs, outputs), Steps(updates=updates), level=level)


def native(subjects: Sequence[Subject], steps: int = 1, level: int = 1) -> list[list[Any]]:
    """Return the outputs of each circuit after so many steps, in place where they are updates."""
    code = together(subjects, level)
    values = [aligned_copy(np.asarray(v)) for s in subjects for v in s.values]
    found = [np.empty(shape, dtype) for shape, dtype in code.shapes]
    for x in found:
        x.view(np.uint8).fill(FRESH) if x.ndim else x.fill(FRESH)
    places = code.steps.updates
    for i, o in places.items():
        found[o] = values[i]
    kept = [v.copy() for v in values]
    code.run(values, found, steps)
    for i, (new, old) in enumerate(zip(values, kept, strict=True)):
        assert i in places or new.tobytes() == old.tobytes(), "an input was written over"
    each = iter(found)
    return [[next(each) for _ in s.outputs] for s in subjects]


def differences(subject: Subject, found: Sequence[Any], steps: int = 1) -> list[str]:
    """Return what is wrong with the outputs of native code for a circuit of float64 numbers."""
    wanted, sizes = subject.interpreted(steps)
    return [
        f"{subject.name}: output {n}, {subject.outputs[n]!r}: {why}"
        for n, (a, b, size) in enumerate(zip(found, wanted, sizes, strict=True))
        if (why := wrong(a, b, size, coarsest(subject.outputs[n])))
    ]


def coarsest(node: Node) -> float:
    """Return how close a tensor must come: some gates give float32 whatever they are given."""
    kinds = {x.dtype for x in ancestors(node)} & set(CLOSE)
    return max((CLOSE[kind] for kind in kinds), default=0.0)


def wrong(found: Any, wanted: Any, size: float, close: float = 0.0) -> str:
    """Say how two tensors differ, if they do, beyond `close` of `size`."""
    wanted = np.asarray(wanted)
    if (found.shape, found.dtype) != (wanted.shape, wanted.dtype):
        return f"{found.dtype}{found.shape} instead of {wanted.dtype}{wanted.shape}"
    if wanted.dtype.kind != "f":
        same = found == wanted
    else:
        near = close * max(size, largest(wanted))
        with np.errstate(all="ignore"):
            same = np.abs(found - wanted) <= near
        same |= (found == wanted) | (np.isnan(found) & np.isnan(wanted))
    if same.all():
        return ""
    at = tuple(int(k) for k in np.argwhere(~same)[0]) if same.ndim else ()
    return f"{(~same).sum()} of {same.size} differ, at {at}: {found[at]} instead of {wanted[at]}"


def drifted(found: Any, single: Any, double: Any, beneath: float = 0.0) -> str | None:
    """Judge a float32 tensor by the rule above; None if the interpreter is too far off itself.

    Where all cancels, as in x y - y x, an ulp of the largest number `beneath` may be left.
    """
    if found.dtype.kind != "f":
        return wrong(found, single, 0.0)
    both = np.isfinite(np.asarray(double))
    if not (np.isfinite(np.asarray(single)) == both).all():
        return None
    if not (np.isfinite(found) == both).all():
        return "finite in one place, not in the other"
    own = largest(np.asarray(single, float) - np.where(both, double, single))
    size = largest(double)
    if own > UNSTABLE * size:
        return None
    error = largest(found.astype(float) - np.where(both, double, found))
    left = float(np.finfo(np.float32).eps) * beneath
    allowed = 4 * own + CLOSE[np.dtype(np.float32)] * size + left
    return "" if error <= allowed else f"error {error:.3g}, allowed {allowed:.3g}"
