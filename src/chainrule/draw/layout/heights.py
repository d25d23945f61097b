"""How high the slots of a container stand: least squares under the order of each column.

A column is a list of slots from top to bottom; a link joins a slot to one of the next column. Slots
that a straight line joins are one rigid block. Then each column in turn is moved to where its links
pull it, as closely as order and room allow: neighbours that would collide move as one, by the mean
of their pulls (pool adjacent violators). The sum of squared bends never grows on the way.
"""

import itertools
import math
from bisect import bisect
from typing import NamedTuple, TypeAlias

WORK, LEAST, MOST = 1500, 2, 12  # slots that are moved in all; sweeps
FULLY = 4  # columns of a block that is moved in each of them
NEAR, STILL = 12.5, 0.25  # pixels: bends that are straightened, moves that end the sweeps
SLACK = 1e-3  # the pull of a block without links, to stay where it is


Apart: TypeAlias = tuple[int, float]  # a neighbour, and how far the two bases keep apart
# Neighbours that move as one: place, mean of their pulls, weight, lowest and highest place, count.
Pool: TypeAlias = tuple[float, float, float, float, float, int]


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


class Mover(NamedTuple):
    """A block that moves in a column.

    Attributes:
        shift: what added to the bases makes neighbours that touch equal.
        over, under: neighbours that stay.
        over_moving, under_moving: neighbours in other columns that move at the same time.
    """

    block: int
    shift: float
    over: list[Apart]
    under: list[Apart]
    over_moving: list[Apart]
    under_moving: list[Apart]


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
    """Rigid blocks and what is between them.

    Attributes:
        block, offset: of each slot, the block it is in, and its height from the block's base.
        slots: of each block, the column and position of each of its slots, from left to right.
        over, under: of each block, its neighbours in all columns.
        pulls: of each block, weights, other blocks, and how far their bases should be apart.
        runs: of each column, the neighbours that move in it.
        base: of each block, where it is.
    """

    def __init__(self, columns: list[list[Slot]], links: list[Link]) -> None:
        self.columns = columns
        self.block: list[list[int]] = []
        self.offset: list[list[float]] = []
        self.slots: list[list[tuple[int, int]]] = []
        self._align(straightened(links, len(columns)))
        self.over: list[list[Apart]] = [[] for _ in self.slots]
        self.under: list[list[Apart]] = [[] for _ in self.slots]
        for column in range(len(columns)):
            self._separate(column)
        self.pulls = self._pulls(links)
        self.runs = [self._runs(column) for column in range(len(columns))]
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

    def _separate(self, column: int) -> None:
        blocks, offset = self.block[column], self.offset[column]
        for i, (a, b) in enumerate(itertools.pairwise(self.columns[column])):
            distance = offset[i] + a.below + b.above - offset[i + 1]
            self.over[blocks[i + 1]].append((blocks[i], distance))
            self.under[blocks[i]].append((blocks[i + 1], distance))

    def _pulls(self, links: list[Link]) -> list[list[tuple[float, int, float]]]:
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

    def _runs(self, column: int) -> list[list[Mover]]:
        """Return the blocks that move in a column, neighbours together.

        Long blocks move in the columns of their ends and middle only; in others they stand between
        runs.
        """
        found: list[list[int]] = [[]]
        for block in self.block[column]:
            slots = self.slots[block]
            moving = (slots[0][0], slots[len(slots) // 2][0], slots[-1][0])
            if len(slots) <= FULLY or column in moving:
                found[-1].append(block)
            elif found[-1]:
                found.append([])
        return [self._movers(run) for run in found if run]

    def _movers(self, run: list[int]) -> list[Mover]:
        """Return the blocks of a run with what they keep apart from.

        Two neighbours of a run may be neighbours in other columns, too: the greatest distance
        counts. Others of the run that are neighbours elsewhere move at the same time.
        """
        if len(run) == 1:
            return [Mover(run[0], 0.0, self.over[run[0]], self.under[run[0]], [], [])]
        found = []
        members = {*run}
        shift = 0.0
        for before, block, after in zip([-1, *run], run, [*run[1:], -1], strict=False):
            shift -= max((d for other, d in self.over[block] if other == before), default=0.0)
            over = [x for x in self.over[block] if x[0] not in members]
            under = [x for x in self.under[block] if x[0] not in members]
            over_moving = [x for x in self.over[block] if x[0] in members and x[0] != before]
            under_moving = [x for x in self.under[block] if x[0] in members and x[0] != after]
            found.append(Mover(block, shift, over, under, over_moving, under_moving))
        return found

    def _stacked(self) -> list[float]:
        """Return the highest places of all blocks that the order allows."""
        waiting = [len(over) for over in self.over]
        base = [0.0] * len(self.slots)
        ready = [block for block, count in enumerate(waiting) if count == 0]
        for block in ready:
            for below, distance in self.under[block]:
                base[below] = max(base[below], base[block] + distance)
                waiting[below] -= 1
                if waiting[below] == 0:
                    ready.append(below)
        return base

    def relax(self, column: int) -> float:
        """Move the blocks of a column to the best places that the other columns allow.

        Returns how far they moved, at most.
        """
        moved = 0.0
        base = self.base
        for run in self.runs[column]:
            pools: list[Pool] = []
            for mover in run:
                pool = self._pool(mover)
                while pools and pools[-1][0] > pool[0]:
                    pool = joined(pools.pop(), pool)
                pools.append(pool)
            places = [pool[0] for pool in pools for _ in range(pool[5])]
            for mover, place in zip(run, places, strict=True):
                new = place - mover.shift
                moved = max(moved, abs(new - base[mover.block]))
                base[mover.block] = new
        return moved

    def _pool(self, mover: Mover) -> Pool:
        """Return a block by itself."""
        shift = mover.shift
        mean, weight = self._wanted(mover.block)
        low, high = self._bounds(mover)
        place = low if mean < low else high if mean > high else mean
        return place + shift, mean + shift, weight, low + shift, high + shift, 1

    def _wanted(self, block: int) -> tuple[float, float]:
        """Return the mean of where the links of a block pull it, and their weight."""
        base = self.base
        weight = SLACK
        total = SLACK * base[block]
        for pull, other, distance in self.pulls[block]:
            weight += pull
            total += pull * (base[other] + distance)
        return total / weight, weight

    def _bounds(self, mover: Mover) -> tuple[float, float]:
        """Return how far its neighbours let a block go; of the way to one that moves too, half."""
        base = self.base
        now = base[mover.block]
        low, high = -math.inf, math.inf
        for other, distance in mover.over:
            if base[other] + distance > low:
                low = base[other] + distance
        for other, distance in mover.under:
            if base[other] - distance < high:
                high = base[other] - distance
        for other, distance in mover.over_moving:
            low = max(low, (now + base[other] + distance) / 2)
        for other, distance in mover.under_moving:
            high = min(high, (now + base[other] - distance) / 2)
        return now if now < low else low, now if now > high else high

    def near(self, link: Link) -> int:
        """Tell whether a link is nearly straight: 1 or 0."""
        c = link.column
        a, b = self.block[c][link.start], self.block[c + 1][link.end]
        start = self.base[a] + self.offset[c][link.start] + link.leave
        end = self.base[b] + self.offset[c + 1][link.end] + link.arrive
        return int(abs(start - end) < NEAR)

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


def joined(a: Pool, b: Pool) -> Pool:
    """Return two pools as one, where their mean is or as near to it as both may go."""
    weight = a[2] + b[2]
    mean = (a[1] * a[2] + b[1] * b[2]) / weight
    low, high = max(a[3], b[3]), min(a[4], b[4])
    return min(max(mean, low), high), mean, weight, low, high, a[5] + b[5]


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
