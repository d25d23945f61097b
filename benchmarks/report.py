"""The page docs/benchmarks.md: its tables and plots, from the result files alone.

Between two comments of the page everything is written anew; the words around stay as they are.
"""

import json
from pathlib import Path
from typing import Any

from benchmarks import plot
from benchmarks.cases import CASES, Case
from benchmarks.results import FOLDER, load, seconds
from benchmarks.rivals import PACKAGES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
IMAGES = ROOT / "docs" / "images"
BEGIN, END = "<!-- results: make bench -->", "<!-- end of results -->"
DRAWN, END_OF_DRAWN = "<!-- drawings: make bench -->", "<!-- end of drawings -->"
GROUPS = {
    "nets": "Training steps of nets",
    "functions": "Functions",
    "eager": "One gate, gate by gate",
    "batch": "From small batches to large",
    "depth": "From few layers to many",
    "width": "From narrow layers to wide",
}
Found = dict[str, dict[str, Any]]


def write(folder: Path = FOLDER) -> list[Path]:
    """Write page and plots; return what was written."""
    found = load(folder=folder)
    pictures = {"benchmarks.svg": plot.dots(found), "benchmark-sweeps.svg": plot.sweeps(found)}
    for name, picture in pictures.items():
        (IMAGES / name).write_text(picture, "utf-8")
    text = page(PAGE.read_text("utf-8"), found)
    PAGE.write_text(with_drawings(text, drawn(folder)), "utf-8")
    return [PAGE, *(IMAGES / name for name in pictures)]


def page(text: str, found: Found) -> str:
    """Return the page with these results in it."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{body(found)}\n\n{END}{after}"


def drawn(folder: Path = FOLDER) -> dict[str, Any]:
    """Return what was measured of drawings."""
    found: dict[str, Any] = json.loads((folder / "drawing.json").read_text("utf-8"))
    return found


def with_drawings(text: str, found: dict[str, Any]) -> str:
    """Return the page with the table of drawings in it."""
    before, rest = text.split(DRAWN)
    after = rest.split(END_OF_DRAWN)[1]
    rows = [
        f"| {row['name']} | {amount(row['found'])} {row['unit']} | {amount(row['limit'])} |"
        for row in found["limits"]
    ]
    table = "\n".join(["| what | found | limit |", "|---|--:|--:|", *rows])
    return f"{before}{DRAWN}\n\n{table}\n\n{END_OF_DRAWN}{after}"


def amount(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def body(found: Found) -> str:
    if not found:
        return "Nothing has been measured yet."
    parts = [goals(found)] if goals(found) else []
    for group, title in GROUPS.items():
        names = [name for name in found if CASES[name].group == group]
        if names:
            parts += [f"## {title}", table({name: found[name] for name in names})]
    return "\n\n".join([*parts, "## Where it was measured", *machines(found)])


def goals(found: Found) -> str:
    """Return the table of what we set out to reach, or "" if chainrule has no figures."""
    rows = []
    for name, one in found.items():
        took = seconds(one)
        for rival, goal in CASES[name].goals:
            if "chainrule" in took and rival in took:
                reached = took[rival] / took["chainrule"]
                mark = "reached" if reached >= goal else "**not reached**"
                rows.append(f"| `{name}` | `{rival}` | {goal:g} × | {reached:.2f} × | {mark} |")
    if not rows:
        return ""
    head = ["## Goals", "", "| case | rival | goal | measured | |", "|---|---|--:|--:|---|"]
    return "\n".join([*head, *rows])


def table(found: Found) -> str:
    """Return a row a case, a column an implementation: time a step, and how many times ours."""
    there = [n for n in PACKAGES if any(n in seconds(one) for one in found.values())]
    head = "| case | " + " | ".join(f"`{name}`" for name in there) + " |"
    rows = [row(CASES[name], seconds(one), there) for name, one in found.items()]
    return "\n".join([head, "|---|" + "--:|" * len(there), *rows])


def row(case: Case, took: dict[str, float], there: list[str]) -> str:
    ours, quickest = took.get("chainrule"), min(took.values(), default=0)
    cells = []
    for name in there:
        if name not in took:
            cells.append("")
            continue
        figure = duration(took[name])
        figure = f"**{figure}**" if took[name] == quickest else figure
        beside = f" ({times(took[name] / ours)} ×)" if ours and name != "chainrule" else ""
        cells.append(figure + beside)
    return f"| `{case.name}`: {case.about} | " + " | ".join(cells) + " |"


def times(ratio: float) -> str:
    """Return a ratio with three digits, and without an exponent.

    >>> times(1.2345), times(34091.27)
    ('1.23', '34,100')
    """
    return f"{float(f'{ratio:.3g}'):,.0f}" if ratio >= 1000 else f"{ratio:.3g}"


def duration(seconds: float) -> str:
    """Return a time with three digits and a unit.

    >>> duration(5.3e-5), duration(1.2345), duration(8e-8)
    ('53 µs', '1.23 s', '0.08 µs')
    """
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def machines(found: Found) -> list[str]:
    """Return what every figure cannot be read without: processor, threads, versions."""
    kinds: dict[str, list[str]] = {}
    for name, one in found.items():
        m = one["machine"]
        kind = f"{m['processor']}, {m['cores']} cores, {m['system']}, Python {m['python']}"
        kinds.setdefault(f"{kind}, {one['threads']} thread", []).append(name)
    if len(kinds) == 1:
        lines = [f"{next(iter(kinds))}."]
    else:
        lines = [f"{kind}: {', '.join(names)}." for kind, names in kinds.items()]
    return [*lines, f"Versions: {versions(found)}."]


def versions(found: Found) -> str:
    there = {
        (PACKAGES[e["implementation"]], e["version"])
        for one in found.values()
        for e in one["entries"]
        if e.get("version")
    }
    return ", ".join(f"{package} {version}" for package, version in sorted(there))
