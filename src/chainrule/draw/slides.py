"""Slides: a page for each step of both passes, 16:9, for projectors."""

from collections.abc import Iterator, Sequence

from chainrule.draw import palette, paper
from chainrule.draw.circuit_picture import Look, circuit
from chainrule.draw.formula_picture import Block, line
from chainrule.draw.layout.records import Layout
from chainrule.draw.marks import Mark, Picture, moved
from chainrule.draw.picture import heading, legend, written
from chainrule.draw.sentence import Sentence
from chainrule.explain.scene.records import FORWARD, LEAF, Scene
from chainrule.explain.scene.steps import position

WIDTH, HEIGHT, MARGIN = 1280, 720, 56
TITLE, CIRCUIT, WORDS = (48, 124), (150, 540), (560, 676)  # from where to where, downwards
FORMULA, SENTENCE, SMALL = 30, 26, 15  # sizes of type
LARGEST = 1.9  # how much larger than elsewhere a small circuit is drawn
SMALLEST = 0.85  # how small a circuit is drawn while one part of it is spoken of
GAP = 40  # between equations
CHECKED = 8  # gradients that the last page lists


def slides(scene: Scene, layout: Layout, theme: str = "light") -> bytes:
    """Return a PDF file: the blank circuit, a page for each step, and all that was found.

    Args:
        scene: what `shown` returns.
        layout: its layout.
        theme: light or dark.

    Raises:
        UsageError: fpdf2 is not installed.
    """
    return paper.pdf(list(pages(scene, layout, theme)))


def pages(scene: Scene, layout: Layout, theme: str = "light") -> Iterator[Picture]:
    """Yield the pages in their order."""
    count = len(scene.steps) + 2
    for number in range(count - 1):
        words = told(scene, number, theme) if number else beginning(theme)
        yield page(Look(scene, layout, theme, number), words, f"{number + 1} of {count}")
    yield page(Look(scene, layout, theme), ending(scene, theme), f"{count} of {count}")


def page(look: Look, words: Sequence[Block], number: str) -> Picture:
    """Return a page: formula, circuit, what happens, and which page it is."""
    soft = look.ink(palette.SECONDARY)
    folio = line(number, SMALL, soft, "sans")
    key = legend(look)
    marks: list[Mark] = [
        *fitted(heading(look, FORMULA), MARGIN, TITLE, WIDTH - 2 * MARGIN),
        *drawn(look),
        *stacked(words),
        *moved(key.marks, MARGIN, HEIGHT - 24),
        *moved(folio.marks, WIDTH - MARGIN - folio.width, HEIGHT - 24),
    ]
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        ground=look.ink(palette.BACKGROUND),
        title=written(look.scene),
        description=f"Page {number}",
        marks=tuple(marks),
    )


def drawn(look: Look) -> list[Mark]:
    """Return the circuit as large as its place allows; one that is too wide follows the step.

    Where the whole would be too small to be read, the page shows the part around the gate of the
    step; the rest runs off the page at its sides.
    """
    top, bottom = CIRCUIT
    across, down = WIDTH - 2 * MARGIN, bottom - top
    whole = min(across / look.layout.width, down / look.layout.height, LARGEST)
    scale = whole if not look.current else max(whole, min(SMALLEST, down / look.layout.height))
    left = (WIDTH - scale * look.layout.width) / 2
    if left < MARGIN - 1:
        here = look.layout.places[look.current].x
        left = min(
            MARGIN, max(WIDTH / 2 - scale * here, WIDTH - MARGIN - scale * look.layout.width)
        )
    above = top + (down - scale * look.layout.height) / 2
    return moved(circuit(look), left, above, scale)


def fitted(block: Block, left: float, rows: tuple[float, float], width: float) -> list[Mark]:
    """Return a block in the middle of some rows, made smaller where it does not fit."""
    top, bottom = rows
    tall = block.above + block.below
    scale = min(1.0, width / block.width, (bottom - top) / tall)
    return moved(block.marks, left, (top + bottom + scale * (block.above - block.below)) / 2, scale)


def stacked(blocks: Sequence[Block]) -> list[Mark]:
    """Return blocks as lines, each as many as fit side by side."""
    width = WIDTH - 2 * MARGIN
    lines: list[list[Block]] = []
    room = 0.0
    for block in blocks:
        if not lines or room + GAP + block.width > width:
            lines.append([])
            room = -GAP
        lines[-1].append(block)
        room += GAP + block.width
    top, bottom = WORDS
    tall = min((bottom - top) / max(len(lines), 1), 2.2 * SENTENCE)
    marks: list[Mark] = []
    for i, found in enumerate(lines):
        x = float(MARGIN)
        for block in found:
            marks += fitted(block, x, (top + i * tall, top + (i + 1) * tall), width)
            x += block.width + GAP
    return marks


# What is said.


def told(scene: Scene, step: int, theme: str) -> list[Block]:
    """Return what the step does: which it is, and its equations."""
    direction, number, count = position(scene, step)
    colour = palette.FORWARD if direction == FORWARD else palette.GRADIENT
    which = f"{direction.capitalize()} {number} of {count}"
    first = line(which, 0.8 * SENTENCE, colour.on(theme), "bold")
    return [first, *Sentence(scene, SENTENCE, theme).equations(scene.steps[step - 1])]


def beginning(theme: str) -> list[Block]:
    said = "The leaves have their values. Forward, every gate computes its own."
    return [line(said, 0.85 * SENTENCE, palette.INK.on(theme), "sans")]


def ending(scene: Scene, theme: str) -> list[Block]:
    """Return the gradients of the leaves, and whether finite differences agree."""
    sentence = Sentence(scene, SENTENCE, theme)
    leaves = [node for node in scene.nodes if node.kind == LEAF and node.grad is not None]
    found = [sentence.gradient(node.label, node.grad) for node in leaves[:CHECKED]]
    if len(leaves) > CHECKED:
        found.append(sentence.words(f"and {len(leaves) - CHECKED} more"))
    if scene.check:
        agree = all(row.ok for row in scene.check)
        said = "✓ finite differences agree" if agree else "✗ finite differences disagree"
        colour = palette.FORWARD if agree else palette.GRADIENT
        found.append(line(said, 0.8 * SENTENCE, colour.on(theme), "bold"))
    return found
