"""A picture as SVG: presentation attributes only, so that it survives whoever cleans it.

There is no style sheet, no script, no class and no embedded font: families are named, ours first,
then what systems have. Ids bear a prefix that depends on the content, so that several pictures can
stand on one page.
"""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from zlib import crc32

from chainrule.draw.marks import Box, Command, Group, Mark, Move, Path, Picture, Words
from chainrule.draw.marks import Line as Straight

SANS = "Chainrule Sans, Inter, system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
MONO = "Chainrule Mono, JetBrains Mono, ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
MATH = "Chainrule Math, Latin Modern Roman, STIX Two Text, Cambria, Times New Roman, serif"
STYLES = {"bold": ' font-weight="600"', "italic": ' font-style="italic"'}
FAMILIES = {"mono": MONO, "upright": MATH, "italic": MATH}  # others have that of the whole


def written(picture: Picture) -> str:
    """Return the picture as the text of an SVG file."""
    width, height = number(picture.width), number(picture.height)
    body = [f'<rect width="{width}" height="{height}" fill="{picture.ground}"/>']
    body += elements(picture.marks, "PREFIX")
    words = [escape(picture.title), escape(picture.description)]
    prefix = f"c{crc32(chr(10).join([*words, *body]).encode()):08x}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="{SANS}" role="img" '
            f'aria-labelledby="{prefix}-title {prefix}-desc">',
            f'<title id="{prefix}-title">{words[0]}</title>',
            f'<desc id="{prefix}-desc">{words[1]}</desc>',
            *(line.replace('id="PREFIX-', f'id="{prefix}-') for line in body),
            "</svg>\n",
        ]
    )


def elements(marks: Iterable[Mark], prefix: str) -> Iterator[str]:
    """Yield the lines of marks; neighbours with the same fonts share the names of these."""
    for names, run in groupby(marks, families):
        if names:
            yield f'<g font-family="{names}">'
        for mark in run:
            yield from element(mark, prefix)
        if names:
            yield "</g>"


def families(mark: Mark) -> str:
    return FAMILIES.get(mark.face, "") if isinstance(mark, Words) else ""


def element(mark: Mark, prefix: str) -> Iterator[str]:
    """Yield the lines of one mark."""
    if isinstance(mark, Group):
        yield f'<g id="{prefix}-{escape(mark.id)}">'
        yield from elements(mark.marks, prefix)
        yield "</g>"
    elif isinstance(mark, Box):
        yield box(mark)
    elif isinstance(mark, Path):
        ends = ' stroke-linecap="round"' if mark.round else ""
        if mark.dash:
            ends += f' stroke-dasharray="{" ".join(map(number, mark.dash))}"'
        drawn = paint(mark.fill, mark.stroke, mark.width)
        yield f'<path d="{path_data(mark)}"{drawn}{ends}/>'
    else:
        yield words(mark)


def box(mark: Box) -> str:
    drawn = paint(mark.fill, mark.stroke, mark.line)
    if mark.radius and mark.width == mark.height == 2 * mark.radius:
        x, y = number(mark.x + mark.radius), number(mark.y + mark.radius)
        return f'<circle cx="{x}" cy="{y}" r="{number(mark.radius)}"{drawn}/>'
    round_corners = f' rx="{number(mark.radius)}"' if mark.radius else ""
    return (
        f'<rect x="{number(mark.x)}" y="{number(mark.y)}" width="{number(mark.width)}" '
        f'height="{number(mark.height)}"{round_corners}{drawn}/>'
    )


def paint(fill: str, stroke: str, width: float) -> str:
    found = f' fill="{fill or "none"}"'
    return f'{found} stroke="{stroke}" stroke-width="{number(width)}"' if stroke else found


def path_data(mark: Path) -> str:
    """Return the commands of a path."""
    data = " ".join(map(command, mark.commands))
    return f"{data} Z" if mark.closed else data


def command(step: Command) -> str:
    letter = "M" if isinstance(step, Move) else "L" if isinstance(step, Straight) else "C"
    return letter + " ".join(map(number, step))


def words(mark: Words) -> str:
    anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
    several = len(mark.text) > 1  # a single sign would be stretched
    fit = f' textLength="{number(mark.fit)}"' if mark.fit and several else ""
    text = escape(mark.text, quote=False)
    return (
        f'<text x="{number(mark.x)}" y="{number(mark.y)}"{STYLES.get(mark.face, "")} '
        f'font-size="{number(mark.size)}" fill="{mark.colour}"{anchor}{fit}>{text}</text>'
    )


def number(x: float) -> str:
    """Write a coordinate with at most two decimals."""
    found = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if found == "-0" else found
