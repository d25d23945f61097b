"""A derivation in characters: equations under each other, shapes under their factors.

Lines that are too long go on under the sign of equality, broken before an operator.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from chainrule.draw.derivation.compose import sections
from chainrule.draw.derivation.fit import rows_of
from chainrule.draw.derivation.pieces import (
    PLAIN,
    Atom,
    Block,
    Formula,
    Grid,
    Numeral,
    Section,
    Sentence,
    Side,
    Sign,
)
from chainrule.draw.derivation.values import shortened, value_text
from chainrule.draw.maths import UNICODE
from chainrule.draw.notation import ATOM, INSIDE, POWER, PRODUCT, SIGN, Form, Piece, tidy, write
from chainrule.draw.numbers import DIGITS
from chainrule.draw.numbers import shape as shape_text
from chainrule.draw.terminal import WIDTH, RenderableType, line, stacked
from chainrule.explain.derivation.products import PARTIAL
from chainrule.explain.derivation.records import Derivation
from chainrule.graph.formula import Expression, fold

FAINT, STRONG = "faint", "strong"
INDENT = 2
WIDEST_LEFT = 24  # beyond, a left side does not move the signs of equality of the others
EQUAL = " = "
STYLE = replace(
    UNICODE,
    forms={
        **UNICODE.forms,
        PARTIAL: Form("∂#1/∂#2", SIGN, (INSIDE, INSIDE)),
        "square": Form("#1²", POWER, (ATOM,)),
        "reciprocal": Form("1 / #1", PRODUCT, (SIGN,)),
        "abs": Form("|#1|", ATOM, (INSIDE,)),
    },
    number=lambda digits: (shortened(digits), ATOM),
)
Line = list[tuple[str, str]]  # pieces of text and their styles


class Box(NamedTuple):
    """An atom as it is written, and what stands under it."""

    text: str
    style: str = PLAIN
    under: str = ""
    breaks: bool = False  # whether a line of words may be broken before it

    @property
    def width(self) -> int:
        return max(len(self.text), len(self.under))

    @property
    def above(self) -> str:
        """The text over the middle of what stands under it."""
        return self.text.center(self.width) if len(self.text) > 3 else self.text.ljust(self.width)


def text(derivation: Derivation) -> str:
    """Return the derivation as plain text of at most 80 columns: what it prints."""
    written = ("".join(run[0] for run in found) for found in lines(derivation))
    return "\n".join(found.rstrip() for found in written)


def terminal(derivation: Derivation, width: int = WIDTH, digits: int = DIGITS) -> RenderableType:
    """Return the derivation for a terminal, in colours."""
    return stacked(line(*found) for found in lines(derivation, width, digits))


def lines(derivation: Derivation, width: int = WIDTH, digits: int = DIGITS) -> Iterator[Line]:
    """Yield the lines of a derivation, each as pieces of text with their styles."""
    for number, section in enumerate(sections(derivation)):
        if number:
            yield []
        yield from section_lines(section, width, digits)


def section_lines(section: Section, width: int, digits: int) -> Iterator[Line]:
    """Yield the heading, and the parts under it."""
    indent = INDENT if section.heading else 0
    if section.heading:
        heading = Sentence((section.heading,))
        for words in folded(boxes_of_sentence(heading, digits), width):
            yield [(word, STRONG) for word, _ in words]
    before: object = None
    for part in section.parts:
        if isinstance(part, Sentence):
            found = folded(boxes_of_sentence(part, digits), width - indent)
        elif isinstance(part, Grid):
            found = grid_lines(part, width - indent, digits)
        else:
            found = block_lines(part, width - indent, digits)
        if isinstance(before, Sentence) != isinstance(part, Sentence) and before and indent:
            yield []
        before = part
        yield from ([(" " * indent, PLAIN), *each] for each in found)


# Sentences and tables.


def boxes_of_sentence(sentence: Sentence, digits: int) -> list[Box]:
    """Return the words of a sentence; what is not separated by spaces stays together."""
    found: list[Box] = []
    for part in sentence.parts:
        if not isinstance(part, str):
            found += joined(boxes_of(part, digits))
            continue
        first, *others = part.split(" ")
        found.append(Box(first))
        found += [Box(" " + word, breaks=True) for word in others]
    return found


def folded(boxes: Iterable[Box], width: int) -> Iterator[Line]:
    """Yield lines of words."""
    now: list[Box] = []
    waiting: list[Box] = []

    def fits(more: Sequence[Box]) -> bool:
        return sum(len(b.text) for b in [*now, *more]) <= width

    for found in [*boxes, Box("", breaks=True)]:
        if found.breaks and waiting:
            if now and not fits(waiting):
                yield runs(now)
                now = []
                waiting[0] = waiting[0]._replace(text=waiting[0].text.lstrip())
            now += waiting
            waiting = []
        waiting.append(found)
    yield runs(now)


def runs(boxes: Iterable[Box]) -> Line:
    return [(found.text, found.style) for found in boxes]


def grid_lines(grid: Grid, width: int, digits: int) -> Iterator[Line]:
    """Yield a table; words to the left, numbers to the right. Where it is too wide, row by row."""
    head = [Box(name, FAINT) for name in grid.header]
    body = [[cell_box(cell, digits) for cell in row] for row in grid.rows]
    widths = [max(b.width for b in column) for column in zip(head, *body, strict=True)]
    if sum(widths) + 2 * len(widths) - 2 > width:
        yield from row_by_row(grid, body, width)
        return
    words = {0, *(i for i, name in enumerate(grid.header) if not name)}
    for row in [head, *body]:
        found: Line = []
        for i, (b, wide) in enumerate(zip(row, widths, strict=True)):
            padded = b.text.ljust(wide) if i in words else b.text.rjust(wide)
            found.append((padded + "  ", b.style))
        yield found


def row_by_row(grid: Grid, body: list[list[Box]], width: int) -> Iterator[Line]:
    """Yield the cells of each row under its first, with their headings."""
    for first, *cells in body:
        yield [(first.text, first.style)]
        words = []
        for name, b in zip(grid.header[1:], cells, strict=True):
            if b.text:
                words += [Box(f" {name}:", FAINT, breaks=True)] if name else []
                words.append(Box(f" {b.text}", b.style, breaks=not name))
        yield from ([(" ", PLAIN), *line] for line in folded(words, width - 1))


def cell_box(cell: str | Atom, digits: int) -> Box:
    return Box(cell) if isinstance(cell, str) else box(cell, digits)


# Equations.


def block_lines(block: Block, width: int, digits: int) -> Iterator[Line]:
    """Yield equations whose signs of equality stand under each other."""
    lefts = [joined(boxes_of(e.left, digits)) for e in block.equations]
    widths = [width_of(left) for left in lefts]
    column = max((w for w in widths if w <= WIDEST_LEFT), default=0)
    for equation, left in zip(block.equations, lefts, strict=True):
        room = width - max(column, width_of(left)) - len(EQUAL)
        rows = rows_of(
            equation, room, lambda atom: box(atom, digits).width + 1, stacked=block.stacked
        )
        written = [(boxes_of(row.atoms, digits), row.starts) for row in rows]
        if block.stacked:
            in_columns(written, room)
        yield from equation_lines(left, written, column, room)


def equation_lines(
    left: list[Box], rows: Iterable[tuple[list[Box], bool]], column: int, room: int
) -> Iterator[Line]:
    """Yield the lines of an equation, the left side before the first."""
    start = [*left, Box(" " * (column - width_of(left)))]
    for boxes, starts in rows:
        for number, part in enumerate(squeezed(joined(boxes), room)):
            equal = Box(EQUAL if starts and not number else " " * len(EQUAL))
            yield from two_lines([*start, equal, *part])
            start = [Box(" " * max(column, width_of(left)))]


def squeezed(boxes: list[Box], room: int) -> Iterator[list[Box]]:
    """Yield the boxes; a formula that is too wide by itself is broken between its words."""
    if width_of(boxes) <= room or any(b.under for b in boxes):
        yield boxes
        return
    words = [
        Box(word, b.style, breaks=True)
        for b in boxes
        for word in re.findall(r"\s*\S+|\s+$", b.text)
    ]
    for found in folded(words, room):
        yield [Box(*run) for run in found]


def two_lines(boxes: list[Box]) -> Iterator[Line]:
    """Yield a line, and under it what stands under its boxes."""
    yield [(b.above, b.style) for b in boxes]
    if any(b.under for b in boxes):
        yield [(b.under.center(b.width), FAINT) for b in boxes]


def in_columns(rows: list[tuple[list[Box], bool]], room: int) -> None:
    """Put the factors of products of equal length under each other, if there is room."""
    several = [boxes for boxes, _ in rows if len(boxes) > 1]
    if not several or len({len(boxes) for boxes in several}) > 1:
        return
    widths = [max(b.width for b in column) for column in zip(*several, strict=True)]
    if sum(widths) + len(widths) - 1 > room:
        return
    for boxes in several:
        boxes[:] = [b._replace(text=b.text.ljust(w)) for b, w in zip(boxes, widths, strict=True)]


def joined(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes with spaces between them, but for the inside of parentheses."""
    found: list[Box] = []
    for b in boxes:
        close = not found or b.text == ")" or found[-1].text == "("
        after_sum = bool(found) and found[-1].text == "Σ" and b.text == "("
        found += [b] if close or after_sum else [Box(" "), b]
    return found


def width_of(boxes: Iterable[Box]) -> int:
    return sum(b.width for b in boxes)


def boxes_of(side: Side, digits: int) -> list[Box]:
    return [box(atom, digits) for atom in side]


def box(atom: Atom, digits: int) -> Box:
    """Write one atom."""
    if isinstance(atom, Formula):
        under = "" if atom.shape is None else shape_text(atom.shape)
        return Box(formula_text(atom.tree, factor=atom.factor), atom.ink, under)
    if isinstance(atom, Numeral):
        written = value_text(atom.value, digits)
        negative = atom.factor and written.startswith("−")
        return Box(f"({written})" if negative else written, atom.ink)
    if isinstance(atom, Sign):
        return Box(atom.text)
    return Box(atom.text, FAINT)


def formula_text(tree: Expression, *, factor: bool = False) -> str:
    """Write an expression; as a factor in parentheses, unless it cannot be misread."""
    piece: Piece = fold(tidy(tree), lambda node, pieces: write(node, pieces, STYLE))
    loose = piece.level <= PRODUCT or piece.text.startswith(STYLE.minus)
    return f"({piece.text})" if factor and loose else piece.text
