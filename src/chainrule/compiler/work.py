"""Counts the work of a kernel: operations on numbers, and bytes that go through memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from chainrule.compiler.define import cost, is_product, loads, reduction
from chainrule.graph.node import Node

BYTE = 4  # operations that take as long as a byte from or to memory
NEAR = 1 << 22  # bytes that stay in a processor's own cache: other threads would have to fetch them


@dataclass(frozen=True)
class Work:
    """How much there is to do: a function of shapes.

    Attributes:
        flops: operations; a product and its sum are two.
        bytes: of the arrays that are read and written.
    """

    flops: int
    bytes: int

    @property
    def total(self) -> int:
        """Both together, in operations; bytes count where they come from afar anyway."""
        return self.flops + (BYTE * self.bytes if self.bytes > NEAR else 0)


def work_of(
    statements: Iterable[tuple[Node, Any]], shape: Sequence[int], stored: Iterable[Node]
) -> Work:
    """Return the work of gates that are computed for each entry of an array of this shape."""
    entries = prod(shape)
    flops = 0
    read: dict[Any, int] = {}
    for _, definition in statements:
        found = reduction(definition)
        times = entries * (1 if found is None else prod(i.size for i in found.over))
        flops += times * (2 if is_product(definition) else max(cost(definition), 1))
        for x in loads(definition):
            here = min(prod(x.array.shape), times) * x.array.dtype.itemsize
            read[x.array] = max(here, read.get(x.array, 0))
    written = sum(prod(n.shape) * n.dtype.itemsize for n in stored)
    return Work(flops, sum(read.values()) + written)
