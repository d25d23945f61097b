"""From a circuit to a module: kernels in order, arrays in memory, the function that runs all."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import prod
from typing import Any

from chainrule.compiler.alike import form
from chainrule.compiler.calls import write_call
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.code import Function, Value, constant, module_text
from chainrule.compiler.define import Definitions
from chainrule.compiler.denormals import flushing
from chainrule.compiler.fuse import Fusion, fuse
from chainrule.compiler.group import Group
from chainrule.compiler.kernel import Kernel
from chainrule.compiler.llvm import Host
from chainrule.compiler.loops import write_map, write_parts, write_running
from chainrule.compiler.memory import Life, Slot, arrange, bytes_of, outside, padded
from chainrule.compiler.order import order_bytes, write_order
from chainrule.compiler.pipeline import simplified
from chainrule.compiler.products import by_blas, scratch_bytes, write_by_blas, write_products
from chainrule.compiler.reduce import write_reduce
from chainrule.compiler.steps import Steps
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.registry import OPS

WRITERS = {
    "map": write_map,
    "reduce": write_reduce,
    "product": write_products,
    "blas": write_by_blas,
    "writes": write_parts,
    "running": write_running,
    "order": write_order,
    "call": write_call,
}
SCRATCH = {"product": scratch_bytes, "order": order_bytes}
RUN = "chainrule_run"
FIRST = ("arena", "scratch", "status", "callback", "blas float", "blas double")  # of the table
FIXED = len(FIRST)


@dataclass(frozen=True)
class Launch:
    """A kernel with the arrays that it runs on.

    Attributes:
        group: the gates that are computed.
        kernel: the function, which another group may have been the first to need.
        arrays: the slots for its parameters.
    """

    group: Group
    kernel: Kernel
    arrays: tuple[Slot, ...]


@dataclass(frozen=True)
class Plan:
    """All that is decided before LLVM is asked.

    Attributes:
        circuit: after the passes, with the outputs that are computed.
        steps: how it is repeated.
        launches: the groups of gates in order of execution, each with its kernel.
        kernels: the functions: groups that differ in their arrays alone share one.
        slots: the place of each array.
        constants: arrays that are known.
        arena, scratch: sizes in bytes.
        text: the module in LLVM's assembly language.
    """

    circuit: Circuit
    steps: Steps
    launches: tuple[Launch, ...]
    kernels: tuple[Kernel, ...]
    slots: Mapping[Node, Slot]
    constants: tuple[ConstantNode, ...]
    arena: int
    scratch: int
    text: str


def plan(circuit: Circuit, host: Host, steps: Steps | None = None) -> Plan:
    """Return the plan of a circuit: everything up to the text that LLVM gets."""
    steps = steps or Steps()
    circuit = computed(simplified(circuit), steps)
    inputs, outputs = circuit.inputs, circuit.outputs
    updates = {
        inputs[i]: outputs[o] for i, o in steps.updates.items() if outputs[o] is not inputs[i]
    }
    fusion = fuse(circuit, updates, lambda g, d: by_blas(g, d, host))
    late = conflicts(fusion, updates)
    groups, copies = list(fusion.groups), []
    for old in late:
        copy = copied(updates[old])
        updates[old] = copy
        copies.append(Group("map", [copy]))
    groups += copies
    constants = tuple(n for n in circuit.nodes if isinstance(n, ConstantNode) and n.shape)
    handed_out = {k: n for k, n in enumerate(outputs) if k not in set(steps.updates.values())}
    slots = outside(inputs, handed_out, constants, updates)
    used = uses(groups, fusion, slots)
    arena, size = arrange(used)
    slots = {**slots, **arena}
    launches = written(groups, fusion.definitions, slots, host)
    kernels = tuple({launch.kernel: None for launch in launches})
    scratch = max((SCRATCH[k.group.kind](k) for k in kernels if k.group.kind in SCRATCH), default=0)
    main = write_main(launches, circuit, steps, host)
    text = module_text([main, *(k.f for k in kernels)])
    return Plan(circuit, steps, launches, kernels, slots, constants, size, scratch, text)


def written(
    groups: Sequence[Group], definitions: Definitions, slots: Mapping[Node, Slot], host: Host
) -> tuple[Launch, ...]:
    """Return the kernels of the groups, each form written once."""
    known: dict[Any, tuple[Kernel, list[Slot]]] = {}
    launches = []
    for number, group in enumerate(groups):
        if not prod(group.shape):
            continue
        like = form(group, definitions, slots)
        if like.key not in known or group.kind == "call":
            kernel = Kernel(number, group, definitions, slots, host)
            WRITERS[group.kind](kernel)
            kernel.finish()
            known[like.key] = (kernel, like.arrays)
        kernel, first = known[like.key]
        other = dict(zip(first, like.arrays, strict=True))
        launches.append(Launch(group, kernel, tuple(other.get(s, s) for s in kernel.arrays)))
    return tuple(launches)


def computed(circuit: Circuit, steps: Steps) -> Circuit:
    """Return the circuit with a gate of its own for each output that needs one.

    An input that is handed on, a constant, or a gate that is asked for twice is copied.
    """
    seen: set[Node] = set()
    outputs = []
    stays = {o: circuit.inputs[i] for i, o in steps.updates.items()}
    for number, node in enumerate(circuit.outputs):
        if stays.get(number) is node:
            outputs.append(node)
            continue
        outputs.append(copied(node) if node.op is None or node in seen else node)
        seen.add(node)
    return Circuit(circuit.inputs, tuple(outputs))


def copied(node: Node) -> Node:
    """Return a gate with the same value."""
    return Node(OPS["positive"], (node,), {}, node.shape, node.dtype, name=node.name)


def conflicts(fusion: Fusion, updates: Mapping[Node, Node]) -> list[Node]:
    """Return the inputs that are still read when their update is ready: these wait for the end."""
    found = []
    order = {group: n for n, group in enumerate(fusion.groups)}
    writers = {node: group for group in fusion.groups for node in group.nodes}
    for old, new in updates.items():
        writer = writers[new]
        readers = fusion.readers[old]
        too_late = any(order[group] > order[writer] for group in readers)
        if too_late or (writer in readers and not fusion.in_step(writer, old)):
            found.append(old)
    return found


def uses(groups: Sequence[Group], fusion: Fusion, given: Mapping[Node, Slot]) -> list[Life]:
    """Return the lives of the arrays that are stored between kernels."""
    written_in = {node: n for n, group in enumerate(groups) for node in group.nodes}
    last: dict[Node, int] = {}
    for n, group in enumerate(groups):
        for node in fusion.read_by(group):
            if node in written_in and written_in[node] != n:
                last[node] = max(n, last.get(node, n))
    for node in written_in:
        if node.op is not None and groups[written_in[node]].kind in ("writes", "running", "order"):
            last.setdefault(node, written_in[node])
    return [
        Life(node, bytes_of(node), written_in[node], end)
        for node, end in last.items()
        if node not in given
    ]


def write_main(launches: Iterable[Launch], circuit: Circuit, steps: Steps, host: Host) -> Function:
    """Return the function that runs all kernels, step after step.

    It takes a table of addresses (arena, scratch, status, inputs, outputs, constants) and the
    number of steps.
    """
    f = Function(RUN, head="")
    table, count = f.parameter("table", "ptr"), f.parameter("steps", "i64")
    with ExitStack() as stack:
        addresses = Addresses(f, table, circuit, steps)
        for launch in launches:
            for slot in launch.arrays:
                addresses.load(slot)
        if steps.flushes:
            stack.enter_context(flushing(f, host))
        loop = stack.enter_context(f.loop(count))
        for launch in launches:
            arguments = [addresses.of(slot, loop.index) for slot in launch.arrays]
            f.call_void(launch.kernel.f.name, *arguments)
    f.give()
    return f


class Addresses:
    """The addresses of arrays inside the function that runs all kernels."""

    def __init__(self, f: Function, table: Value, circuit: Circuit, steps: Steps) -> None:
        self.f = f
        self.table = table
        self.circuit = circuit
        self.steps = steps
        self._loaded: dict[int, Value] = {}

    def row(self, slot: Slot) -> int:
        """Return the place of a slot in the table."""
        inputs, outputs = len(self.circuit.inputs), len(self.circuit.outputs)
        if slot.kind in FIRST:
            return FIRST.index(slot.kind)
        starts = {"input": 0, "output": inputs, "constant": inputs + outputs}
        return FIXED + starts[slot.kind] + slot.number

    def load(self, slot: Slot) -> None:
        row = self.row(slot)
        if row not in self._loaded:
            self._loaded[row] = self.f.load("ptr", self.f.at(self.table, "ptr", row), 8)

    def of(self, slot: Slot, step: Value) -> Value:
        """Return the address of an array at a step."""
        base = self._loaded[self.row(slot)]
        if slot.kind == "arena":
            return self.f.at(base, "i8", slot.number)
        size = self._stride(slot)
        if not size:
            return base
        return self.f.at(base, "i8", self.f.mul(step, constant("i64", size)))

    def _stride(self, slot: Slot) -> int:
        if slot.kind == "input" and slot.number in self.steps.sliced:
            return bytes_of(self.circuit.inputs[slot.number])
        if slot.kind == "output" and slot.number in self.steps.stacked:
            return bytes_of(self.circuit.outputs[slot.number])
        return 0


def table_size(plan: Plan) -> int:
    """Return how many addresses the table has."""
    return FIXED + len(plan.circuit.inputs) + len(plan.circuit.outputs) + len(plan.constants)


def workspace_bytes(plan: Plan) -> int:
    """Return the size of arena and scratch memory together."""
    return padded(plan.arena) + padded(plan.scratch)
