r"""A circuit as a LaTeX document with a TikZ picture, to be compiled or taken into one's own.

It needs nothing but `article`, `geometry`, `amsmath` and `tikz`. Coordinates are those of the
layout, in pixels downwards; colours and kinds of nodes are defined once, at the top.
"""

from collections.abc import Iterator, Sequence

from chainrule.draw import maths, palette
from chainrule.draw.circuit_picture import BELOW, SHARE_BELOW, Look, is_open, outer_ends
from chainrule.draw.curves import APART, lane, with_ends
from chainrule.draw.layout.records import Layout
from chainrule.draw.layout.sizes import title
from chainrule.draw.marks import Command, Line, Move
from chainrule.draw.names import latex_escaped, latex_name
from chainrule.draw.numbers import grad_text, wire_text
from chainrule.draw.signs import latex_number, latex_symbol
from chainrule.explain.scene.records import BRANCH, LEAF, MODULE, OUT, Scene, SceneNode, Wire

HEADING, MARGIN = 72, 32  # above the circuit; around everything
COLOURS = {
    "forward": palette.FORWARD,
    "gradient": palette.GRADIENT,
    "ink": palette.INK,
    "secondary": palette.SECONDARY,
    "hairline": palette.HAIRLINE,
    "faint": palette.FAINT,
}
STYLES = r"""
  x=0.75pt, y=-0.75pt, line width=1pt, text=ink,
  forward/.style={draw=forward, line width=1.3pt, -{Triangle[length=5pt, width=5pt]}},
  gradient/.style={draw=gradient, line width=1.3pt, {Triangle[length=5pt, width=5pt]}-},
  leaf/.style={draw=hairline, fill=white, rounded corners=6pt, inner sep=0pt},
  parameter/.style={leaf, draw=ink, fill=faint},
  gate/.style={draw=ink, fill=white, rounded corners=15pt, inner sep=0pt},
  box/.style={draw=ink, fill=white, rounded corners=6pt, inner sep=0pt, align=center},
  room/.style={draw=hairline, rounded corners=9pt},
  tag/.style={text=secondary, anchor=base, font=\small},
  value/.style={text=forward, font=\small, inner sep=0pt},
  back/.style={text=gradient, font=\small, inner sep=0pt},
  share/.style={text=gradient, font=\footnotesize, inner sep=0pt}"""


def tikz(scene: Scene, layout: Layout) -> str:
    """Return the circuit in view as a LaTeX document.

    Args:
        scene: what `shown` returns; its closed boxes are drawn as one gate.
        layout: its layout.
    """
    look = Look(scene, layout)
    width = 0.75 * (layout.width + 2 * MARGIN) + 2
    height = 0.75 * (layout.height + HEADING + 2 * MARGIN) + 2
    colours = [
        rf"\definecolor{{{name}}}{{HTML}}{{{colour.light[1:].upper()}}}"
        for name, colour in COLOURS.items()
    ]
    return "\n".join(
        [
            r"\documentclass{article}",
            rf"\usepackage[paperwidth={width:.0f}pt, paperheight={height:.0f}pt,",
            rf"  margin={0.75 * MARGIN:.0f}pt]{{geometry}}",
            r"\usepackage{amsmath}",
            r"\usepackage{tikz}",
            r"\usetikzlibrary{arrows.meta}",
            *colours,
            r"\pagestyle{empty}",
            r"\setlength{\parindent}{0pt}",
            r"\begin{document}",
            rf"\begin{{tikzpicture}}[{STYLES}]",
            *(f"  {line}" for line in picture(look)),
            r"\end{tikzpicture}",
            r"\end{document}",
            "",
        ]
    )


def picture(look: Look) -> Iterator[str]:
    """Yield the lines of the picture: heading, boxes, wires, nodes, numbers."""
    scene, layout = look.scene, look.layout
    yield rf"\useasboundingbox (0,{-HEADING}) rectangle {point(layout.width, layout.height)};"
    yield rf"\node[anchor=base west, inner sep=0pt] at (0,{-HEADING + 35}) {{{heading(scene)}}};"
    yield r"% wires: the value runs forward, the gradient back"
    for node in scene.nodes:
        if is_open(node):
            yield from room(look, node)
    for wire in scene.wires:
        yield from lanes(look, wire)
    yield r"% leaves and gates"
    for node in scene.nodes:
        if not is_open(node):
            yield from drawn(look, node)
    yield r"% values above, gradients under"
    for wire in scene.wires:
        yield from numbers(look, wire)


