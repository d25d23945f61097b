"""The picture of a circuit: formula, legend, wires and gates, and all of it in words.

Everything that draws circuits on paper starts here: SVG, PNG, PDF, slides.
"""

from chainrule.draw import maths, palette
from chainrule.draw.circuit_picture import Look, circuit
from chainrule.draw.formula_picture import Block, formula, in_a_row, line, name
from chainrule.draw.layout.records import Layout
from chainrule.draw.marks import Line, Mark, Move, Path, Picture, Words, moved
from chainrule.draw.metrics import text_width
from chainrule.draw.numbers import grad_text, wire_text
from chainrule.explain.scene.records import LEAF, Scene, SceneNode

MARGIN, GAP = 32, 24  # around everything; between formula, legend and circuit
FORMULA, WORDS = 22, 13  # sizes of type
SAMPLE, SPACE = 20, 24  # the length of a legend's line, and the space between its entries
LISTED = 12  # leaves that the description names


def picture(scene: Scene, layout: Layout, theme: str = "light", step: int | None = None) -> Picture:
    """Return the picture of what is in view; with `step`, as it is after so many steps.

    Args:
        scene: what `shown` returns; its closed boxes are drawn as one gate.
        layout: its layout.
        theme: light or dark.
        step: how many steps have run, from 0; None for all there is.
    """
    look = Look(scene, layout, theme, step)
    top, key = heading(look), legend(look)
    one_row = top.width + 2 * GAP + key.width <= layout.width
    width = max(layout.width, top.width, key.width)
    height = top.above + top.below
    drop = height - top.below if one_row else height + GAP / 2 + key.above
    height = height if one_row else drop + key.below
    marks = [
        *moved(top.marks, MARGIN, MARGIN + top.above),
        *moved(key.marks, MARGIN + (width - key.width if one_row else 0), MARGIN + drop),
        *moved(circuit(look), MARGIN + (width - layout.width) / 2, MARGIN + height + GAP),
    ]
    return Picture(
        width=width + 2 * MARGIN,
        height=layout.height + height + GAP + 2 * MARGIN,
        ground=look.ink(palette.BACKGROUND),
        title=f"Circuit of {written(scene)}",
        description=description(scene),
        marks=tuple(marks),
    )


def heading(look: Look, size: float = FORMULA) -> Block:
    """Return what the circuit computes, or its title where that is too long for a formula."""
    ink = look.ink(palette.INK)
    if look.scene.formula is None:
        return line(called(look.scene), size, ink, "sans")
    output = name(look.scene.output, size, ink)
    return in_a_row([output, line(" = ", size, ink), formula(look.scene.formula, size, ink)])


def called(scene: Scene) -> str:
    """Return the circuit's title; a function without a name has that of its result."""
    return scene.output if scene.title.startswith("<") else scene.title


def legend(look: Look) -> Block:
    """Return what the colours mean."""
    entries = [("value, forward →", palette.FORWARD), ("← gradient, backward", palette.GRADIENT)]
    if look.step:
        entries.append(("local gradient", palette.LOCAL))
    marks: list[Mark] = []
    x = 0.0
    for text, colour in entries:
        ink = look.ink(colour)
        sample = (Move(x, -0.36 * WORDS), Line(x + SAMPLE, -0.36 * WORDS))
        marks.append(Path(sample, stroke=ink, width=3, round=True))
        marks.append(Words(x + SAMPLE + 8, 0, text, WORDS, ink))
        x += SAMPLE + 8 + text_width(text, WORDS) + SPACE
    return Block(marks, x - SPACE, WORDS, 4)


def written(scene: Scene) -> str:
    """Return the formula on a line of text."""
    if scene.formula is None:
        return called(scene)
    return f"{scene.output} = {maths.unicode(scene.formula)}"


def description(scene: Scene) -> str:
    """Say what the picture shows: the values of the leaves, the result, the gradients."""
    leaves = [node for node in scene.nodes if node.kind == LEAF]
    result = next((node for node in scene.nodes if node.kind == "out"), None)
    said = []
    if any(node.value is not None for node in leaves):
        said.append(f"Values: {listed(leaves, gradients=False)}.")
    if result is not None and result.value is not None:
        said.append(f"Result: {scene.output} = {wire_text(result.value)}.")
    if any(node.grad is not None for node in leaves):
        said.append(f"Gradients of {scene.output}: {listed(leaves, gradients=True)}.")
    return " ".join(said) or "Nothing has been computed yet."


def listed(leaves: list[SceneNode], *, gradients: bool) -> str:
    some = [
        f"{'by ' * gradients}{node.label} {text}" if gradients else f"{node.label} = {text}"
        for node in leaves
        if (text := grad_text(node.grad) if gradients else wire_text(node.value))
    ]
    more = f" and {len(some) - LISTED} more" if len(some) > LISTED else ""
    return ", ".join(some[:LISTED]) + more
