"""Writes kernels as nests of loops: entries one by one, in parts, and running sums."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from chainrule.compiler.code import Function
from chainrule.compiler.elementary import apply
from chainrule.compiler.entry import Typed, register
from chainrule.compiler.kernel import Kernel, along, fitting, over
from chainrule.compiler.values import Value, constant
from chainrule.graph.builder import Running, Write, Writes
from chainrule.graph.place import Index, flat, indices, place

Turn = Callable[[dict[Index, Value], list[Value]], list[Value]]


def write_map(k: Kernel) -> None:
    """Write a kernel whose entries are computed one by one."""
    body = k.body()
    *outer, lane = body.space
    lanes = fitting(k.lanes(), lane.size)
    rows, vectors = k.deal_either(outer, -(-lane.size // lanes))
    with ExitStack() as stack:
        index = over(k.f, outer, stack, rows)

        def step(first: Value, lanes: int, mask: Value | None) -> None:
            writer = k.writer({**index, lane: first}, lane=lane, lanes=lanes, mask=mask)
            k.compute(writer, body)

        along(k.f, lane.size, lanes, step, vectors)


def write_parts(k: Kernel) -> None:
    """Write a kernel whose output is made of parts, and of sums into them."""
    (node,) = k.group.nodes
    found = k.definitions.of(node, [place(i) for i in indices(node.shape)])
    assert isinstance(found, Writes)
    for part in found.parts:
        write_part(k, part)


def write_part(k: Kernel, part: Write) -> None:
    (node,) = k.group.nodes
    *outer, lane = part.space or (Index(1),)
    at = flat(part.at, node.shape)
    lanes = 1 if part.adds else fitting(k.lanes(), lane.size)  # sums may meet in one place
    with ExitStack() as stack:
        index = over(k.f, outer, stack)

        def step(first: Value, lanes: int, mask: Value | None) -> None:
            writer = k.writer({**index, lane: first}, lane=lane, lanes=lanes, mask=mask)
            writer.store(node, at, writer.write(part.value, node.dtype), adds=part.adds)

        along(k.f, lane.size, lanes, step)


def write_running(k: Kernel) -> None:
    """Write a kernel of sums that run along an axis."""
    (node,) = k.group.nodes
    space = indices(node.shape)
    at = [place(i) for i in space]
    found = k.definitions.of(node, at)
    assert isinstance(found, Running)
    axis = found.axis
    kind = register(node.dtype)

    def turn(index: dict[Index, Value], sums: list[Value]) -> list[Value]:
        writer = k.writer(index)
        entry = writer.write(found.value, node.dtype).value
        assert entry is not None
        total = apply(k.f, "add", sums[0], entry)
        writer.store(node, flat(at, node.shape), Typed(total, node.dtype))
        return [total]

    with ExitStack() as stack:
        outer = over(k.f, [i for a, i in enumerate(space) if a != axis], stack)
        carry(k.f, [space[axis]], [constant(kind, 0)], lambda i, s: turn({**outer, **i}, s))


def carry(f: Function, loops: Sequence[Index], first: list[Value], turn: Turn) -> list[Value]:
    """Go through loops that hand values on from turn to turn; return the last ones."""
    if not loops:
        return turn({}, first)
    head, *rest = loops
    with f.loop(head.size, carried=first) as loop:
        loop.next = carry(
            f, rest, loop.carried, lambda index, held: turn({head: loop.index, **index}, held)
        )
    return loop.carried
