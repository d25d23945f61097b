"""What of a net is drawn: steps that repeat stand once, large columns lose their middle."""

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.explain.architecture import Architecture, Column, Link

MOST, FIRST, LAST = 16, 6, 2  # units that are drawn; of larger columns, at the top and the bottom
LONGEST, OFTEN = 4, 3  # columns of a pattern; how often it must repeat to stand once
WIDEST = 24  # columns in a picture


@dataclass(frozen=True)
class Shown:
    """A column in the picture, and the link that leads to it.

    Attributes:
        column, link: what is drawn; the first column has no link.
        index: its number in the net, from 0.
        every: the numbers of all columns that it stands for.
    """

    column: Column
    link: Link | None
    index: int
    every: Sequence[int]

    @property
    def last(self) -> int:
        return self.every[-1]


@dataclass(frozen=True)
class Run:
    """Neighbouring columns that occur `times` times one after the other."""

    columns: tuple[Shown, ...]
    times: int = 1


def runs(net: Architecture) -> list[Run]:
    """Return the columns of a net, repeated patterns once."""
    marks = [mark(net, i) for i in range(len(net.columns))]
    found = [Run((Shown(net.columns[0], None, 0, [0]),))]
    i = 1
    while i < len(marks):
        length, times = pattern(marks, i)
        after = i + length * times
        columns = [shown(net, range(k, after, length)) for k in range(i, i + length)]
        found.append(Run(tuple(columns), times))
        i = after
    return without_middle(found)


def shown(net: Architecture, every: Sequence[int]) -> Shown:
    index = every[0]
    return Shown(net.columns[index], net.links[index - 1], index, every)


def mark(net: Architecture, index: int) -> object:
    """Return what two columns that look alike have in common."""
    column = net.columns[index]
    link = net.links[index - 1] if index else None
    skips = tuple(
        (skip.source - index, net.columns[skip.source].notes[skip.after :])
        for skip in net.skips
        if skip.target == index
    )
    kind = (link.kind, link.shape, link.bias) if link else None
    return kind, column.units, column.notes, skips


def pattern(marks: Sequence[object], start: int) -> tuple[int, int]:
    """Return length and number of the repetitions that begin at `start` and cover the most."""
    best = (1, 1)
    for length in range(1, LONGEST + 1):
        times = 1
        here = marks[start : start + length]
        while marks[start + times * length : start + (times + 1) * length] == here:
            times += 1
        if times >= OFTEN and length * times > best[0] * best[1]:
            best = (length, times)
    return best


def without_middle(found: list[Run]) -> list[Run]:
    """Return the runs, or only the first and the last where they are too many to be drawn."""
    if len(found) <= WIDEST:
        return found
    head, tail = found[: WIDEST // 2], found[-WIDEST // 2 :]
    first = tail[0].columns[0]
    left_out = first.index - head[-1].columns[-1].last - 1
    gap = Link(kind=f"{left_out:,} more columns")
    return [*head, Run((Shown(first.column, gap, first.index, first.every),)), *tail[1:]]


def units(count: int) -> list[int | None]:
    """Return the numbers of the units that are drawn, None where some are left out.

    >>> units(3), units(64)
    ([0, 1, 2], [0, 1, 2, 3, 4, 5, None, 62, 63])
    """
    if count <= MOST:
        return list(range(count))
    return [*range(FIRST), None, *range(count - LAST, count)]
