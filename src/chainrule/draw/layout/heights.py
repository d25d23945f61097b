"""How high the slots of a container stand: least squares under the order of each column.

A column is a list of slots from top to bottom; a link joins a slot to one of the next column. Slots
that a straight line joins are one rigid block. Then each column in turn is moved to where its links
pull it, as closely as order and room allow: neighbours that would collide move as one, by the mean
of their pulls (pool adjacent violators). The sum of squared bends never grows on the way.
"""

import itertools
import math
from bisect import bisect
from typing import NamedTuple

WORK, LEAST, MOST = 1500, 2, 12  # slots that are moved in all; sweeps
FULLY = 4  # columns of a block that is moved in each of them
NEAR, STILL = 12.5, 0.25  # pixels: bends that are straightened, moves that end the sweeps
SLACK = 1e-3  # the pull of a block without links, to stay where it is


class Slot(NamedTuple):
    """How much room a slot needs above and below its centre."""

    above: float
    below: float


class Link(NamedTuple):
    """A straight piece of wire from slot `start` of a column to slot `end` of the next.

    Attributes:
        leave, arrive: the heights of its two ports, from the centres of the slots.
        weight: how hard a bend counts.
        straight: links with a higher number are made straight first; 0 may bend.
    """

    column: int
    start: int
    leave: float
    end: int
    arrive: float
    weight: float
    straight: int


def heights(columns: list[list[Slot]], links: list[Link]) -> list[list[float]]:
    """Return the centre of each slot, downward from 0, on half pixels.

    Links that come out nearly straight are made so, and the rest is moved once more.
    """
    first = settled(columns, links)
    nearly = [link if link.straight else link._replace(straight=first.near(link)) for link in links]
    return (first if nearly == links else settled(columns, nearly)).heights()


