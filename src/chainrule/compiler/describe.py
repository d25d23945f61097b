"""What the compiler does with a circuit, as plain data: passes, kernels, memory, code.

Everything is told by names and figures that depend on the circuit and the processor alone, so that
two descriptions of one circuit are equal.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.define import Definitions, reduction
from chainrule.compiler.fuse import Fusion
from chainrule.compiler.group import Group
from chainrule.compiler.kernel import body_of
from chainrule.compiler.labels import Label, array_names, gate_labels, is_array
from chainrule.compiler.llvm import Host, assembly
from chainrule.compiler.memory import bytes_of
from chainrule.compiler.pipeline import PASSES
from chainrule.compiler.plan import Plan, plan
from chainrule.compiler.products import reading
from chainrule.compiler.route import Route, route
from chainrule.compiler.steps import Steps
from chainrule.compiler.threads import Choice, choose, limit
from chainrule.errors import UsageError, nearest
from chainrule.graph.node import Node

BY_ENTRIES = ("map", "reduce", "product", "blas")
VALUE = re.compile(r"\s+\.(quad|long|xword|word)\b")
DIRECTIVE = re.compile(r"\s*\.(?!L)|\s*[#;]|\.Lfunc_end|\s*//")


@dataclass(frozen=True)
class Stage:
    """One pass over the circuit.

    Attributes:
        name, purpose: of the pass.
        before, after: how many gates there were.
        gone, new: op -> how many of its gates went and came.
    """

    name: str
    purpose: str
    before: int
    after: int
    gone: dict[str, int]
    new: dict[str, int]


@dataclass(frozen=True)
class Stored:
    """An array: its name, where it lies and when.

    Attributes:
        kind: "input", "output", "constant" or "arena".
        size: in bytes.
        offset: in the arena, in bytes.
        first, last: numbers of the kernels between which the arena holds it.
        updated: whether an output takes its place in memory.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    dtype: str
    size: int
    offset: int = 0
    first: int = 0
    last: int = 0
    updated: bool = False


