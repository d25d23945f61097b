"""Where arrays lie: given from outside, or in one arena, in which places are used again.

An array lives from the kernel that writes it to the last one that reads it. Two arrays share
memory if their lives do not overlap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from chainrule.compiler.entry import stored
from chainrule.compiler.values import size_of
from chainrule.graph.node import ConstantNode, Node

ALIGN = 64  # bytes: a vector register and a line of the cache


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of an array.

    Attributes:
        kind: "input", "output", "constant", "arena", "scratch", "status" or "shares"; "part" and
            "turn" are no places but numbers: which part of a kernel to do, and how many this
            thread has done before.
        number: which of that kind; for the arena the offset in bytes.
        align: what its address is a multiple of, in bytes.
    """

    kind: str
    number: int = 0
    align: int = 8

    @property
    def is_number(self) -> bool:
        return self.kind in ("part", "turn")


@dataclass(frozen=True)
class Life:
    """An array in the arena: its size in bytes, and the kernels of its first and last use."""

    node: Node
    size: int
    first: int
    last: int


def bytes_of(node: Node) -> int:
    """Return how many bytes an array takes."""
    return prod(node.shape) * size_of(stored(node.dtype))


def arrange(lives: Sequence[Life]) -> tuple[dict[Node, Slot], int]:
    """Return places in the arena, the largest arrays first, and the size of the arena."""
    placed: list[tuple[int, Life]] = []
    slots: dict[Node, Slot] = {}
    for life in sorted(lives, key=lambda x: (-x.size, x.first)):
        at = lowest(life, [(o, x) for o, x in placed if overlaps(x, life)])
        placed.append((at, life))
        slots[life.node] = Slot("arena", at, ALIGN)
    return slots, max((at + padded(x.size) for at, x in placed), default=0)


def overlaps(a: Life, b: Life) -> bool:
    return a.first <= b.last and b.first <= a.last


def lowest(life: Life, others: Sequence[tuple[int, Life]]) -> int:
    """Return the lowest place where an array fits between others that live at its time."""
    at = 0
    for other, held in sorted(others, key=lambda x: x[0]):
        if at + padded(life.size) <= other:
            break
        at = max(at, other + padded(held.size))
    return at


def padded(size: int) -> int:
    """Return the size rounded up to whole lines of the cache."""
    return -(-max(size, 1) // ALIGN) * ALIGN


def outside(
    inputs: Sequence[Node],
    outputs: Mapping[int, Node],
    constants: Sequence[ConstantNode],
    updates: Mapping[Node, Node],
) -> dict[Node, Slot]:
    """Return the places of arrays that are given, outputs by number.

    An update, input -> gate, lies where its input lies.
    """
    slots = {node: Slot("input", k, node.dtype.itemsize) for k, node in enumerate(inputs)}
    slots |= {node: Slot("constant", k, ALIGN) for k, node in enumerate(constants)}
    for k, node in outputs.items():
        slots.setdefault(node, Slot("output", k, node.dtype.itemsize))
    return slots | {new: slots[old] for old, new in updates.items()}
