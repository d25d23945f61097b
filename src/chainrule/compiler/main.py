"""Writes the function that runs all kernels, step after step, by one thread or several."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.code import Function
from chainrule.compiler.dealing import sharing, taking_part
from chainrule.compiler.denormals import flushing
from chainrule.compiler.group import Group
from chainrule.compiler.kernel import Kernel
from chainrule.compiler.llvm import Host
from chainrule.compiler.memory import Slot, bytes_of, padded
from chainrule.compiler.steps import Steps
from chainrule.compiler.values import Value, constant

RUN = "chainrule_run"
LOCAL = 4096  # bytes: so small an arena lies on the stack, where LLVM turns it into registers
FIRST = ("arena", "scratch", "status", "callback", "blas float", "blas double")  # of the table
FIXED = len(FIRST)


@dataclass(frozen=True)
class Launch:
    """A kernel with the arrays that it runs on.

    Attributes:
        group: the gates that are computed.
        kernel: the function, which another group may have been the first to need.
        arrays: the slots for its parameters.
        after: the slots for the parameters of the kernel that comes after it, if there is one.
    """

    group: Group
    kernel: Kernel
    arrays: tuple[Slot, ...]
    after: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Memory:
    """What the addresses of arrays follow from.

    Attributes:
        circuit, steps: what is run, and how it is repeated.
        arena, scratch: bytes between kernels, and bytes of each thread.
    """

    circuit: Circuit
    steps: Steps
    arena: int
    scratch: int


@dataclass(frozen=True)
class Sharing:
    """How a circuit is shared between threads.

    Attributes:
        stages: how often threads wait for each other in a step; 0 if nothing is cut.
        parts: into how many parts the kernel with most of them is cut.
        work: FLOP of the kernels that are cut.
    """

    stages: int
    parts: int
    work: int


Call = tuple[Kernel, tuple[Slot, ...]]


@dataclass
class Stage:
    """A kernel that is cut, or a row of kernels that are not: threads wait at its end."""

    parts: int
    calls: list[Call] = field(default_factory=list)


def stages(launches: Sequence[Launch]) -> list[Stage]:
    """Return the stages of a step."""
    found: list[Stage] = []
    for kernel, slots in calls(launches):
        if kernel.parts > 1 or not found or found[-1].parts > 1:
            found.append(Stage(kernel.parts))
        found[-1].calls.append((kernel, slots))
    return found


def calls(launches: Sequence[Launch]) -> Iterator[Call]:
    """Return the kernels with their arguments, those that sum up what parts left included."""
    for launch in launches:
        yield launch.kernel, launch.arrays
        if launch.kernel.after is not None:
            yield launch.kernel.after, launch.after


def how_shared(launches: Sequence[Launch]) -> Sharing:
    """Return how a circuit is shared."""
    cut = [launch.kernel for launch in launches if launch.kernel.parts > 1]
    if not cut:
        return Sharing(0, 1, 0)
    parts, work = max(k.parts for k in cut), sum(k.work.total for k in cut)
    return Sharing(len(stages(launches)), parts, work)


def write_main(launches: Sequence[Launch], memory: Memory, host: Host) -> Function:
    """Return the function that runs all kernels, step after step.

    It takes a table of addresses (arena, scratch, status, inputs, outputs, constants), the number
    of steps, the number of the thread, and the record that the threads share.
    """
    f = Function(RUN, head="")
    table, count = f.parameter("table", "ptr"), f.parameter("steps", "i64")
    worker, record = f.parameter("worker", "i64"), f.parameter("record", "ptr")
    is_shared = any(launch.kernel.parts > 1 for launch in launches)
    with ExitStack() as stack:
        if is_shared:
            stack.enter_context(taking_part(f, record, worker))
        addresses = Addresses(f, table, worker, memory)
        if not is_shared and memory.arena <= LOCAL:
            addresses.arena = f.local(padded(memory.arena))
        for _, slots in calls(launches):
            for slot in slots:
                addresses.load(slot)
        if memory.steps.flushes:
            stack.enter_context(flushing(f, host))
        addresses.step = stack.enter_context(f.loop(count)).index
        for number, stage in enumerate(stages(launches)):
            with ExitStack() as part:
                if is_shared:
                    shared = sharing(f, record, worker, number, stage.parts, addresses.step)
                    addresses.part, addresses.turn = part.enter_context(shared)
                for kernel, slots in stage.calls:
                    f.call_void(kernel.f.name, *map(addresses.of, slots))
    f.give()
    return f


class Addresses:
    """The addresses of arrays inside the function that runs all kernels.

    Attributes:
        step, part, turn: where that function is.
        arena: where the arena lies if the function has it on its own stack.
    """

    def __init__(self, f: Function, table: Value, worker: Value, memory: Memory) -> None:
        self.f = f
        self.table = table
        self.worker = worker
        self.memory = memory
        self.step = self.part = self.turn = constant("i64", 0)
        self.arena: Value | None = None
        self._loaded: dict[int, Value] = {}

    def row(self, slot: Slot) -> int:
        """Return the place of a slot in the table."""
        circuit = self.memory.circuit
        inputs, outputs = len(circuit.inputs), len(circuit.outputs)
        if slot.kind in FIRST:
            return FIRST.index(slot.kind)
        if slot.kind == "shares":
            return FIRST.index("arena")
        starts = {"input": 0, "output": inputs, "constant": inputs + outputs}
        return FIXED + starts[slot.kind] + slot.number

    def load(self, slot: Slot) -> None:
        if slot.is_number or self.row(slot) in self._loaded:
            return
        row = self.row(slot)
        base = self.f.load("ptr", self.f.at(self.table, "ptr", row), 8)
        if slot.kind == "scratch":
            size = constant("i64", padded(self.memory.scratch))
            base = self.f.at(base, "i8", self.f.mul(self.worker, size))
        self._loaded[row] = base

    def of(self, slot: Slot) -> Value:
        """Return the address of an array at the current step, or a number."""
        if slot.is_number:
            return self.part if slot.kind == "part" else self.turn
        base = self._loaded[self.row(slot)]
        if slot.kind == "arena":
            return self.f.at(self.arena or base, "i8", slot.number)
        if slot.kind == "shares":
            return self.f.at(base, "i8", padded(self.memory.arena))
        size = self._stride(slot)
        if not size:
            return base
        return self.f.at(base, "i8", self.f.mul(self.step, constant("i64", size)))

    def _stride(self, slot: Slot) -> int:
        steps, circuit = self.memory.steps, self.memory.circuit
        if slot.kind == "input" and slot.number in steps.sliced:
            return bytes_of(circuit.inputs[slot.number])
        if slot.kind == "output" and slot.number in steps.stacked:
            return bytes_of(circuit.outputs[slot.number])
        return 0
