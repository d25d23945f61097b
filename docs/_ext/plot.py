"""Line plots for the pages: small SVG pictures that follow the reader's light or dark theme."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

COLOURS = ("#3b82c4", "#d9772b", "#3f9c5a", "#c2508f", "#8a6fd1", "#8f8a2c")
WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 130, 14, 42


@dataclass(frozen=True)
class Lines:
    """Named curves (x, y) over one pair of axes; `log` scales the y axis by powers of ten."""

    curves: Mapping[str, tuple[Any, Any]]
    title: str
    x: str = "x"
    y: str = ""
    log: bool = False

    def _repr_html_(self) -> str:
        curves = {name: (np.asarray(a, float), self._scaled(b)) for name, (a, b) in
                  self.curves.items()}  # fmt: skip
        xs = np.concatenate([a for a, _ in curves.values()])
        ys = np.concatenate([b for _, b in curves.values()])
        box = Box(xs.min(), xs.max(), ys.min(), ys.max())
        parts = [box.frame(self.x, self.y, self.log)]
        for i, (name, (a, b)) in enumerate(curves.items()):
            parts.append(box.curve(a, b, COLOURS[i % len(COLOURS)], name, i))
        return (
            f'<figure class="plot"><svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" '
            f'aria-label="{escape(self.title)}" fill="none" stroke="none" font-size="12" '
            f'font-family="sans-serif">{"".join(parts)}</svg>'
            f"<figcaption>{escape(self.title)}</figcaption></figure>"
        )

    def _scaled(self, y: Any) -> Any:
        return np.log10(np.asarray(y, float)) if self.log else np.asarray(y, float)


@dataclass(frozen=True)
class Box:
    """The ranges of the axes, and where their points lie in the picture."""

    left: float
    right: float
    low: float
    high: float

    def across(self, x: Any) -> Any:
        return LEFT + (x - self.left) / (self.right - self.left) * (WIDTH - LEFT - RIGHT)

    def down(self, y: Any) -> Any:
        span = (self.high - self.low) or 1.0
        return HEIGHT - BOTTOM - (y - self.low) / span * (HEIGHT - TOP - BOTTOM)

    def frame(self, x: str, y: str, log: bool) -> str:
        parts = []
        for value in ticks(self.left, self.right):
            at = self.across(value)
            parts.append(text(at, HEIGHT - BOTTOM + 16, written(value), "middle"))
        for value in ticks(self.low, self.high, least=1 if log else 0):
            at = self.down(value)
            shown = f"1e{value:.0f}" if log else written(value)
            parts.append(text(LEFT - 6, at + 4, shown, "end"))
            parts.append(
                f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="currentColor" '
                'stroke-opacity="0.2"/>'
            )
        parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x, "middle"))
        middle = (TOP + HEIGHT - BOTTOM) / 2
        turned = f' transform="rotate(-90 12 {middle:.0f})"'
        return "".join(parts) + (text(12, middle, y, "middle", turned) if y else "")

    def curve(self, x: Any, y: Any, colour: str, name: str, number: int) -> str:
        points = zip(self.across(x), self.down(y), strict=True)
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
        at = TOP + 12 + 18 * number
        start = WIDTH - RIGHT + 10
        return (
            f'<path d="M{path}" stroke="{colour}" stroke-width="2"/>'
            f'<path d="M{start} {at - 4}h16" stroke="{colour}" stroke-width="3"/>'
            + text(start + 22, at, name, "start")
        )


def ticks(low: float, high: float, least: float = 0) -> Any:
    """Return at most seven round numbers between two, a step of 1, 2 or 5 apart."""
    rough = max((high - low) / 6, 1e-300)
    power = 10.0 ** np.floor(np.log10(rough))
    step = max(least, power * next(n for n in (1, 2, 5, 10) if n * power >= 0.999 * rough))
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return step * np.arange(first, last + 1) + 0.0  # no minus before a zero


def written(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def text(x: float, y: float, shown: str, anchor: str, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor"{more}>'
        f"{escape(shown)}</text>"
    )
