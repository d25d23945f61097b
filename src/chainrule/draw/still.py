"""The static drawing of a page, for readers without script: shorter than a file of its own.

What many marks have in common stands once, in the page's style sheet, and not with each of them.
The formula is text of the page; coordinates are rounded to what the eye can tell.
"""

import re
from html import escape

from chainrule.draw.circuit_picture import Look, circuit
from chainrule.draw.layout.records import Layout
from chainrule.draw.marks import Picture
from chainrule.draw.palette import BACKGROUND
from chainrule.draw.picture import description, written
from chainrule.draw.svg_pen import written as svg_text
from chainrule.explain.scene.records import Scene

LOOKS = re.compile("fill|stroke(-width|-linecap|-linejoin|-dasharray)?|font-.*|text-anchor")
DROPPED = ("textLength", "lengthAdjust", "id", "aria-labelledby", "xmlns")
TAG = re.compile(r"<(/?)(\w+)([^<>]*?)(/?)>")
ATTRIBUTE = re.compile(r' ([\w:-]+)="([^"]*)"')
PATH = re.compile(r'<path d="([^"]*)"([^<>]*)/>')
NUMBER = re.compile(r"\d+\.\d+")


def still(scene: Scene, layout: Layout) -> tuple[str, str]:
    """Return what stands in a page in place of its circuit, and the style sheet for it.

    `scene` is what is in view.
    """
    picture = Picture(
        width=layout.width,
        height=layout.height,
        ground=BACKGROUND.light,
        title=f"Circuit of {written(scene)}",
        description=description(scene),
        marks=tuple(circuit(Look(scene, layout))),
    )
    drawn, style = shortened(svg_text(picture))
    return (
        f"<p>{escape(written(scene))}: values above the wires, gradients under them</p>{drawn}",
        style,
    )


def shortened(svg: str) -> tuple[str, str]:
    """Return an SVG text with classes in place of colours and types, and their style sheet."""
    classes: dict[str, str] = {}
    groups: list[bool] = []  # whether each open group is kept

    def shorter(found: re.Match[str]) -> str:
        closes, name, attributes, end = found.groups()
        if closes:
            return found[0] if name != "g" or groups.pop() else ""
        here = kept(attributes, classes)
        if name == "g":
            groups.append(bool(here))
        return f"<{name}{here}{end}>" if here or name != "g" else ""

    drawn = re.sub(r"\n\s*", "", TAG.sub(shorter, svg))
    drawn = re.sub(f"(?:{PATH.pattern})+", joined, drawn)
    return drawn, "".join(f".{name}{{{look}}}" for look, name in classes.items())


def joined(run: re.Match[str]) -> str:
    """Write paths that follow each other and look the same as one."""
    strokes: dict[str, str] = {}
    for commands, look in PATH.findall(run[0]):
        strokes[look] = strokes.get(look, "") + commands
    return "".join(f'<path d="{commands}"{look}/>' for look, commands in strokes.items())


def kept(attributes: str, classes: dict[str, str]) -> str:
    """Return the attributes that stay; looks become a class, known by what it says."""
    found, look = [], []
    for key, value in ATTRIBUTE.findall(attributes):
        if LOOKS.fullmatch(key):
            look.append(f"{key}:{value}" + ("px" if key == "font-size" else ""))
        elif key not in DROPPED:
            found.append(f' {key}="{rounded(value)}"')
    if look:
        name = classes.setdefault(";".join(look), f"s{len(classes)}")
        found.append(f' class="{name}"')
    return "".join(found)


def rounded(value: str) -> str:
    """Write coordinates to half a pixel, without what a path can do without."""
    halves = NUMBER.sub(lambda x: f"{round(2 * float(x[0])) / 2:g}", value)
    return re.sub(r" ?([MLCHVZ]) ?", r"\1", halves)
