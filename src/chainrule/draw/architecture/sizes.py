"""Where everything of a net's picture stands: the columns, their units, and what is written."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from chainrule.draw.architecture.fold import MOST, Run, Shown, runs, units
from chainrule.draw.architecture.words import link_lines, name
from chainrule.draw.metrics import text_width
from chainrule.explain.architecture import WEIGHTS, Architecture, Link

MARGIN = 24.0
LEAST, SMALL, SIZE, TITLE = 11.0, 12.0, 14.0, 16.0  # of text, px
LINE, PILL = 18.0, 24.0  # from one line of text to the next; the same of words in pills
BESIDE = 20.0  # between texts of neighbours
GAP = 120.0  # between columns, at least
CELL, BETWEEN = 50.0, 16.0  # width of an entry of a matrix; from matrix to bias
FEW = 4  # rows and columns of a matrix that is written out
LANE = 14.0  # between ways past columns
NEAR, FRAME = 6.0, 14.0  # from a column to a frame behind it; from a column to its own frame
SIZES = ((4, 15.0, 46.0), (8, 11.0, 32.0), (99, 8.0, 24.0))  # rows up to which: radius, pitch


@dataclass(frozen=True)
class Place:
    """A column in the picture.

    Attributes:
        x: its centre.
        gap: the middle of the gap before it, under which its weights are named.
        units: y of each unit that is drawn, and its number; None where units are left out.
        bias: y of the unit that is always 1, None where the next sum has no bias.
    """

    shown: Shown
    x: float
    gap: float
    units: tuple[tuple[int | None, float], ...]
    bias: float | None


class Edges(NamedTuple):
    """How far to the right something is written: names above the units, notes under them."""

    names: float
    notes: float


@dataclass(frozen=True)
class Frame:
    """The frame around columns that repeat: left, right, and how often."""

    left: float
    right: float
    times: int


class Plan:
    """The places of all columns of a net."""

    def __init__(self, net: Architecture) -> None:
        self.net = net
        self.runs: list[Run] = runs(net)
        self.shown: list[Shown] = [column for run in self.runs for column in run.columns]
        self.radius, self.pitch = self.unit_size()
        self.written_out = all(small(s.link) for s in self.shown[1:])
        self.places: list[Place] = []
        self.top = self.units_top()
        self.frames: list[Frame] = []
        self.put()

    def unit_size(self) -> tuple[float, float]:
        most = max(len(self.rows(i)) for i in range(len(self.shown)))
        return next((radius, pitch) for rows, radius, pitch in SIZES if most <= rows)

    def rows(self, position: int) -> list[int | None]:
        """Return the units of a column from top to bottom; what is left out takes two rows."""
        found: list[int | None] = []
        for unit in units(self.shown[position].column.units):
            found += [unit] if unit is not None else [None, None]
        return found + [-1] * self.feeds_bias(position)

    def feeds_bias(self, position: int) -> bool:
        """Return whether the next sum adds a bias, drawn as a unit that is always 1."""
        after = self.shown[position + 1 :][:1]
        return bool(after) and after[0].link is not None and has_bias(after[0].link)

    @cached_property
    def lanes(self) -> dict[tuple[int, int], int]:
        """Number the ways past columns from below, so that none lies on another."""
        drawn = {s.index: position for position, s in enumerate(self.shown)}
        found: dict[tuple[int, int], int] = {}
        for skip in self.net.skips:
            if skip.source in drawn and skip.target in drawn:
                ends = drawn[skip.source], drawn[skip.target]
                taken = {lane for (a, b), lane in found.items() if a < ends[1] and ends[0] < b}
                found[ends] = min(set(range(len(found) + 1)) - taken)
        return found

    @property
    def head_room(self) -> float:
        """Return how far the names stand above the units; ways past columns fit between."""
        past = 24 + LANE * max(self.lanes.values()) if self.lanes else 0
        return LINE + 18 + past

    def units_top(self) -> float:
        """Return where the uppermost unit may begin, under title, names and ways past columns."""
        frames = LINE + 10 if any(run.times > 1 for run in self.runs) else 0
        return MARGIN + TITLE + 24 + frames + self.head_room

    @property
    def middle(self) -> float:
        return self.top + self.height_of_units / 2

    @property
    def named(self) -> bool:
        """Return whether there is room for letters in the units."""
        return self.radius >= 11 and self.shown[0].column.units <= 9

    @property
    def has_weights(self) -> bool:
        return any(s.link is not None and s.link.weights is not None for s in self.shown)

    @property
    def has_broken_weights(self) -> bool:
        """Return whether a weight is NaN or infinite, whether it is drawn or not."""
        known = [s.link.weights for s in self.shown if s.link and s.link.weights is not None]
        return not all(bool(np.isfinite(weights).all()) for weights in known)

    def first_unit(self, place: Place) -> float:
        return place.units[0][1]

    def said_of_skip(self, start: int, end: int) -> str:
        """Say from where a way past columns starts, where the column's value is changed later."""
        source, target = self.shown[start], self.shown[end]
        for skip in self.net.skips:
            if (skip.source, skip.target) == (source.index, target.index):
                later = source.column.notes[skip.after :]
                return f"from before {later[0]}" if later else ""
        return ""

    @cached_property
    def height_of_units(self) -> float:
        most = max(len(self.rows(i)) for i in range(len(self.shown)))
        return (most - 1) * self.pitch + 2 * self.radius

    @property
    def words_top(self) -> float:
        """Return the baseline of the first line under the units."""
        return self.top + self.height_of_units + 28

    @cached_property
    def words_height(self) -> float:
        """Return how high the texts under the units are."""
        notes = PILL * max(len(s.column.notes) for s in self.shown)
        lines = LINE * max(len(link_lines(self.net, s)) for s in self.shown[1:])
        rows = max(s.link.shape[0] for s in self.shown[1:] if s.link) if self.written_out else 0
        return max(notes, lines, LINE * rows + 32 if rows else 0)

    # Across.

    def put(self) -> None:
        """Put column beside column, as near as what is written about them allows."""
        position = 0
        edges = Edges(MARGIN, MARGIN)
        for run in self.runs:
            repeated = run.times > 1
            left = edges.names + NEAR
            if repeated:
                edges = Edges(left, left)
            for shown in run.columns:
                edges = self.next(position, shown, edges)
                position += 1
            if repeated:
                right = edges.names + FRAME
                self.frames.append(Frame(left, right, run.times))
                edges = Edges(right, right)

    def next(self, position: int, shown: Shown, edges: "Edges") -> "Edges":
        """Put one column to the right of these edges; return those that it makes."""
        half, notes = self.half(position), self.note_half(position)
        x = edges.names + half
        if position:
            under = edges.notes + self.link_width(position) + 2 * BESIDE + notes
            wires = self.places[-1].x + self.wire_length(position)
            x = max(x + BESIDE, under, wires)
        self.places.append(self.place(position, shown, x, (edges.notes + x - notes) / 2))
        return Edges(x + half, x + notes)

    def wire_length(self, position: int) -> float:
        """Return how far apart columns stand at least, so that their wires can be told apart."""
        most = max(len(units(s.column.units)) for s in self.shown[position - 1 : position + 1])
        return GAP + 6 * most

    def place(self, position: int, shown: Shown, x: float, gap: float) -> Place:
        rows = self.rows(position)
        y = self.middle - (len(rows) - 1) * self.pitch / 2
        found: list[tuple[int | None, float]] = []
        bias = None
        for row, unit in enumerate(rows):
            if unit == -1:
                bias = y + row * self.pitch
            elif unit is not None:
                found.append((unit, y + row * self.pitch))
            elif not found or found[-1][0] is not None:
                found.append((None, y + (row + 0.5) * self.pitch))
        return Place(shown, x, gap, tuple(found), bias)

    def half(self, position: int) -> float:
        """Return half the width of a column with all that is written above and under it."""
        column = self.shown[position].column
        texts = [2 * self.note_half(position)]
        texts += [text_width(name(self.net, self.shown[position]), SMALL)]
        texts += [text_width(f"{column.units:,}", SIZE, "bold")]
        if column.units > MOST:
            texts += [text_width(f"{column.units:,} more", LEAST)]
        return max(self.radius, *(w / 2 for w in texts))

    def note_half(self, position: int) -> float:
        notes = self.shown[position].column.notes
        return max((text_width(note, SMALL) / 2 + 8 for note in notes), default=0.0)

    def link_width(self, position: int) -> float:
        """Return the width of what is written about the weights."""
        shown = self.shown[position]
        lines = link_lines(self.net, shown)
        width = max((text_width(words, SIZE, "math") for words in lines), default=0.0)
        if self.written_out and shown.link is not None:
            width = max(width, matrix_width(shown.link))
        return width

    @property
    def width(self) -> float:
        last = self.places[-1].x + self.half(len(self.places) - 1)
        return max(last, *(frame.right for frame in self.frames), 0.0) + MARGIN

    @property
    def height(self) -> float:
        legend = LINE if self.has_weights else 0
        return self.words_top + self.words_height + legend + MARGIN - 6


def has_bias(link: Link) -> bool:
    return link.kind == WEIGHTS and link.bias == link.shape[:1]


def small(link: Link | None) -> bool:
    """Return whether the entries of a matrix are known and few enough to be written out."""
    return link is not None and link.weights is not None and max(link.shape) <= FEW


def matrix_width(link: Link) -> float:
    """Return the width of a matrix in brackets, and of the bias beside it."""
    return link.shape[1] * CELL + (CELL + BETWEEN if link.biases is not None else 0)
