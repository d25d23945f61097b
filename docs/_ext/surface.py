"""Surfaces for the pages: what a net says at each point of the plane."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

BELOW, ABOVE = "#3b82c4", "#d9772b"
SIDE, GAP, HEAD = 192, 24, 22  # the side is a multiple of the cells
LEVELS = 10


@dataclass(frozen=True)
class Surfaces:
    """Functions of rows (n, 2) with values from 0 to 1, one square each, over the same points.

    Points are circles where their label is 0 and squares where it is 1.
    """

    functions: Mapping[str, Any]
    points: Any
    labels: Any
    title: str
    low: float = -0.5
    high: float = 1.5
    cells: int = 48

    def _repr_html_(self) -> str:
        width = len(self.functions) * (SIDE + GAP)
        panels = [
            f'<g transform="translate({i * (SIDE + GAP)},{HEAD})">{self._panel(name, f)}</g>'
            for i, (name, f) in enumerate(self.functions.items())
        ]
        return (
            f'<figure class="plot"><svg viewBox="0 0 {width} {SIDE + HEAD + 2}" width="{width}" '
            f'role="img" aria-label="{escape(self.title)}" font-size="12" '
            f'font-family="sans-serif">{"".join(panels)}</svg>'
            f"<figcaption>{escape(self.title)}</figcaption></figure>"
        )

    def _panel(self, name: str, f: Any) -> str:
        size = (self.high - self.low) / self.cells
        at = self.low + size * (np.arange(self.cells) + 0.5)
        a, b = np.meshgrid(at, at)
        values = np.asarray(f(np.stack([a.ravel(), b.ravel()], axis=1)), float)
        rows = values.reshape(self.cells, self.cells)[::-1]
        head = f'<text x="{SIDE / 2}" y="-8" text-anchor="middle" fill="currentColor">'
        frame = f'<rect width="{SIDE}" height="{SIDE}" fill="none" stroke="currentColor"/>'
        cells = "".join(stripes(row, i, SIDE / self.cells) for i, row in enumerate(rows))
        return f"{head}{escape(name)}</text>{cells}{frame}{self._points()}"

    def _points(self) -> str:
        scale = SIDE / (self.high - self.low)
        shown = []
        for (x, y), label in zip(self.points, np.ravel(self.labels), strict=True):
            across, down = (x - self.low) * scale, (self.high - y) * scale
            mark = (
                f'<rect x="{across - 6:.1f}" y="{down - 6:.1f}" width="12" height="12"'
                if label
                else f'<circle cx="{across:.1f}" cy="{down:.1f}" r="6.5"'
            )
            shown.append(f'{mark} fill="{ABOVE if label else BELOW}" stroke="#fff"/>')
        return "".join(shown)


def stripes(row: Any, number: int, cell: float) -> str:
    """Return a row of cells, neighbours of one shade as one rectangle."""
    shades = np.clip(np.floor((2 * row - 1) * LEVELS), -LEVELS, LEVELS - 1).astype(int)
    starts = [0, *(np.flatnonzero(np.diff(shades)) + 1), len(shades)]
    drawn = []
    for first, last in itertools.pairwise(starts):
        level = shades[first]
        colour, strength = (ABOVE, level) if level >= 0 else (BELOW, -level - 1)
        drawn.append(
            f'<rect x="{first * cell:.2f}" y="{number * cell:.2f}" '
            f'width="{(last - first) * cell:.2f}" height="{cell:.2f}" shape-rendering="crispEdges" '
            f'fill="{colour}" fill-opacity="{0.65 * strength / LEVELS:.2f}"/>'
        )
    return "".join(drawn)
