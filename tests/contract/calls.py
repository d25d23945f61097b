"""Calls of ops: what a declaration's cases become when their shapes are filled with numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any
from zlib import crc32

import numpy as np

import chainrule.ops  # noqa: F401 - declares the gates
from chainrule.graph import shapes
from chainrule.graph.case import Case, case
from chainrule.graph.registry import OPS, Op

DECLARED = sorted(n for n, op in OPS.items() if op.rule.__module__.startswith("chainrule.ops"))

ELEMENTWISE = {
    1: [((3, 4),), ((),), ((1,),), ((0, 3),), ((2, 1, 3),)],
    2: [((3, 4), (3, 4)), ((3, 1), (4,)), ((), (2, 3)), ((0, 3), (1, 3)), ((1,), (1, 1))],
    3: [((3, 4),) * 3, ((3, 1), (4,), ()), ((2,), (3, 1), (1, 2)), ((0,), (1,), ()), ((),) * 3],
}


@dataclass(frozen=True)
class Call:
    """An op with the inputs and attributes it is applied to."""

    op: Op
    args: tuple[Any, ...]  # as a user writes them
    given: dict[str, Any]
    inputs: tuple[Any, ...]  # as the gate keeps them
    attrs: dict[str, Any]

    def value(self, inputs: Sequence[Any] | None = None) -> Any:
        """Return what NumPy computes."""
        return self.op.compute(self.inputs if inputs is None else inputs, self.attrs)

    def state(self, inputs: Sequence[Any]) -> Any:
        """Return the discrete state whose change marks a kink."""
        return self.op.kinks(*inputs, **self.attrs) if self.op.kinks else 0

    def cast(self, dtype: Any) -> "Call":
        """Return the same call with its floating point inputs in another dtype."""
        args = tuple(x.astype(dtype) if is_float(x) else x for x in self.args)
        return call(self.op, args, self.given)

    def with_inputs(self, inputs: Sequence[Any]) -> "Call":
        return replace(self, inputs=tuple(inputs))

    @property
    def floats(self) -> list[int]:
        """The positions of the inputs that can carry a gradient."""
        return [i for i, x in enumerate(self.inputs) if is_float(x)]


def is_float(x: Any) -> bool:
    return isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind == "f"


def is_shape(x: Any) -> bool:
    return isinstance(x, tuple) and all(type(n) is int for n in x)


def is_elementwise(op: Op) -> bool:
    return op.shape is shapes.broadcast and op.arity in ELEMENTWISE


def cases(op: Op) -> list[Case]:
    """Return the cases that the op declares, and the usual shapes of an elementwise op."""
    usual = [case(*found) for found in ELEMENTWISE[op.arity]] if is_elementwise(op) else []
    return [*usual, *op.examples]


def calls(op: Op, seed: int = 0) -> Iterator[Call]:
    """Return a call for each case."""
    return (filled(op, c, seed) for c in cases(op))


def smooth_calls(op: Op) -> list[Call]:
    """Return the calls that have entries, which is what derivatives are checked on."""
    return [c for c in calls(op) if np.size(c.value()) and all(map(np.size, c.inputs))]


def filled(op: Op, wanted: Case, seed: int = 0) -> Call:
    """Draw numbers from the op's domain into the shapes of a case."""
    rng = np.random.default_rng([crc32(op.name.encode()), seed])
    args = tuple(
        drawn(rng, x, interval(op, i)) if is_shape(x) else x for i, x in enumerate(wanted.inputs)
    )
    return call(op, args, wanted.attrs)


def call(op: Op, args: Sequence[Any], given: dict[str, Any]) -> Call:
    inputs, attrs = op.bind(args, dict(given))
    return Call(op, tuple(args), given, tuple(inputs), dict(attrs))


def drawn(rng: np.random.Generator, shape: tuple[int, ...], domain: Any) -> Any:
    if domain is bool:
        return np.asarray(rng.random(shape) < 0.5)
    return np.asarray(rng.uniform(*domain, size=shape))


def interval(op: Op, position: int) -> Any:
    """Return where an input may be drawn from: an open interval, or `bool`."""
    if op.domain is bool or isinstance(op.domain[0], (int, float)):
        return op.domain
    return op.domain[min(position, len(op.domain) - 1)]


def resized(wanted: Case) -> Iterator[Case]:
    """Return the case with sizes replaced: by 1 and 0 everywhere at once, and in one input only."""
    shaped = [i for i, x in enumerate(wanted.inputs) if is_shape(x)]
    sizes = sorted({n for i in shaped for n in wanted.inputs[i]})
    for size, other in product(sizes, (0, 1)):
        yield with_size(wanted, size, other, shaped)
    for size, other, i in product(sizes, (0, 1, 7), shaped):
        yield with_size(wanted, size, other, [i])


def with_size(wanted: Case, size: int, other: int, where: Sequence[int]) -> Case:
    """Return the case with one size replaced by another in the shapes at some positions."""
    inputs = tuple(
        tuple(other if n == size else n for n in x) if i in where else x
        for i, x in enumerate(wanted.inputs)
    )
    return replace(wanted, inputs=inputs)