def heading(scene: Scene) -> str:
    if scene.formula is None:
        return rf"\large {latex_escaped(scene.title)}"
    return rf"\large $\displaystyle {latex_name(scene.output)} = {maths.latex(scene.formula)}$"


def lanes(look: Look, wire: Wire) -> Iterator[str]:
    for style, shift in (("forward", -APART / 2), ("gradient", APART / 2)):
        path = with_ends(look.layout.paths[wire.id], *outer_ends(look, wire, shift))
        yield rf"\draw[{style}] {route(lane(path, shift))};"


def route(commands: Sequence[Command]) -> str:
    """Write a path: `--` for straight runs, `.. controls ..` for curves."""
    found = ""
    for step in commands:
        if isinstance(step, Move):
            found += point(step.x, step.y)
        elif isinstance(step, Line):
            found += f" -- {point(step.x, step.y)}"
        else:
            one, other = point(step.x1, step.y1), point(step.x2, step.y2)
            found += f" .. controls {one} and {other} .. {point(step.x, step.y)}"
    return found


def drawn(look: Look, node: SceneNode) -> Iterator[str]:
    """Yield a leaf, a gate, a branch's dot, a closed box or the result."""
    place = look.layout.places[node.id]
    at = f"({node.id}) at {point(place.x, place.y)}"
    size = f"minimum width={0.75 * place.width:g}pt, minimum height={0.75 * place.height:g}pt"
    if node.kind == BRANCH:
        yield rf"\fill {point(place.x, place.y)} circle[radius=3.4pt] coordinate ({node.id});"
    elif node.kind == OUT:
        yield rf"\node {at} {{\Large ${latex_name(node.label)}$}};"
    elif node.kind == LEAF:
        style = "parameter" if node.use == "parameter" else "leaf"
        yield rf"\node[{style}, {size}] {at} {{${latex_name(node.label)}$}};"
    elif node.kind == MODULE:
        held = rf"\\ \footnotesize {node.gates} gates"
        yield rf"\node[box, {size}] {at} {{\small\bfseries {latex_escaped(title(node))}{held}}};"
    else:
        yield rf"\node[gate, {size}] {at} {{${latex_symbol(node.symbol)}$}};"
        above = point(place.x, place.y - place.height / 2 - 7)
        yield rf"\node[tag] at {above} {{${latex_name(node.label)}$}};"


def room(look: Look, node: SceneNode) -> Iterator[str]:
    place = look.layout.places[node.id]
    left, top = place.x - place.width / 2, place.y - place.height / 2
    corner = point(left + place.width, top + place.height)
    yield rf"\draw[room] {point(left, top)} rectangle {corner};"
    words = latex_escaped(title(node))
    yield rf"\node[tag, anchor=base west] at {point(left + 8, top + 18)} {{{words}}};"


def numbers(look: Look, wire: Wire) -> Iterator[str]:
    where = look.layout.labels.get(wire.id)
    if where is None:
        return
    share = look.scene.by_id[wire.source].kind == BRANCH
    above = "" if share else wire_text(wire.value)
    below = grad_text(wire.grad)
    style, down = ("share", SHARE_BELOW) if share else ("back", BELOW)
    side = {"middle": "base", "start": "base west", "end": "base east"}[where.anchor]
    for text, name, y in ((above, "value", where.y - 7), (below, style, where.y + down)):
        if text:
            at = point(where.x, y)
            yield rf"\node[{name}, anchor={side}] at {at} {{${latex_number(text)}$}};"


def point(x: float, y: float) -> str:
    return f"({x:.4g},{y:.4g})" if max(abs(x), abs(y)) < 1000 else f"({x:.1f},{y:.1f})"
