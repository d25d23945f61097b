"""Which gates are computed together: circuits become kernels, each one nest of loops.

A gate that only rearranges another's entries, or is cheap to repeat, gets no array: it is written
out where it is used. Gates of one shape join the kernel of what they depend on, also where that is
a reduction or a product: they are then its epilogue.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.define import (
    Definition,
    Definitions,
    cost,
    is_product,
    is_view,
    loads,
    reduction,
    turns,
    walk,
)
from chainrule.compiler.elementary import SUPPORTED
from chainrule.compiler.group import Group
from chainrule.graph.formula import Apply, Expression
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.place import flat, indices, place

CHEAP = 1  # instructions: so cheap an entry is computed again rather than stored
DEEP = 24  # expressions written out in each other
LOOK_BACK = 48  # groups that a gate may join
TURNING = ("map", "reduce", "product")  # kinds of groups that compute entry after entry
FULL = 100  # gates in a group: LLVM takes more than in proportion for longer functions


@dataclass
class Fusion:
    """Groups in the order of execution, and the gates that have no array."""

    groups: list[Group]
    definitions: Definitions

    def read_by(self, group: Group) -> set[Node]:
        """Return the arrays that a group reads, looking through gates that have none."""
        found: set[Node] = set()
        waiting = [x for n in group.nodes for x in n.inputs]
        seen: set[Node] = set()
        while waiting:
            x = waiting.pop()
            if x in seen:
                continue
            seen.add(x)
            if x in self.definitions.virtual:
                waiting += x.inputs
            else:
                found.add(x)
        return found

    @cached_property
    def readers(self) -> dict[Node, list[Group]]:
        """The groups that read each array, in order."""
        found: dict[Node, list[Group]] = defaultdict(list)
        for group in self.groups:
            for node in self.read_by(group):
                found[node].append(group)
        return found

    def in_step(self, group: Group, node: Node) -> bool:
        """Return whether the group reads an array only where it writes at the same time."""
        if group.kind != "map" and node in self._read_by_root(group):
            return False
        return all(
            x.at == flat(at, n.shape)
            for n in group.nodes
            for at in [[place(i) for i in indices(n.shape)]]
            for x in loads(self.definitions.of(n, at))
            if x.array is node
        )

    def _read_by_root(self, group: Group) -> set[Node]:
        return self.read_by(Group(group.kind, group.nodes[:1]))


def fuse(
    circuit: Circuit,
    updates: Mapping[Node, Node] | None = None,
    by_blas: Callable[[Group, Definitions], bool] = lambda group, definitions: False,
) -> Fusion:
    """Return the kernels of a circuit.

    Args:
        circuit: after the passes.
        updates: input -> output that takes its place in memory; readers of the old value run first.
        by_blas: tells which products are left to the BLAS; these have no epilogue.
    """
    maker = Maker(circuit, by_blas)
    for node in circuit.gates:
        if node not in maker.definitions.virtual:
            maker.place(node)
    order = sort(maker.groups, maker.waits(updates or {}))
    return Fusion(order, maker.definitions)


class Maker:
    """Puts gates into groups, one after the other."""

    def __init__(self, circuit: Circuit, by_blas: Callable[[Group, Definitions], bool]) -> None:
        self.by_blas = by_blas
        self.outputs = set(circuit.outputs)
        self.definitions = Definitions(set())
        self.shallow = {n: shallow(self.definitions, n) for n in circuit.gates if lowered(n)}
        self.users: dict[Node, list[Node]] = defaultdict(list)
        for node in circuit.gates:
            for x in node.inputs:  # twice for x + x: it would be written out twice
                self.users[x].append(node)
        self.depth: dict[Node, int] = {}
        for node in circuit.gates:
            if self._is_virtual(node):
                self.definitions.virtual.add(node)
        self.groups: list[Group] = []
        self.group_of: dict[Node, Group] = {}
        self.reads: dict[Node, set[Node]] = {}

    def _is_virtual(self, node: Node) -> bool:
        """Return whether a gate gets no array of its own."""
        found = self.shallow.get(node)
        if (
            not isinstance(found, Expression)
            or node in self.outputs
            or reduction(found) is not None
        ):
            return False
        if any(not lowered(user) for user in self.users[node]):
            return False
        inputs = [x for x in node.inputs if x in self.definitions.virtual]
        self.depth[node] = 1 + max((self.depth[x] for x in inputs), default=0)
        if self.depth[node] > DEEP:
            return False
        if is_view(found):
            return True
        if any(self._is_arithmetic(x) for x in inputs) and len(self.users[node]) > 1:
            return False
        return self._feeds_one_reduction(node) or self._is_cheap(node, found)

    def _is_arithmetic(self, node: Node) -> bool:
        return not is_view(self.shallow[node])

    def _feeds_one_reduction(self, node: Node) -> bool:
        """Return whether every entry is used once, in a sum or the like."""
        if len(self.users[node]) != 1:
            return False
        (user,) = self.users[node]
        found = self.shallow.get(user)
        reduce = reduction(found) if found is not None else None
        if reduce is None:
            return False
        return turns(reduce, user.shape) == prod(node.shape) and not is_product(found)

    def _is_cheap(self, node: Node, found: Definition) -> bool:
        """Return whether computing an entry again costs no more than loading it."""
        users = self.users[node]
        if cost(found) > CHEAP or len(users) > 3 or not node.shape:
            return False
        return all(u.op is not None and u.op.formula and u.shape == node.shape for u in users)

    # Groups ------------------------------------------------------------------------------------

    def place(self, node: Node) -> None:
        """Let a gate join a group, or make one for it."""
        kind = self._kind(node)
        needs = self._needs(node)
        if kind == "map":
            for group in self._candidates(node, needs):
                if self._may_join(node, group, needs):
                    self._join(node, group, needs)
                    return
        if kind == "reduce":
            beside = self._group_to_sum_in(node, needs)
            if beside is not None:
                self._join(node, beside, needs)
                beside.sides.add(node)
                return
        group = Group(kind, [node], set(needs))
        self.groups.append(group)
        self.group_of[node] = group

    def _join(self, node: Node, group: Group, needs: set[Group]) -> None:
        group.nodes.append(node)
        group.needs |= needs - {group}
        self.group_of[node] = group

    def _group_to_sum_in(self, node: Node, needs: set[Group]) -> Group | None:
        """Return the group whose entries a full sum can add up as they are computed."""
        found = self.definitions.of(node, ()) if not node.shape else None
        reduce = reduction(found) if found is not None else None
        if reduce is None or reduce.how != "add":
            return None
        here = flat([place(i) for i in reduce.over], [i.size for i in reduce.over])
        arrays = {x.array for x in loads(reduce.body) if x.array.shape}
        if any(x.at != here for x in loads(reduce.body) if x.array.shape):
            return None
        for group in needs:
            turns = tuple(i.size for i in reduce.over)  # of another shape where it sums a view
            shapes = {group.shape, turns} | {x.shape for x in arrays}
            late = any(reaches(other, group) for other in needs - {group})
            has_turns = bool(group.shape) and prod(group.shape) > 0  # nothing runs without entries
            if group.kind in TURNING and len(shapes) == 1 and has_turns and not late:
                return group
        return None

    def _kind(self, node: Node) -> str:
        if not lowered(node):
            return "call"
        found = self.definitions.of(node, [place(i) for i in indices(node.shape)])
        if not isinstance(found, Expression):
            return type(found).__name__.lower()
        if reduction(found) is None:
            return "map"
        if not is_product(found):
            return "reduce"
        return "blas" if self.by_blas(Group("blas", [node]), self.definitions) else "product"

    def _needs(self, node: Node) -> set[Group]:
        """Return the groups that compute what a gate reads, looking through virtual gates."""
        found: set[Group] = set()
        waiting = list(node.inputs)
        while waiting:
            x = waiting.pop()
            if x in self.definitions.virtual:
                waiting += x.inputs
            elif x in self.group_of:
                found.add(self.group_of[x])
        return found

    def _candidates(self, node: Node, needs: set[Group]) -> list[Group]:
        """Return the groups that a gate may join, those it depends on first."""
        first = [g for g in reversed(self.groups) if g in needs]
        reads = self._arrays(node)
        others = [
            g
            for g in reversed(self.groups[-LOOK_BACK:])
            if g not in needs and g.kind == "map" and any(reads & self._arrays(n) for n in g.nodes)
        ]
        return first + others

    def _arrays(self, node: Node) -> set[Node]:
        """Return the arrays that a gate reads."""
        if node not in self.reads:
            found = Fusion([], self.definitions).read_by(Group("map", [node]))
            self.reads[node] = {x for x in found if x.shape and not isinstance(x, ConstantNode)}
        return self.reads[node]

    def _may_join(self, node: Node, group: Group, needs: set[Group]) -> bool:
        if group.kind not in TURNING or group.shape != node.shape:
            return False
        if len(group.nodes) >= FULL:
            return False
        if any(reaches(other, group) for other in needs - {group}):
            return False
        return self._reads_in_step(node, group)

    def _reads_in_step(self, node: Node, group: Group) -> bool:
        """Return whether the gate reads the group's results at its own place only."""
        at = [place(i) for i in indices(node.shape)]
        here = flat(at, node.shape)
        found = self.definitions.of(node, at)
        members = set(group.nodes)
        return all(
            x.at == here and x.array.shape == node.shape  # a sum is not known before the end
            for x in loads(found)
            if x.array in members
        )

    def waits(self, updates: Mapping[Node, Node]) -> dict[Group, set[Group]]:
        """Return which groups must wait for others because they overwrite what those read."""
        found: dict[Group, set[Group]] = defaultdict(set)
        readers = Fusion(self.groups, self.definitions).readers
        for old, new in updates.items():
            writer = self.group_of.get(new)
            if writer is not None:
                found[writer] |= set(readers[old]) - {writer}
        return found


