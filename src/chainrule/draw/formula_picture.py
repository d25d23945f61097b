"""A formula as marks."""

from typing import NamedTuple

from chainrule.draw.labels import name_width, name_words
from chainrule.draw.marks import Line, Mark, Move, Path, Words, moved
from chainrule.draw.mathrun import svg_runs
from chainrule.draw.metrics import italic_and_upright, text_width
from chainrule.graph.formula import Expression


class Block(NamedTuple):
    """Marks whose baseline is at y = 0 and which begin at x = 0, and their size."""

    marks: list[Mark]
    width: float
    above: float
    below: float


def formula(tree: Expression, size: float, colour: str) -> Block:
    """Return a formula at a font size."""
    found = svg_runs(tree, size)
    marks: list[Mark] = [
        Words(
            run.x,
            run.y,
            run.text,
            run.size,
            colour,
            "italic" if run.italic else "upright",
            "start",
            run.width,
        )
        for run in found.runs
        if run.text
    ]
    for points, thickness in found.strokes:
        start, *rest = points
        marks.append(Path((Move(*start), *(Line(*point) for point in rest)), colour, thickness))
    return Block(marks, found.width, found.ascent, found.descent)


def line(text: str, size: float, colour: str, face: str = "math") -> Block:
    """Return a line of text as a block; in formulas, letters are italic.

    Spaces at its ends count, and each piece takes its width whatever font there is.
    """
    runs = italic_and_upright(text) if face == "math" else [(text, face)]
    marks: list[Mark] = []
    x = 0.0
    for run, style in runs:
        bare = run.strip()
        lead = text_width(run[: len(run) - len(run.lstrip())], size, style)
        fit = text_width(bare, size, style) if face == "math" else 0.0
        if bare:
            marks.append(Words(x + lead, 0, bare, size, colour, style, "start", fit))
        x += text_width(run, size, style)
    return Block(marks, x, 0.75 * size, 0.25 * size)


def name(label: str, size: float, colour: str) -> Block:
    """Return the name of a value as a block."""
    words = name_words(label, 0, 0, size, colour, "start")
    return Block(list(words), name_width(label, size), 0.75 * size, 0.25 * size)


def in_a_row(blocks: list[Block]) -> Block:
    """Return blocks one after the other, on one baseline."""
    marks: list[Mark] = []
    x = 0.0
    for block in blocks:
        marks += moved(block.marks, x, 0)
        x += block.width
    return Block(marks, x, max(b.above for b in blocks), max(b.below for b in blocks))
