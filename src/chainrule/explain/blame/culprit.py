"""The first gate of a run that made NaN or an infinity, of those that did harm."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.explain.blame.influence import domain, reaching
from chainrule.graph.node import ConstantNode, Node, ancestors

Array = Any
Masks = Mapping[Node, Array]
Compute = Callable[[Node, Sequence[Array]], Array]
SUSPECTS = 20  # beginnings that are tried by themselves


@dataclass
class Ran:
    """A circuit after a run.

    Attributes:
        outputs: what has to be finite, if no harm is done.
        values: the array of each node.
        compute: computes a gate's value from those of its operands, as it was done in the run.
        meant: leaves whose infinities are meant, such as masks.
    """

    outputs: Sequence[Node]
    values: Mapping[Node, Array]
    compute: Compute
    meant: frozenset[Node] = field(default_factory=frozenset)

    @cached_property
    def order(self) -> list[Node]:
        """All nodes, operands before their gates."""
        found: list[Node] = ancestors(self.outputs)
        return found

    @cached_property
    def bad(self) -> Masks:
        """The entries that are NaN or infinite, of the nodes that have any."""
        found = {node: is_bad(self.values[node]) for node in self.order}
        return {node: mask for node, mask in found.items() if mask.any()}

    def operands(self, gate: Node) -> list[Array]:
        """Return the values of a gate's operands."""
        return [self.values[x] for x in gate.inputs]


@dataclass(frozen=True)
class Culprit:
    """A gate or a leaf, and which of its entries are at fault."""

    node: Node
    entries: Array


def culprit(ran: Ran) -> Culprit | None:
    """Return the first node in the order of execution to which an output owes that it is bad.

    What is bad and reaches no output does no harm, and is passed over. An infinity that the code
    or a mask holds is meant to be there: to blame is who makes NaN of it. Only where nobody does,
    it is itself.
    """
    meant = deliberate(ran)
    harmful = {n: m & ~meant[n] if n in meant else m for n, m in ran.bad.items()}
    return decisive(ran, beginnings(ran, harmful) or beginnings(ran, ran.bad))


def deliberate(ran: Ran) -> dict[Node, Array]:
    """Return the infinite entries that are there only because a constant or a mask holds them."""
    found: dict[Node, Array] = {}
    for node, mask in ran.bad.items():
        if node.op is None:
            if isinstance(node, ConstantNode) or node in ran.meant:
                found[node] = np.isinf(ran.values[node])
            continue
        if not any(x in found for x in node.inputs):
            continue
        without = [tame(node, i, v, found.get(x)) for i, (x, v) in enumerate(pairs(ran, node))]
        vanish = mask & ~is_bad(ran.compute(node, without)) & np.isinf(ran.values[node])
        if vanish.any():
            found[node] = vanish
    return found


def decisive(ran: Ran, found: Sequence[Culprit]) -> Culprit | None:
    """Return the first that makes an output bad by itself; the first of all if none does.

    So NaN is not laid to an infinity that meets it on its way and would have come to nothing.
    """
    for one in found[:SUSPECTS]:
        after = descendants(ran, one.node)
        others = {x.node: x.entries for x in found if x.node not in after}
        if not others or does_harm(ran, others):
            return one
    return found[0] if found else None


def descendants(ran: Ran, node: Node) -> set[Node]:
    """Return the node and all that depend on it."""
    found = {node}
    for gate in ran.order:
        if any(x in found for x in gate.inputs):
            found.add(gate)
    return found


def does_harm(ran: Ran, without: Masks) -> bool:
    """Return whether an output is bad also where these entries are ordinary numbers."""
    values: dict[Node, Array] = {}
    for node in ran.order:
        ready = node.op is None
        value = ran.values[node] if ready else ran.compute(node, [values[x] for x in node.inputs])
        values[node] = (
            np.where(without[node], np.asarray(value).dtype.type(1), value)
            if node in without
            else value
        )
    return any(is_bad(values[node]).any() for node in ran.outputs)


def beginnings(ran: Ran, bad: Masks) -> list[Culprit]:
    """Walk back from the outputs along bad entries; return where they begin, oldest first."""
    wanted = {node: bad[node] for node in ran.outputs if node in bad}
    found = []
    for node in reversed(ran.order):
        entries = wanted.get(node)
        if entries is None or not entries.any():
            continue
        if node.op is None:
            found.append(Culprit(node, entries))
            continue
        own = entries & ~is_finite_without(ran, node, bad)
        if own.any():
            found.append(Culprit(node, own))
        for x, mask in inherited(ran, node, entries, own, bad).items():
            wanted[x] = wanted[x] | mask if x in wanted else mask
    return found[::-1]


def is_finite_without(ran: Ran, gate: Node, bad: Masks) -> Array:
    """Return which entries of a gate are finite once its bad operands are replaced."""
    if not any(x in bad for x in gate.inputs):
        return ~is_bad(ran.values[gate])
    tamed = [tame(gate, i, v, bad.get(x)) for i, (x, v) in enumerate(pairs(ran, gate))]
    return ~is_bad(ran.compute(gate, tamed))


def inherited(ran: Ran, gate: Node, entries: Array, own: Array, bad: Masks) -> dict[Node, Array]:
    """Return which bad entries of the operands make these entries of a gate bad.

    An operand is responsible for what stays bad when all others are replaced where they are bad.
    `own` are the entries that are bad also without any: bad operands may reach them as well.
    """
    suspects = [(i, x) for i, x in enumerate(gate.inputs) if x in bad]
    hits = {i: entries & is_bad(ran.compute(gate, only(ran, gate, i, bad))) for i, _ in suspects}
    together = entries & ~np.logical_or.reduce([np.zeros_like(entries), *hits.values()])
    found: dict[Node, Array] = {}
    for i, x in suspects:
        hit = hits[i] | together  # bad by several operands at once: max of two infinities
        if not hit.any():
            continue
        reached = reaching(gate, i, hit, ran.operands(gate)) & bad[x]
        if not reached.any() and (hit & ~own).any():
            reached = bad[x]  # its way is not known
        found[x] = found[x] | reached if x in found else reached
    return found


def only(ran: Ran, gate: Node, position: int, bad: Masks) -> list[Array]:
    """Return the operands, bad only at one position."""
    return [
        v if i == position else tame(gate, i, v, bad.get(x))
        for i, (x, v) in enumerate(pairs(ran, gate))
    ]


def tame(gate: Node, position: int, value: Array, mask: Array | None) -> Array:
    """Return an operand with a number that the op can take in place of these entries."""
    if mask is None:
        return value
    assert gate.op is not None
    low, high = domain(gate.op, position)
    array = np.asarray(value)
    return np.where(mask, array.dtype.type(low + 0.75 * (high - low)), array)


def pairs(ran: Ran, gate: Node) -> list[tuple[Node, Array]]:
    return list(zip(gate.inputs, ran.operands(gate), strict=True))


def is_bad(value: Any) -> Array:
    """Return which entries are NaN or infinite, as a mask."""
    array = np.asarray(value)
    return ~np.isfinite(array) if array.dtype.kind == "f" else np.zeros(array.shape, bool)