def settled(columns: list[list[Slot]], links: list[Link]) -> "Blocks":
    """Return the blocks where they stay: after a number of sweeps that falls with the size."""
    blocks = Blocks(columns, links)
    count = sum(map(len, columns))
    for _ in range(min(max(WORK // max(count, 1), LEAST), MOST)):
        moved = 0.0
        for column in (*range(len(columns)), *reversed(range(len(columns)))):
            moved = max(moved, blocks.relax(column))
        if moved < STILL:
            break
    return blocks


class Blocks:
    """Rigid blocks and what is between them."""

    def __init__(self, columns: list[list[Slot]], links: list[Link]) -> None:
        self.columns = columns
        self.block: list[list[int]] = []
        self.offset: list[list[float]] = []
        self.slots: list[list[tuple[int, int]]] = []  # of each block: column and position
        self._align(straightened(links, len(columns)))
        self.room = [
            [0.0] + [a.below + b.above for a, b in itertools.pairwise(column)] for column in columns
        ]
        self.pulls = self._pulls(links)
        self.base = self._stacked()

    def _align(self, straight: list[dict[int, Link]]) -> None:
        for c, column in enumerate(self.columns):
            self.block.append([])
            self.offset.append([])
            for i in range(len(column)):
                link = straight[c].get(i)
                if link is None:
                    block, offset = len(self.slots), 0.0
                    self.slots.append([])
                else:
                    block = self.block[c - 1][link.start]
                    offset = self.offset[c - 1][link.start] + link.leave - link.arrive
                self.block[c].append(block)
                self.offset[c].append(offset)
                self.slots[block].append((c, i))

    def _pulls(self, links: list[Link]) -> list[list[tuple[float, int, float]]]:
        """Return for each block the weight, the other block and the distance it should have."""
        pulls: list[list[tuple[float, int, float]]] = [[] for _ in self.slots]
        for link in links:
            c = link.column
            a, b = self.block[c][link.start], self.block[c + 1][link.end]
            distance = self.offset[c][link.start] + link.leave
            distance -= self.offset[c + 1][link.end] + link.arrive
            if a != b:
                pulls[b].append((link.weight, a, distance))
                pulls[a].append((link.weight, b, -distance))
        return pulls

    def _stacked(self) -> list[float]:
        """Return the highest places of all blocks that the order allows."""
        under: list[list[tuple[int, float]]] = [[] for _ in self.slots]
        waiting = [0] * len(self.slots)
        for blocks, offset, room in zip(self.block, self.offset, self.room, strict=True):
            for i in range(1, len(blocks)):
                distance = offset[i - 1] + room[i] - offset[i]
                under[blocks[i - 1]].append((blocks[i], distance))
                waiting[blocks[i]] += 1
        base = [0.0] * len(self.slots)
        ready = [block for block, count in enumerate(waiting) if count == 0]
        for block in ready:
            for below, distance in under[block]:
                base[below] = max(base[below], base[block] + distance)
                waiting[below] -= 1
                if waiting[below] == 0:
                    ready.append(below)
        return base

    def relax(self, column: int) -> float:
        """Move the blocks of a column to the best places that the other columns allow.

        Returns how far they moved, at most.
        """
        pools: list[Pool] = []
        shifts = []
        depth = 0.0
        for i, block in enumerate(self.block[column]):
            depth += self.room[column][i]
            shifts.append(self.offset[column][i] - depth)
            pool = self._pool(block, column, shifts[i])
            while pools and pools[-1].place > pool.place:
                pool = pools.pop().joined(pool)
            pools.append(pool)
        places = [pool.place for pool in pools for _ in range(pool.count)]
        moved = 0.0
        for block, place, shift in zip(self.block[column], places, shifts, strict=True):
            moved = max(moved, abs(place - shift - self.base[block]))
            self.base[block] = place - shift
        return moved

    def near(self, link: Link) -> int:
        """Tell whether a link is nearly straight: 1 or 0."""
        c = link.column
        a, b = self.block[c][link.start], self.block[c + 1][link.end]
        start = self.base[a] + self.offset[c][link.start] + link.leave
        end = self.base[b] + self.offset[c + 1][link.end] + link.arrive
        return int(abs(start - end) < NEAR)

    def _pool(self, block: int, column: int, shift: float) -> "Pool":
        """Return a block by itself: the mean of where its links pull it, and its bounds."""
        if self.held(block, column):
            place = self.base[block] + shift
            return Pool(place, 1.0, place, place, 1)
        weight = SLACK
        total = SLACK * self.base[block]
        for pull, other, distance in self.pulls[block]:
            weight += pull
            total += pull * (self.base[other] + distance)
        low, high = self._bounds(block, column)
        return Pool(total / weight + shift, weight, low + shift, high + shift, 1)

    def held(self, block: int, column: int) -> bool:
        """Tell whether a block stays in this column: long ones move at their ends and middle."""
        slots = self.slots[block]
        if len(slots) <= FULLY:
            return False
        return column not in (slots[0][0], slots[len(slots) // 2][0], slots[-1][0])

    def _bounds(self, block: int, column: int) -> tuple[float, float]:
        """Return how far the neighbours in other columns let a block go."""
        base = self.base
        low, high = -math.inf, math.inf
        for c, i in self.slots[block]:
            if c == column:
                continue
            blocks, offset, room = self.block[c], self.offset[c], self.room[c]
            if i:
                above = base[blocks[i - 1]] + offset[i - 1] + room[i] - offset[i]
                if above > low:
                    low = above
            if i + 1 < len(blocks):
                below = base[blocks[i + 1]] + offset[i + 1] - room[i + 1] - offset[i]
                if below < high:
                    high = below
        return min(low, base[block]), max(high, base[block])

    def heights(self) -> list[list[float]]:
        """Return the centres of all slots; the topmost slot touches 0."""
        base = [math.floor(2 * y + 0.5) / 2 for y in self.base]
        found = [
            [base[block] + offset for block, offset in zip(*pair, strict=True)]
            for pair in zip(self.block, self.offset, strict=True)
        ]
        tops = [
            y[0] - column[0].above for y, column in zip(found, self.columns, strict=True) if column
        ]
        top = math.floor(2 * min(tops, default=0.0)) / 2
        return [[y - top for y in ys] for ys in found]


class Pool:
    """Neighbours that move as one: the mean of where they are pulled, and how far they may go."""

    __slots__ = ("count", "high", "low", "mean", "place", "weight")

    def __init__(self, mean: float, weight: float, low: float, high: float, count: int) -> None:
        self.mean, self.weight = mean, weight
        self.low, self.high = low, high
        self.count = count
        self.place = min(max(mean, low), high)

    def joined(self, other: "Pool") -> "Pool":
        """Return the pool of both."""
        weight = self.weight + other.weight
        mean = (self.mean * self.weight + other.mean * other.weight) / weight
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Pool(mean, weight, low, high, self.count + other.count)


def straightened(links: list[Link], columns: int) -> list[dict[int, Link]]:
    """Return for each column the links that arrive there and are straight, by their end.

    Straight links never cross and never share an end; so blocks can always be stacked.
    """
    found: list[dict[int, Link]] = [{} for _ in range(columns)]
    starts: list[list[int]] = [[] for _ in range(columns)]
    ends: list[list[int]] = [[] for _ in range(columns)]
    wanted = [link for link in links if link.straight]
    for link in sorted(wanted, key=lambda link: -link.straight):
        here, there = starts[link.column], ends[link.column]
        at = bisect(here, link.start)
        free_above = at == 0 or (here[at - 1] < link.start and there[at - 1] < link.end)
        if free_above and (at == len(here) or link.end < there[at]):
            here.insert(at, link.start)
            there.insert(at, link.end)
            found[link.column + 1][link.end] = link
    return found
