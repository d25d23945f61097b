"""Weights as wires: solid and green where positive, dashed and grey where negative."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import NamedTuple

from chainrule.draw import palette
from chainrule.draw.architecture.sizes import Place
from chainrule.draw.marks import Command, Curve, Mark, Move, Path
from chainrule.explain.architecture import Link

LEVELS = ((0.55, 0.3), (0.9, 0.45), (1.4, 0.65), (2.1, 0.85), (3.0, 1.0))  # width, strength
HAIRLINE = (0.7, 0.4)
FEW, STRONG = 24, 0.75  # so few wires are never fainter
DASH, DOTS = (4.0, 3.0), (1.0, 3.0)


class Wire(NamedTuple):
    """One weight: from a unit to a unit, and its size; None where it is not known."""

    x0: float
    y0: float
    x1: float
    y1: float
    weight: float | None


def wires_between(before: Place, after: Place, radius: float) -> Iterator[Wire]:
    """Yield the wires between the units that are drawn, the bias among them."""
    link = after.shown.link
    if link is None or not link.shape:
        return
    x0, x1 = before.x + radius, after.x - radius
    for unit, y1 in after.units:
        if unit is None:
            continue
        for source, y0 in before.units:
            if source is not None:
                yield Wire(x0, y0, x1, y1, weight(link, unit, source))
        if before.bias is not None:
            bias = None if link.biases is None else float(link.biases[unit])
            yield Wire(x0, before.bias, x1, y1, bias)


def weight(link: Link, unit: int, source: int) -> float | None:
    return None if link.weights is None else float(link.weights[unit, source])


def largest(wires: Iterable[Wire]) -> float:
    """Return the size of the largest weight that is finite; 1 where there is none."""
    sizes = (abs(w.weight) for w in wires if w.weight is not None and isfinite(w.weight))
    return max(sizes, default=1.0) or 1.0


def weighted(wires: Sequence[Wire], scale: float, theme: str) -> Iterator[Mark]:
    """Yield the wires by size, the smallest first, so that large weights lie on top.

    Weights that are not known, and those that are 0, are hairlines; those that are not finite have
    the colour of what is wrong.
    """
    ground = palette.BACKGROUND.on(theme)
    grey, green = palette.SECONDARY.on(theme), palette.FORWARD.on(theme)
    least = STRONG if len(wires) <= FEW else 0.0
    width, strength = HAIRLINE
    yield from path([w for w in wires if not w.weight], mixed(grey, ground, strength), width)
    for level, (width, strength) in enumerate(LEVELS):
        here = [w for w in wires if w.weight and level_of(w.weight, scale) == level]
        share = max(strength, least)
        negative = [w for w in here if w.weight is not None and w.weight < 0]
        positive = [w for w in here if w.weight is not None and w.weight > 0]
        yield from path(negative, mixed(grey, ground, share), width, DASH)
        yield from path(positive, mixed(green, ground, share), width)
    broken = [w for w in wires if w.weight is not None and not isfinite(w.weight)]
    yield from path(broken, palette.GRADIENT.on(theme), LEVELS[2][0], DOTS)


def path(
    wires: Sequence[Wire], ink: str, width: float, dash: tuple[float, ...] = ()
) -> Iterator[Mark]:
    """Yield one path for many wires, each level at its ends."""
    steps: list[Command] = []
    for wire in wires:
        middle = (wire.x0 + wire.x1) / 2
        steps.append(Move(wire.x0, wire.y0))
        steps.append(Curve(middle, wire.y0, middle, wire.y1, wire.x1, wire.y1))
    if steps:
        yield Path(tuple(steps), ink, width, dash=dash)


def level_of(size: float, scale: float) -> int:
    """Return how thick a weight is drawn, from 0 to 4; -1 if it is not finite."""
    if not isfinite(size):
        return -1
    return min(int(abs(size) / scale * len(LEVELS)), len(LEVELS) - 1)


def mixed(colour: str, ground: str, share: float) -> str:
    """Return a colour thinned with the ground; pens need no transparency.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(channels(colour), channels(ground), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
