"""The lines that lanes and nodes stand on: wires as straight as the distances between them allow.

A lane with numbers takes three lines, the value above the wire and the gradient under it; a lane
that only passes takes one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from chainrule.draw.wires.order import Columns, Lane

Number = TypeVar("Number", int, float)
ROUNDS = 8  # of adjusting columns to their neighbours, to the left and to the right in turn
PITCH = 3  # lines from a lane with numbers to the next
FIXED = 1000.0  # the weight of what stays where it is
STRAIGHT = 4.0  # how much more a passing wire weighs than one that ends or begins


@dataclass(frozen=True)
class Heights:
    """The line of each node and place, and of each lane by column and wire; 0 is the top."""

    items: Mapping[str, int]
    lanes: Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """What takes up lines in a column: a lane behind it, or a node that no lane leaves."""

    item: str
    lane: Lane | None

    @property
    def reach(self) -> int:
        """How many lines it takes above and under its own."""
        return int(self.lane is not None and self.lane.first)


def heights(columns: Columns) -> Heights:
    """Return the line of everything in `columns`."""
    solver = Solver(columns)
    for _ in range(ROUNDS):
        solver.rightward()
        solver.leftward()
    solver.rightward()
    solver.leftward(stay=FIXED)
    return solver.rounded()


class Solver:
    """The lines of all entries while they are being adjusted."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.entries = [entries_of(items, lanes) for items, lanes in zip(
            columns.items, columns.lanes, strict=True)]  # fmt: skip
        self.lines = [packed(column) for column in self.entries]
        self.into: dict[str, list[tuple[int, int]]] = {}
        for i, column in enumerate(self.entries):
            for k, entry in enumerate(column):
                if entry.lane is not None:
                    self.into.setdefault(entry.lane.target, []).append((i, k))

    def line_of(self, i: int, item: str) -> float:
        """Return the line of an item: that of the middle one of the lanes that leave it."""
        pairs = zip(self.lines[i], self.entries[i], strict=True)
        return middle([line for line, entry in pairs if entry.item == item])

    def rightward(self) -> None:
        """Move each column towards what stands before it."""
        for i, column in enumerate(self.entries):
            wanted, weights = list(self.lines[i]), []
            for k, entry in enumerate(column):
                before = self.into.get(entry.item, [])
                if before:
                    level = sum(self.lines[a][b] for a, b in before) / len(before)
                    alike = [i for i, e in enumerate(column) if e.item == entry.item]
                    wanted[k] = level + PITCH * (k - middle(alike))
                weights.append(STRAIGHT if len(before) == 1 else 1.0)
            self.lines[i] = spread(wanted, weights, distances(column))

    def leftward(self, stay: float = 1.0) -> None:
        """Move each column towards what stands behind it.

        With a large weight `stay`, only what has nothing before it moves: leaves.
        """
        for i in reversed(range(len(self.entries) - 1)):
            column = self.entries[i]
            wanted = list(self.lines[i])
            fixed = [stay > 1 and entry.item in self.into for entry in column]
            for k, entry in enumerate(column):
                if entry.lane is not None and not fixed[k]:
                    target = entry.lane.target
                    same = [e.lane is not None and e.lane.target == target for e in column]
                    wanted[k] = self.line_of(i + 1, target) + offset(k, same)
            weights = [stay if stays else 1.0 for stays in fixed]
            self.lines[i] = spread(wanted, weights, distances(column))

    def rounded(self) -> Heights:
        """Return whole lines, the topmost number on line 0."""
        lines = [
            whole(found, distances(column))
            for found, column in zip(self.lines, self.entries, strict=True)
        ]
        top = min(line - e.reach for found, column in zip(lines, self.entries, strict=True)
                  for line, e in zip(found, column, strict=True))  # fmt: skip
        lanes: dict[tuple[int, str], int] = {}
        spans: dict[str, list[int]] = {}
        for i, column in enumerate(self.entries):
            for line, entry in zip(lines[i], column, strict=True):
                spans.setdefault(entry.item, []).append(line - top)
                if entry.lane is not None:
                    lanes[i, entry.lane.wire.id] = line - top
        return Heights({item: middle(span) for item, span in spans.items()}, lanes)


def entries_of(items: Iterable[str], lanes: Iterable[Lane]) -> list[Entry]:
    leaving: dict[str, list[Lane]] = {}
    for lane in lanes:
        leaving.setdefault(lane.source, []).append(lane)
    return [Entry(item, lane) for item in items for lane in leaving.get(item, [None])]


def middle(found: Sequence[Number]) -> Number:
    """Return the middle one, of two the first."""
    return found[(len(found) - 1) // 2]


def distances(column: Sequence[Entry]) -> list[int]:
    """Return how many lines must lie between each entry and the one before it."""
    pairs = pairwise(column)
    first = [0] * bool(column)
    return [*first, *(max(a.reach + b.reach + 1, PITCH - 1) for a, b in pairs)]


def offset(k: int, same: Sequence[bool]) -> float:
    """Return how far under the middle of its like the k-th entry stands."""
    return PITCH * (sum(same[:k]) - (sum(same) - 1) / 2)


def packed(column: Sequence[Entry]) -> list[float]:
    return spread([0.0] * len(column), [1.0] * len(column), distances(column))


def spread(wanted: Sequence[float], weights: Sequence[float], apart: Sequence[int]) -> list[float]:
    """Return the lines nearest to those wanted, by weighted squares, in order and far enough apart.

    Neighbours that want the same lines are pooled and share the mean of what they want.
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    start = 0
    for want, weight, distance in zip(wanted, weights, apart, strict=True):
        start += distance
        mean, total, count = want - start, weight, 1
        while pools and pools[-1][0] >= mean:
            before, heavier, more = pools.pop()
            mean = (mean * total + before * heavier) / (total + heavier)
            total, count = total + heavier, count + more
        pools.append((mean, total, count))
    found = [mean for mean, _, count in pools for _ in range(count)]
    at = 0
    for i, distance in enumerate(apart):
        at += distance
        found[i] += at
    return found


def whole(lines: Sequence[float], apart: Sequence[int]) -> list[int]:
    """Round to whole lines without coming too close."""
    found: list[int] = []
    for line, distance in zip(lines, apart, strict=True):
        nearest = int(line // 1 + (line % 1 >= 0.5))
        found.append(max(nearest, found[-1] + distance) if found else nearest)
    return found
