"""The plots of the page, as SVG text: no library is needed, and the files can be compared."""

import math
from collections.abc import Iterable
from typing import Any

from benchmarks.cases import CASES
from benchmarks.results import seconds

Found = dict[str, dict[str, Any]]

COLOURS = {  # name -> on a light page, on a dark one, shape
    "chainrule": ("#00714f", "#3ecf9c", "disc"),
    "jax_scan": ("#2f55b8", "#93b2ff", "square"),
    "jax_step": ("#2f55b8", "#93b2ff", "ring"),
    "torch_compile": ("#b93a04", "#ff9158", "square"),
    "torch_fused": ("#b93a04", "#ff9158", "cross"),
    "torch_eager": ("#b93a04", "#ff9158", "ring"),
    "sklearn": ("#8a5a00", "#e0b04a", "square"),
    "numpy": ("#5a5f6a", "#a0a6b2", "ring"),
    "autograd": ("#7b3fa0", "#cf9cf0", "cross"),
    "micrograd": ("#7b3fa0", "#cf9cf0", "square"),
}
UNITS = {-7: "0.1 µs", -6: "1 µs", -5: "10 µs", -4: "0.1 ms", -3: "1 ms", -2: "10 ms", -1: "0.1 s",
         0: "1 s", 1: "10 s"}  # fmt: skip
WIDTH, LEFT, ROW = 760, 150, 26


def style() -> str:
    """Return colours that follow the reader's light or dark page."""
    light = "".join(f".{name}{{--c:{c[0]}}}" for name, c in COLOURS.items())
    dark = "".join(f".{name}{{--c:{c[1]}}}" for name, c in COLOURS.items())
    return (
        "<style>:root{--plate:#f7f8fa;--ink:#1b1d22;--soft:#5a5f6a;--grid:#d5d9e0}"
        f"{light}@media (prefers-color-scheme:dark){{"
        ":root{--plate:#16181d;--ink:#eceef2;--soft:#a0a6b2;--grid:#343841}"
        f"{dark}}}"
        "text{fill:var(--ink)}.soft{fill:var(--soft)}.grid{stroke:var(--grid)}"
        ".f{fill:var(--c)}.o{fill:var(--plate);stroke:var(--c);stroke-width:1.8}"
        ".l{fill:none;stroke:var(--c);stroke-width:1.8}</style>"
    )


def picture(height: float, title: str, parts: Iterable[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'width="{WIDTH}" height="{height:g}" font-family="sans-serif" font-size="12">'
    )
    plate = f'<rect width="{WIDTH}" height="{height:g}" rx="10" style="fill:var(--plate)"/>'
    return "\n".join([head, f"<title>{title}</title>", style(), plate, *parts, "</svg>"]) + "\n"


def text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{css}>{words}</text>'


def mark(name: str, x: float, y: float) -> str:
    """Return the sign of an implementation."""
    shape = COLOURS[name][2]
    if shape == "disc":
        return f'<circle class="{name} f" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    if shape == "ring":
        return f'<circle class="{name} o" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    if shape == "square":
        return f'<rect class="{name} f" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    arms = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"
    return f'<path class="{name} l" d="{arms}"/>'


def legend(names: list[str], y: float) -> list[str]:
    parts = []
    for i, name in enumerate(names):
        x, below = 30 + 142 * (i % 5), y + 20 * (i // 5)
        parts += [mark(name, x, below - 4), text(x + 12, below, name)]
    return parts


def named(found: Found) -> list[str]:
    """Return the implementations that have figures, in the order of the colours."""
    return [n for n in COLOURS if any(n in seconds(one) for one in found.values())]


def decades(values: list[float]) -> range:
    return range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)


def dots(found: Found) -> str:
    """Return a row a case with a sign for each implementation: time a step, on a log scale."""
    shown = {n: seconds(one) for n, one in found.items() if CASES[n].group in ("nets", "functions")}
    shown = {name: took for name, took in shown.items() if took}
    if not shown:
        return picture(40, "Time a step", [text(20, 25, "Nothing has been measured yet.")])
    powers = decades([s for took in shown.values() for s in took.values()])
    scale = (WIDTH - LEFT - 40) / (len(powers) - 1)
    top, bottom = 62.0, 62.0 + ROW * len(shown)
    parts = legend(named({name: found[name] for name in shown}), 26)
    for power in powers:
        x = LEFT + scale * (power - powers[0])
        parts.append(f'<path class="grid" d="M{x:.1f} {top:g}V{bottom:g}"/>')
        parts.append(text(x, bottom + 18, UNITS[power], "middle", "soft"))
    for i, (name, took) in enumerate(shown.items()):
        y = top + ROW * (i + 0.5)
        parts.append(text(LEFT - 14, y + 4, name, "end"))
        for who in sorted(took, key=list(COLOURS).index, reverse=True):  # ours on top
            parts.append(mark(who, LEFT + scale * (math.log10(took[who]) - powers[0]), y))
    return picture(bottom + 34, "Time a step, less is better", parts)


def sweeps(found: Found) -> str:
    """Return three panels: time a step by batch, depth and width, both axes on a log scale."""
    shown = {n: one for n, one in found.items() if CASES[n].group in ("batch", "depth", "width")}
    shown = {n: one for n, one in shown.items() if seconds(one)}
    if not shown:
        return picture(40, "Sweeps", [text(20, 25, "Nothing has been measured yet.")])
    powers = decades([s for one in shown.values() for s in seconds(one).values()])
    parts = legend(named(shown), 26)
    for power in powers:
        y = height(power, powers)
        parts.append(f'<path class="grid" d="M66 {y:.1f}H{WIDTH - 20}"/>')
        parts.append(text(58, y + 4, UNITS[power], "end", "soft"))
    for i, group in enumerate(("batch", "depth", "width")):
        cases = {n: seconds(one) for n, one in shown.items() if CASES[n].group == group}
        if cases:
            parts += panel(group, cases, 84.0 + 226 * i, powers)
    return picture(360, "Time a step by batch, depth and width", parts)


def height(power: float, powers: range) -> float:
    return 310 - 250 * (power - powers[0]) / (len(powers) - 1)


def panel(group: str, cases: dict[str, dict[str, float]], left: float, powers: range) -> list[str]:
    """Return one sweep: a line for each implementation."""
    sizes = {name: int(name.rpartition("_")[2]) for name in cases}
    span = math.log(max(sizes.values())) - math.log(min(sizes.values())) or 1.0
    place = {
        n: left + 190 * (math.log(size) - math.log(min(sizes.values()))) / span
        for n, size in sizes.items()
    }
    parts = [text(left + 95, 350, group, "middle")]
    ends = (min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__))
    parts += [text(place[n], 330, f"{sizes[n]:,}", "middle", "soft") for n in ends]
    for who in reversed(COLOURS):
        points = [
            (place[n], height(math.log10(took[who]), powers))
            for n, took in cases.items()
            if who in took
        ]
        if points:
            line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            parts.append(f'<path class="{who} l" d="{line}"/>')
            parts += [mark(who, x, y) for x, y in points]
    return parts
