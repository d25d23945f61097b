"""The picture of a chain of columns: units as circles, weights as wires, Θ under each gap."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np

from chainrule.draw import palette
from chainrule.draw.architecture.sizes import (
    BETWEEN,
    CELL,
    LANE,
    LEAST,
    LINE,
    MARGIN,
    PILL,
    SIZE,
    SMALL,
    TITLE,
    Place,
    Plan,
)
from chainrule.draw.architecture.weights import DASH, DOTS, largest, weighted, wires_between
from chainrule.draw.architecture.words import count, heading, link_lines, name
from chainrule.draw.curves import head
from chainrule.draw.labels import name_words
from chainrule.draw.marks import Box, Curve, Group, Line, Mark, Move, Path, Picture, Words, disc
from chainrule.draw.metrics import text_width
from chainrule.draw.numbers import fixed
from chainrule.explain.architecture import WEIGHTS, Architecture, Link

WIDTHS = "width: size of the weight"
LEGEND: tuple[tuple[str, palette.Colour, tuple[float, ...]], ...] = (
    ("positive", palette.FORWARD, ()),
    ("negative", palette.SECONDARY, DASH),
    ("not finite", palette.GRADIENT, DOTS),
)


def picture(net: Architecture, theme: str = "light") -> Picture:
    """Return the drawing of a net whose layers form a chain."""
    return Drawing(Plan(net), theme).picture()


class Drawing:
    """One picture in the making."""

    def __init__(self, plan: Plan, theme: str) -> None:
        self.plan = plan
        self.theme = theme
        self.ground = palette.BACKGROUND.on(theme)

    def picture(self) -> Picture:
        net = self.plan.net
        marks = [*self.frames(), *self.wires(), *self.skips()]
        for place in self.plan.places:
            marks += self.column(place)
        marks += [*self.gap_words(), *self.titles(), *self.legend()]
        return Picture(
            width=self.plan.width,
            height=self.plan.height,
            ground=self.ground,
            title=heading(net),
            description=described(net),
            marks=tuple(marks),
        )

    # Colours.

    def on(self, colour: palette.Colour) -> str:
        return colour.on(self.theme)

    # Weights.

    def wires(self) -> Iterator[Mark]:
        radius = self.plan.radius
        pairs = list(pairwise(self.plan.places))
        gaps = [list(wires_between(a, b, radius)) for a, b in pairs]
        scale = largest(wire for gap in gaps for wire in gap)
        for (before, after), gap in zip(pairs, gaps, strict=True):
            marks = weighted(gap, scale, self.theme) if gap else self.arrow(before, after)
            yield Group(f"weights-{after.shown.index}", tuple(marks))

    def arrow(self, before: Place, after: Place) -> Iterator[Mark]:
        """Yield an arrow for what is no weighted sum."""
        y = self.plan.middle
        start, end = before.x + self.plan.radius + 10, after.x - self.plan.radius - 10
        ink = self.on(palette.SECONDARY)
        yield Path((Move(start, y), Line(end - 6, y)), ink, 1.2)
        yield Path(head(end, y, 1), fill=ink)

    # Columns.

    def column(self, place: Place) -> Iterator[Mark]:
        marks: list[Mark] = []
        ink, card = self.on(palette.INK), self.on(palette.CARD)
        for unit, y in place.units:
            if unit is None:
                marks += self.left_out(place, y)
                continue
            marks.append(disc(place.x, y, self.plan.radius, card, ink, 1.2))
            if place.shown.index == 0 and self.plan.named:
                marks += name_words(f"x{unit + 1}", place.x, y + 4, SIZE, ink)
        if place.bias is not None:
            faint, grey = self.on(palette.FAINT), self.on(palette.SECONDARY)
            marks.append(disc(place.x, place.bias, self.plan.radius, faint, grey, 1.0))
            marks += self.words(place.x, place.bias + 4, "1", LEAST, palette.SECONDARY, "mono")
        marks += self.column_words(place)
        yield Group(f"column-{place.shown.index}", tuple(marks))

    def left_out(self, place: Place, y: float) -> Iterator[Mark]:
        """Yield the sign for units that are not drawn, and how many there are."""
        units = place.shown.column.units
        hidden = units - sum(unit is not None for unit, _ in place.units)
        words = f"{hidden:,} more"
        for shift in (-self.plan.pitch * 0.62, self.plan.pitch * 0.62):
            for dot in (-4.5, 0, 4.5):
                yield disc(place.x, y + shift + dot, 1.2, self.on(palette.SECONDARY))
        yield from self.words(place.x, y + 4, words, LEAST, palette.SECONDARY)

    def column_words(self, place: Place) -> Iterator[Mark]:
        shown = place.shown
        y = self.plan.top - self.plan.head_room
        yield from self.words(place.x, y, name(self.plan.net, shown), SMALL, palette.SECONDARY)
        yield from self.words(place.x, y + LINE, f"{shown.column.units:,}", SIZE, face="bold")
        for row, note in enumerate(shown.column.notes):
            yield from self.pill(place.x, self.plan.words_top + row * PILL, note)

    def pill(self, x: float, y: float, note: str) -> Iterator[Mark]:
        """Yield what is done to the units of a column, as a gate whose symbol is a word."""
        width, height = text_width(note, SMALL) + 16, PILL - 4
        card, grey = self.on(palette.CARD), self.on(palette.SECONDARY)
        yield Box(x - width / 2, y - height + 6, width, height, height / 2, card, grey, 1.0)
        yield from self.words(x, y, note, SMALL)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        size: float = SMALL,
        colour: palette.Colour = palette.INK,
        face: str = "sans",
        anchor: str = "middle",
    ) -> list[Mark]:
        fit = text_width(text, size, face)
        return [Words(x, y, text, size, self.on(colour), face, anchor, fit)] if text else []

    # What is written about the weights.

    def gap_words(self) -> Iterator[Mark]:
        for after in self.plan.places[1:]:
            link, middle = after.shown.link, after.gap
            lines = link_lines(self.plan.net, after.shown)
            assert link is not None
            if self.plan.written_out:
                yield from self.matrices(middle, lines, link)
                continue
            for row, line in enumerate(lines):
                y = self.plan.words_top + row * LINE
                colour = palette.SECONDARY if row else palette.INK
                yield from self.words(middle, y, line, SIZE, colour, face_of(link))

    def matrices(self, middle: float, lines: Sequence[str], link: Link) -> Iterator[Mark]:
        """Yield the entries of a small matrix and of the bias beside it."""
        values = [np.asarray(link.weights)]
        if link.biases is not None:
            values.append(np.asarray(link.biases).reshape(-1, 1))
        widths = [v.shape[1] * CELL for v in values]
        x = middle - (sum(widths) + BETWEEN * (len(widths) - 1)) / 2
        for line, value, width in zip(lines, values, widths, strict=False):
            centre = x + width / 2
            yield from self.words(centre, self.plan.words_top, line, SIZE, face="upright")
            yield from self.matrix(x, self.plan.words_top + 10, value)
            x += width + BETWEEN

    def matrix(self, x: float, y: float, values: Any) -> Iterator[Mark]:
        rows, columns = values.shape
        ink = self.on(palette.INK)
        right, bottom = x + columns * CELL, y + rows * LINE + 4
        for side, inward in ((x, 5), (right, -5)):
            corners = ((side + inward, y), (side, y), (side, bottom), (side + inward, bottom))
            yield Path((Move(*corners[0]), *(Line(*c) for c in corners[1:])), ink, 1.0)
        for i, row in enumerate(values.tolist()):
            for j, value in enumerate(row):
                end = x + (j + 1) * CELL - 6
                base = y + (i + 1) * LINE - 2
                colour = colour_of(value)
                yield from self.words(end, base, fixed(value), SMALL, colour, "mono", "end")

    # Around it.

    def frames(self) -> Iterator[Mark]:
        top = self.plan.top - self.plan.head_room - LINE - 10
        bottom = self.plan.words_top + self.plan.words_height - LINE / 2 + 4
        hairline, tint = self.on(palette.HAIRLINE), self.on(palette.CARD)
        for frame in self.plan.frames:
            width = frame.right - frame.left
            yield Box(frame.left, top, width, bottom - top, 12.0, tint, hairline, 1.0)
            words = f"× {frame.times}"
            yield from self.words(
                frame.left + 12, top + 20, words, SIZE, face="bold", anchor="start"
            )

    def skips(self) -> Iterator[Mark]:
        """Yield the ways past columns: up, across, and down to where they come in again."""
        for (start, end), lane in self.plan.lanes.items():
            source, target = self.plan.places[start], self.plan.places[end]
            y = self.plan.top - 20 - lane * LANE
            ink = self.on(palette.FORWARD)
            x0, x1 = source.x + 3, target.x - 3
            y0, y1 = (self.plan.first_unit(p) - self.plan.radius - 4 for p in (source, target))
            corner = 8.0
            path = (
                Move(x0, y0),
                Line(x0, y + corner),
                Curve(x0, y, x0, y, x0 + corner, y),
                Line(x1 - corner, y),
                Curve(x1, y, x1, y, x1, y + corner),
                Line(x1, y1 - 6),
            )
            yield Path(path, ink, 1.6)
            tip = (Move(x1, y1), Line(x1 - 3.5, y1 - 7), Line(x1 + 3.5, y1 - 7))
            yield Path(tip, fill=ink)
            words = self.plan.said_of_skip(start, end)
            yield from self.words((x0 + x1) / 2, y - 4, words, LEAST, palette.SECONDARY)

    def titles(self) -> Iterator[Mark]:
        net = self.plan.net
        title = heading(net)
        yield from self.words(MARGIN, MARGIN + 12, title, TITLE, face="bold", anchor="start")
        x = MARGIN + (text_width(title, TITLE, "bold") + 16 if title else 0)
        said = count(net)
        yield from self.words(x, MARGIN + 12, said, SIZE, palette.SECONDARY, anchor="start")

    def legend(self) -> Iterator[Mark]:
        """Say what the wires mean, where they mean something."""
        if not self.plan.has_weights:
            return
        x, y = MARGIN, self.plan.height - MARGIN + 4
        for words, colour, dash in LEGEND if self.plan.has_broken_weights else LEGEND[:2]:
            line = (Move(x, y - 4), Line(x + 28, y - 4))
            yield Path(line, self.on(colour), 2.1, dash=dash)
            yield from self.words(x + 34, y, words, SMALL, palette.SECONDARY, anchor="start")
            x += 34 + text_width(words, SMALL) + 20
        yield from self.words(x, y, WIDTHS, SMALL, palette.SECONDARY, anchor="start")


def face_of(link: Link) -> str:
    return "upright" if link.kind == WEIGHTS else "sans"


def colour_of(weight: float) -> palette.Colour:
    """Return the colour of a weight: by its sign, and that of what is wrong if not finite."""
    if not isfinite(weight):
        return palette.GRADIENT
    return palette.FORWARD if weight > 0 else palette.SECONDARY


def described(net: Architecture) -> str:
    """Say in words what the picture shows."""
    sizes = ", ".join(
        f"{c.units:,}{f' ({n})' if (n := ', '.join(c.notes)) else ''}" for c in net.columns
    )
    return f"A net with {count(net)}; its columns have these units: {sizes}."
