"""A derivation in Markdown with `$$` mathematics, as README files and notebooks show it."""

from collections.abc import Iterator

from chainrule.draw.derivation.compose import sections
from chainrule.draw.derivation.latex import Writer
from chainrule.draw.derivation.pieces import Cell, Grid, Section, Sentence
from chainrule.draw.derivation.unicode import box
from chainrule.draw.numbers import DIGITS
from chainrule.explain.derivation.records import Derivation


def markdown(derivation: Derivation, *, circuit: str = "", level: int = 2) -> str:
    """Write a derivation as Markdown.

    Args:
        derivation: what is written.
        circuit: the address of a picture of the circuit, which comes first; empty for none.
        level: that of the headings.
    """
    writer = Writer(colors=False)
    parts = [f"![The circuit: values forward, gradients backward]({circuit})"] if circuit else []
    for section in sections(derivation):
        parts += section_parts(section, writer, level)
    return "\n\n".join(parts) + "\n"


def section_parts(section: Section, writer: Writer, level: int) -> Iterator[str]:
    """Yield a heading, and what stands under it."""
    if section.heading:
        yield f"{'#' * level} {section.heading}"
    for part in section.parts:
        if isinstance(part, Sentence):
            yield sentence(part, writer)
        elif isinstance(part, Grid):
            yield table(part)
        else:
            lines = " \\\\\n".join(writer.block(part))
            yield f"$$\n\\begin{{aligned}}\n{lines}\n\\end{{aligned}}\n$$"


def sentence(part: Sentence, writer: Writer) -> str:
    written = (escaped(p) if isinstance(p, str) else f"${writer.side(p)}$" for p in part.parts)
    return "".join(written)


def table(grid: Grid) -> str:
    """Write a table; words to the left, numbers to the right."""
    marks = [":--" if not i or not name else "--:" for i, name in enumerate(grid.header)]
    rows = [grid.header, marks, *(map(cell, row) for row in grid.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def cell(found: Cell) -> str:
    return escaped(found if isinstance(found, str) else box(found, DIGITS).text)


def escaped(text: str) -> str:
    """Write a text so that nothing in it is taken for a mark."""
    for mark in "\\*_|[]~$<":
        text = text.replace(mark, f"\\{mark}")
    return text
