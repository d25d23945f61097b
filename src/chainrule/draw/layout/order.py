"""The order of each column from top to bottom: few crossings, operands always in order.

The slots of a column are members of the container and the places where wires pass through it. A
slot *belongs to* a member of the next column when its only wire to the right ends there. Slots that
belong to the same member stand in the order of its operands, from top to bottom, in every layout:
`a - b` has `a` on top. This holds for leaves, gates and wires from farther left alike; only a
branch, which belongs to several, may stand anywhere. Each slot belongs to one member at most, so
such orders never contradict each other.
"""

from bisect import bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field

SWEEPS = ((100, 12), (1000, 6), (4000, 3))  # up to so many slots: sweeps
FEWEST = 2
EXCHANGED, ROUNDS = 500, 8  # slots up to which neighbours are exchanged, and how often


@dataclass(slots=True)
class Slot:
    """A member, or a wire that passes; its neighbours with the heights of the ports there.

    `before` and `after` hold the slot in the next column and the height of the port there, from 0
    (top) to 1.
    """

    name: str
    column: int
    before: "list[tuple[Slot, float]]" = field(default_factory=list)
    after: "list[tuple[Slot, float]]" = field(default_factory=list)
    at: int = -1


Columns = list[list[Slot]]


def ordered(columns: Columns) -> Columns:
    """Return the columns in order; `columns` come with the slots in order of execution."""
    groups = [operand_groups(column) for column in columns]
    found = seeded(columns)
    for column, group in zip(found, groups, strict=True):
        place(column, group)
    best, fewest = [list(column) for column in found], crossings(found)
    size = sum(map(len, found))
    sweeps = next((count for most, count in SWEEPS if size <= most), FEWEST)
    for number in range(sweeps):
        if fewest == 0:
            break
        sweep(found, groups, rightward=bool(number % 2))
        if size <= EXCHANGED:
            exchange(found)
        count = crossings(found)
        if count < fewest:
            best, fewest = [list(column) for column in found], count
    for column in best:
        place(column, [])
    return best


def sweep(columns: Columns, groups: list[list[list[Slot]]], rightward: bool) -> None:
    """Sort each column by the medians in the one before it, or in the one behind it."""
    order = range(1, len(columns)) if rightward else range(len(columns) - 2, -1, -1)
    for i in order:
        sort(columns[i], before_median if rightward else after_median)
        place(columns[i], groups[i])


def exchange(columns: Columns) -> None:
    """Swap neighbours as long as that saves crossings; never two that belong to one member."""
    for _ in range(ROUNDS):
        swapped = False
        for column in columns:
            for i in range(len(column) - 1):
                a, b = column[i], column[i + 1]
                if not together(a, b) and saved(a, b) > 0:
                    column[i], column[i + 1] = b, a
                    a.at, b.at = i + 1, i
                    swapped = True
        if not swapped:
            break


def together(a: Slot, b: Slot) -> bool:
    """Tell whether two slots belong to the same member."""
    return len(a.after) == 1 == len(b.after) and a.after[0][0] is b.after[0][0]


def saved(a: Slot, b: Slot) -> int:
    """Return how many crossings there are less with b above a, its neighbour."""
    count = 0
    for upper, lower in ((a.before, b.before), (a.after, b.after)):
        for slot, port in upper:
            for other, its_port in lower:
                above = (slot.at + port) - (other.at + its_port)
                count += (above > 0) - (above < 0)
    return count


def operand_groups(column: list[Slot]) -> list[list[Slot]]:
    """Return the slots that belong to the same member of the next column, in operand order."""
    groups: dict[int, list[Slot]] = {}
    for slot in column:
        if len(slot.after) == 1:
            groups.setdefault(id(slot.after[0][0]), []).append(slot)
    several = [group for group in groups.values() if len(group) > 1]
    return [sorted(group, key=lambda slot: slot.after[0][1]) for group in several]


def seeded(columns: Columns) -> Columns:
    """Return the columns in the order a walk from the output meets them, operands in order."""
    found: Columns = [[] for _ in columns]
    ends = [slot for column in reversed(columns) for slot in column if not slot.after]
    seen: set[int] = set()
    waiting = ends[::-1]
    while waiting:
        slot = waiting.pop()
        if id(slot) in seen:
            continue
        seen.add(id(slot))
        found[slot.column].append(slot)
        waiting += [before for before, _ in reversed(slot.before)]
    return found


def place(column: list[Slot], groups: list[list[Slot]]) -> None:
    """Number the slots from the top, each group in operand order on the positions it has."""
    for i, slot in enumerate(column):
        slot.at = i
    for group in groups:
        for at, slot in zip(sorted(slot.at for slot in group), group, strict=True):
            slot.at = at
            column[at] = slot


def sort(column: list[Slot], key: Callable[[Slot], float | None]) -> None:
    """Sort a column; slots without a key stay at their positions."""
    keys = [key(slot) for slot in column]
    moving = [(k, i) for i, k in enumerate(keys) if k is not None]
    target = iter([column[i] for _, i in sorted(moving)])
    column[:] = [slot if k is None else next(target) for slot, k in zip(column, keys, strict=True)]


def before_median(slot: Slot) -> float | None:
    return median(slot.before)


def after_median(slot: Slot) -> float | None:
    return median(slot.after)


def median(neighbours: list[tuple[Slot, float]]) -> float | None:
    """Return the middle of the ports; between two, their mean."""
    if not neighbours:
        return None
    if len(neighbours) == 1:
        slot, port = neighbours[0]
        return slot.at + port
    heights = sorted(slot.at + port for slot, port in neighbours)
    middle = len(heights) // 2
    return heights[middle] if len(heights) % 2 else (heights[middle - 1] + heights[middle]) / 2


def crossings(columns: Columns) -> int:
    """Return how many pairs of wires cross."""
    count = 0
    for column in columns:
        ends: list[float] = []
        for slot in column:
            arrive = sorted(other.at + port for other, port in slot.after)
            for height in arrive:
                count += len(ends) - bisect_right(ends, height)
            for height in arrive:
                insort(ends, height)
    return count