def lowered(node: Node) -> bool:
    """Return whether the compiler knows what an entry of the gate is."""
    if node.op is None or node.op.formula is None:
        return node.op is not None and node.op.lower is not None
    tree = node.op.expression(**node.attrs)
    return tree is not None and all(x.op in SUPPORTED for x in walk(tree) if isinstance(x, Apply))


def shallow(definitions: Definitions, node: Node) -> Definition:
    """Return the definition of a gate in terms of its own inputs."""
    return definitions.of(node, [place(i) for i in indices(node.shape)])


def reaches(start: Group, goal: Group) -> bool:
    """Return whether `start` depends on `goal`, directly or not."""
    seen = {start}
    waiting = [start]
    while waiting:
        group = waiting.pop()
        if group is goal:
            return True
        for other in group.needs - seen:
            seen.add(other)
            waiting.append(other)
    return False


def sort(groups: list[Group], waits: Mapping[Group, set[Group]]) -> list[Group]:
    """Return the groups so that each comes after what it needs and, where possible, waits for.

    What no other group needs, such as an update of weights, comes as soon as it can: its arrays are
    still in the cache then.
    """
    needed = {other for group in groups for other in group.needs}
    left = dict.fromkeys(groups)
    done: list[Group] = []
    finished: set[Group] = set()
    while left:
        ready = [g for g in left if g.needs <= finished]
        patient = [g for g in ready if waits.get(g, set()) <= finished] or ready
        chosen = min(patient, key=lambda g: g in needed)
        del left[chosen]
        done.append(chosen)
        finished.add(chosen)
    return done
