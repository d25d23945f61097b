"""From a circuit to a module: kernels in order, arrays in memory, the function that runs all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from chainrule.compiler.alike import form
from chainrule.compiler.calls import write_call
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.code import module_text
from chainrule.compiler.dealing import native
from chainrule.compiler.define import Definitions
from chainrule.compiler.fuse import Fusion, fuse
from chainrule.compiler.group import Group
from chainrule.compiler.kernel import Kernel
from chainrule.compiler.llvm import Host
from chainrule.compiler.loops import write_map, write_parts, write_running
from chainrule.compiler.main import Launch, Memory, Sharing, how_shared, write_main
from chainrule.compiler.memory import Life, Slot, arrange, bytes_of, outside, padded
from chainrule.compiler.order import order_bytes, write_order
from chainrule.compiler.pipeline import simplified
from chainrule.compiler.products import by_blas, scratch_bytes, write_by_blas, write_products
from chainrule.compiler.reduce import write_reduce
from chainrule.compiler.small import is_small, write_small
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
        arena, scratch: sizes in bytes; each thread has scratch memory of its own.
        sharing: how the work is shared between threads.
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
    sharing: Sharing
    text: str


def plan(circuit: Circuit, host: Host, steps: Steps | None = None) -> Plan:
    """Return the plan of a circuit: everything up to the text that LLVM gets."""
    steps = steps or Steps()
    circuit = computed(simplified(circuit), steps)
    updates = updates_of(circuit, steps)
    fusion = fuse(circuit, updates, lambda g, d: by_blas(g, d, host))
    groups = [*fusion.groups, *copies(fusion, updates)]
    constants = tuple(n for n in circuit.nodes if isinstance(n, ConstantNode) and n.shape)
    handed_out = {k: n for k, n in enumerate(circuit.outputs) if k not in steps.updates.values()}
    given = outside(circuit.inputs, handed_out, constants, updates)
    between, arena = arrange(uses(groups, fusion, given))
    slots = given | between
    launches = written(groups, fusion.definitions, slots, host)
    return assembled(circuit, steps, launches, slots, constants, arena, host)


def updates_of(circuit: Circuit, steps: Steps) -> dict[Node, Node]:
    """Return input -> output that takes its place, where that is another gate."""
    pairs = ((circuit.inputs[i], circuit.outputs[o]) for i, o in steps.updates.items())
    return {old: new for old, new in pairs if new is not old}


def copies(fusion: Fusion, updates: dict[Node, Node]) -> list[Group]:
    """Return a copy at the end for each update that comes too early, and let it take the place."""
    made = []
    for old in conflicts(fusion, updates):
        updates[old] = copied(updates[old])
        made.append(Group("map", [updates[old]]))
    return made


def assembled(
    circuit: Circuit,
    steps: Steps,
    launches: tuple[Launch, ...],
    slots: Mapping[Node, Slot],
    constants: tuple[ConstantNode, ...],
    arena: int,
    host: Host,
) -> Plan:
    """Return the plan with the module's text: the kernels, and the function that runs them."""
    kernels = tuple({launch.kernel: None for launch in launches})
    scratch = max((SCRATCH[k.group.kind](k) for k in kernels if k.group.kind in SCRATCH), default=0)
    shared = how_shared(launches)
    main = write_main(launches, Memory(circuit, steps, arena, scratch), host)
    functions = [main, *(k.f for k in kernels), *(k.after.f for k in kernels if k.after)]
    text = module_text(functions, [native(host)] if shared.stages else [])
    arena = padded(arena) + max((k.bytes_of_shares for k in kernels), default=0)
    return Plan(circuit, steps, launches, kernels, slots, constants, arena, scratch, shared, text)


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
            writer = write_small if is_small(group, definitions) else WRITERS[group.kind]
            writer(kernel)
            kernel.finish()
            known[like.key] = (kernel, like.arrays)
        kernel, first = known[like.key]
        other = dict(zip(first, like.arrays, strict=True))
        after = kernel.after.arrays if kernel.after else ()
        slots_of = (tuple(other.get(s, s) for s in found) for found in (kernel.arrays, after))
        launches.append(Launch(group, kernel, *slots_of))
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