@dataclass(frozen=True)
class Task:
    """A kernel at its place in the order of execution.

    Attributes:
        number: in the order of execution, from 0.
        kind: "map", "reduce", "product" (by tiles), "blas", "writes", "running", "order" or "call".
        shape: of the loops' result.
        gates: what is computed, gates without an array of their own included.
        reads, writes: names of arrays.
        flop: operations on numbers, as the cost model counts them: a product and a sum are two, a
            function such as `exp` twelve. None for what is not computed entry by entry.
        traffic: bytes of the arrays that are read and written.
        route: who computes a product, and why.
        parts: how many there are for threads to share out; 1 for what is not cut.
        function: the name of the native function.
        same_as: the first kernel with the same function, if another came before.
    """

    number: int
    kind: str
    shape: tuple[int, ...]
    gates: tuple[Label, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    flop: int | None
    traffic: int
    route: Route | None
    parts: int
    function: str
    same_as: int | None = None


@dataclass(frozen=True)
class Description:
    """All that can be told about native code before it runs.

    Attributes:
        title: what was compiled.
        host: the processor.
        steps: how the circuit is repeated.
        gates: how many there are after the passes.
        stages: the passes, in order.
        tasks: the kernels, in the order of execution.
        arrays: everything that lies in memory, inputs first.
        arena, scratch: bytes between kernels, and for copies that kernels make for themselves.
        threads: how many share one run, and why.
        plan: what the compiler itself tasks on.
    """

    title: str
    host: Host
    steps: Steps
    gates: int
    stages: tuple[Stage, ...]
    tasks: tuple[Task, ...]
    arrays: tuple[Stored, ...]
    arena: int
    scratch: int
    threads: Choice
    plan: Plan = field(repr=False)

    def ir(self, which: bool | int | str = True) -> str:
        """Return the module in LLVM's assembly language, or the function of one kernel.

        Args:
            which: True for the whole module, the number of a kernel, or the name of a function.
        """
        if which is True:
            return self.plan.text
        return self._function(which).text()

    def assembly(self, which: bool | int | str = True) -> str:
        """Return the same in the processor's own assembly language, without directives."""
        if which is True:
            return plainly(assembly(self.plan.text, self.host))
        f = self._function(which)
        outside = module_text([f]).replace("define internal", "define", 1)
        return plainly(assembly(outside, self.host))

    def _function(self, which: int | str) -> Function:
        functions = {k.f.name: k.f for k in self.plan.kernels}
        known = {task.number: functions[task.function] for task in self.tasks}
        found = known.get(which) if isinstance(which, int) else functions.get(which)
        if found is None:
            raise UsageError(
                f"there is no kernel {which!r}",
                hint=nearest(str(which), [*functions, *map(str, known)]),
            )
        return found


def describe(
    circuit: Circuit,
    host: Host,
    steps: Steps | None = None,
    *,
    title: str = "",
    outputs: Sequence[str] = (),
    threads: int = 0,
) -> Description:
    """Describe what is made of a circuit; nothing is compiled.

    Args:
        circuit: as it was traced.
        host: the processor.
        steps: how it is repeated.
        title: what the circuit is called.
        outputs: names of the outputs, as far as they have some.
        threads: how many there may be; 0 for as many as this process may have.
    """
    made = plan(circuit, host, steps)
    gates = [
        node
        for launch in made.launches
        for node in computed_by(launch.group, launch.kernel.definitions)
    ]
    labels = gate_labels(dict.fromkeys(gates))
    names = array_names(made, labels, outputs)
    tasks = [task(number, labels, names, made, host) for number in range(len(made.launches))]
    return Description(
        title=title,
        host=host,
        steps=made.steps,
        gates=len(made.circuit.gates),
        stages=stages(circuit),
        tasks=tuple(tasks),
        arrays=stored(made, names, tasks),
        arena=made.arena,
        scratch=made.scratch,
        threads=choose(made.sharing.work, made.sharing.parts, threads or limit()),
        plan=made,
    )


def stages(circuit: Circuit) -> tuple[Stage, ...]:
    """Return what each pass does to the circuit."""
    found = []
    for one in PASSES:
        before, circuit = circuit, one(circuit)
        old, new = (Counter(n.op.name for n in c.gates if n.op) for c in (before, circuit))
        purpose = (one.__doc__ or "").partition("\n")[0]
        counts = len(before.gates), len(circuit.gates)
        found.append(Stage(one.__name__, purpose, *counts, dict(old - new), dict(new - old)))
    return tuple(found)


def computed_by(group: Group, definitions: Definitions) -> list[Node]:
    """Return the gates of a kernel, those that are written out in place before their users."""
    found: dict[Node, None] = {}
    for node in group.nodes:
        inner: set[Node] = set()
        waiting = [node]
        while waiting:
            fresh = {x for x in waiting.pop().inputs if x in definitions.virtual} - inner
            inner |= fresh
            waiting += fresh
        found |= dict.fromkeys([*sorted(inner, key=lambda x: x.age), node])
    return list(found)


def task(
    number: int,
    labels: dict[Node, Label],
    names: dict[Node, str],
    made: Plan,
    host: Host,
) -> Task:
    """Return what a kernel does."""
    launch = made.launches[number]
    group, definitions = launch.group, launch.kernel.definitions
    read = Fusion([], definitions).read_by(group) - set(group.nodes)
    reads = sorted(filter(is_array, read), key=lambda node: node.age)
    writes = [node for node in group.nodes if node in made.slots]
    twins = [n for n, other in enumerate(made.launches) if other.kernel is launch.kernel]
    return Task(
        number=number,
        kind=group.kind,
        shape=group.shape,
        gates=tuple(labels[node] for node in computed_by(group, definitions)),
        reads=tuple(names[node] for node in reads),
        writes=tuple(names[node] for node in writes),
        flop=launch.kernel.work.flops if group.kind in BY_ENTRIES else None,
        traffic=sum(map(bytes_of, [*reads, *writes])),
        route=way(group, definitions, host),
        parts=launch.kernel.parts,
        function=launch.kernel.f.name,
        same_as=twins[0] if twins[0] != number else None,
    )


def way(group: Group, definitions: Definitions, host: Host) -> Route | None:
    """Return who computes a product, and why; None for other kernels."""
    if group.kind not in ("product", "blas"):
        return None
    body = body_of(group, definitions)
    reduce = reduction(body.statements[0][1])
    found = reading(body, reduce) if reduce is not None else None
    if found is None:
        return Route("sum", "it is no product of matrices, and is added up entry by entry")
    chosen = route(found.product, host)
    if chosen.name == "blas" and group.kind != "blas":
        return Route("kernel", "its result does not lie as a BLAS writes it")
    return chosen


def stored(made: Plan, names: dict[Node, str], tasks: Sequence[Task]) -> tuple[Stored, ...]:
    """Return all arrays: inputs, outputs, constants, and those between kernels by their place."""
    written: dict[str, int] = {}
    last: dict[str, int] = {}
    for each in tasks:
        for name in each.writes:
            written.setdefault(name, each.number)
        last |= dict.fromkeys((*each.reads, *each.writes), each.number)
    kinds = ("input", "output", "constant", "arena")
    inputs = set(made.circuit.inputs)
    updated = {s for node, s in made.slots.items() if s.kind == "input" and node not in inputs}
    found = []
    for node, slot in made.slots.items():
        if slot.kind == "input" and node not in inputs:
            continue
        name = names[node]
        one = Stored(
            name=name,
            kind=slot.kind,
            shape=node.shape,
            dtype=node.dtype.name,
            size=bytes_of(node),
            offset=slot.number if slot.kind == "arena" else 0,
            first=written.get(name, 0),
            last=last.get(name, 0),
            updated=slot in updated,
        )
        found.append(one)
    found.sort(key=lambda x: (kinds.index(x.kind), x.kind == "arena" and x.first))
    return tuple(found)


def plainly(text: str) -> str:
    """Return assembly with the values of constants, and without other directives and comments."""
    lines = []
    for line in text.splitlines():
        if VALUE.match(line):
            lines.append(line)
        elif not DIRECTIVE.match(line):
            lines.append(re.split(r"\s*(?:# |## |// )", line)[0])
    return "\n".join(line.expandtabs(8) for line in lines if line.strip())
