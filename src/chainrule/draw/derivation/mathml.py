"""A derivation in MathML and HTML, which browsers set without a script or a font.

Colours are classes: `forward` for values, `backward` for gradients, `local` for local derivatives.
In HTML left sides are links to the gate they speak of, where its value is computed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape

from chainrule.draw import palette
from chainrule.draw.derivation.compose import sections
from chainrule.draw.derivation.fit import rows_of
from chainrule.draw.derivation.latex import measure
from chainrule.draw.derivation.pieces import (
    FORWARD,
    GRADIENT,
    LOCAL,
    Atom,
    Block,
    Cell,
    Equation,
    Formula,
    Grid,
    Numeral,
    Part,
    Section,
    Side,
    Sign,
)
from chainrule.draw.derivation.values import shortened, value_text
from chainrule.draw.mathml import MATHML, TIMES, number, sign
from chainrule.draw.notation import INSIDE, PRODUCT, Form, Piece, typeset, write
from chainrule.draw.numbers import DIGITS
from chainrule.draw.numbers import shape as shape_text
from chainrule.explain.derivation.products import PARTIAL
from chainrule.explain.derivation.records import Derivation
from chainrule.graph.formula import Expression, fold

ROOM = 72  # characters of a line, as they would be in plain text
CLASSES = {FORWARD: "forward", GRADIENT: "backward", LOCAL: "local"}
DEL = "<mfrac><mrow><mo>∂</mo>#1</mrow><mrow><mo>∂</mo>#2</mrow></mfrac>"
STYLE = replace(
    MATHML,
    forms={**MATHML.forms, PARTIAL: Form(DEL, PRODUCT, (INSIDE, INSIDE))},
    number=lambda digits: number(shortened(digits)),
)
FENCES = re.compile(r"<mo>([()\[\]])</mo>")
TALL = ("<mfrac", "<mtable")
SIGNS = {"@": f'{sign(TIMES)}<mspace width="0.4em"/>', "Σ": sign("∑")}


@dataclass(frozen=True)
class Writer:
    """Writes atoms; `digits` says how many figures of a number are shown."""

    digits: int = DIGITS

    def side(self, side: Side) -> str:
        return "".join(self.atom(atom) for atom in side)

    def atom(self, atom: Atom) -> str:
        """Write one atom, inside of mathematics."""
        if isinstance(atom, Formula):
            written = inked(formula(atom.tree, factor=atom.factor), atom.ink)
            return written if atom.shape is None else under(written, shape_text(atom.shape))
        if isinstance(atom, Numeral):
            text = value_text(atom.value, self.digits)
            negative = atom.factor and text.startswith("−")
            return inked(tight(enclosed(numeral(text)) if negative else numeral(text)), atom.ink)
        if isinstance(atom, Sign):
            return SIGNS.get(atom.text) or sign(atom.text)
        return f"<mtext>\u2002{escape(atom.text)}\u2002</mtext>"


def inner_mathml(derivation: Derivation) -> str:
    """Write the chain rule itself, what stands between `<math>` and `</math>`: an `<mtable>`.

    It is the product, or the lines with their sums; nothing before or after them. The table has
    the class `lines`: its first column is meant to be set to the right, the second to the left.
    """
    found = [s for s in sections(derivation) if s.heading.startswith("Backward")]
    blocks = [part for s in found for part in s.parts if isinstance(part, Block)]
    return "".join(mtable(block, Writer()) for block in blocks)


def mathml(derivation: Derivation) -> str:
    """Write the chain rule itself as one `<math>` element."""
    return f'<math display="block">{inner_mathml(derivation)}</math>'


def mtable(block: Block, writer: Writer) -> str:
    rows = []
    for equation in block.equations:
        for left, right in equation_rows(equation, block, writer):
            rows.append(f"<mtr><mtd>{left}</mtd><mtd>{right}</mtd></mtr>")
    start = '<mtable class="lines" displaystyle="true" columnalign="right left">'
    return f"{start}{''.join(rows)}</mtable>"


def equation_rows(equation: Equation, block: Block, writer: Writer) -> Iterator[tuple[str, str]]:
    """Yield left and right of each line, the sign of equality on the right."""
    left = writer.side(equation.left)
    for row in rows_of(equation, ROOM, measure, stacked=block.stacked):
        start = sign("=") if row.starts else '<mspace width="1.5em"/>'
        yield left, f"{start}{writer.side(row.atoms)}"
        left = ""


def html(derivation: Derivation, *, level: int = 2, prefix: str = "") -> str:
    """Write a derivation as a piece of HTML: one `<section>`, with its own style.

    Args:
        derivation: what is written.
        level: that of the headings.
        prefix: comes before the ids of gates, so that a page can hold several derivations.
    """
    found = sections(derivation)
    equations = [e for s in found for p in s.parts if isinstance(p, Block) for e in p.equations]
    page = Page({e.defines: f"{prefix}{e.defines}" for e in equations if e.defines})
    parts = "".join(page.section(section, level) for section in found)
    return f'<section class="chainrule-derivation"><style>{style()}</style>{parts}</section>'


@dataclass(frozen=True)
class Page:
    """Writes sections; `ids` are those of the gates that links may lead to."""

    ids: Mapping[str, str]
    writer: Writer = Writer()

    def section(self, section: Section, level: int) -> str:
        head = f"<h{level}>{escape(section.heading)}</h{level}>" if section.heading else ""
        return head + "".join(map(self.part, section.parts))

    def part(self, part: Part) -> str:
        if isinstance(part, Grid):
            return grid_html(part, self.writer)
        if isinstance(part, Block):
            rows = "".join(row for equation in part.equations for row in self.rows(equation, part))
            return f'<div class="wide"><table class="equations">{rows}</table></div>'
        inside = "".join(
            escape(p) if isinstance(p, str) else math(self.writer.side(p)) for p in part.parts
        )
        return f"<p>{inside}</p>"

    def rows(self, equation: Equation, block: Block) -> Iterator[str]:
        """Yield the rows of one equation; the first has the id of the gate that it defines."""
        given = (atom.link for atom in equation.left if isinstance(atom, Formula))
        link = next((self.ids[gate] for gate in given if gate in self.ids), "")
        start = f'<tr id="{escape(self.ids[equation.defines])}">' if equation.defines else "<tr>"
        for left, right in equation_rows(equation, block, self.writer):
            shown = linked(math(left), link) if left else ""
            yield f"{start}<td>{shown}</td><td>{math(right)}</td></tr>"
            start = "<tr>"


def grid_html(grid: Grid, writer: Writer) -> str:
    """Write a table of counts or comparisons."""
    head = "".join(f"<th>{escape(name)}</th>" for name in grid.header)
    rows = ("".join(f"<td>{cell(c, writer)}</td>" for c in row) for row in grid.rows)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="wide"><table class="counts"><tr>{head}</tr>{body}</table></div>'


def cell(found: Cell, writer: Writer) -> str:
    return escape(found) if isinstance(found, str) else math(writer.atom(found))


def math(inside: str) -> str:
    return f'<math displaystyle="true">{inside}</math>'


def linked(written: str, gate: str) -> str:
    return f'<a href="#{escape(gate)}">{written}</a>' if gate else written


def inked(written: str, ink: str) -> str:
    kind = CLASSES.get(ink)
    return f'<mrow class="{kind}">{written}</mrow>' if kind else written


def under(written: str, sizes: str) -> str:
    return f'<munder><mrow>{written}</mrow><mtext class="shape">{sizes}</mtext></munder>'


def formula(tree: Expression, *, factor: bool = False) -> str:
    """Write an expression; as a factor in parentheses where it could be misread."""
    piece: Piece = fold(typeset(tree), lambda node, pieces: write(node, pieces, STYLE))
    loose = piece.level < PRODUCT or piece.text.startswith(STYLE.minus)
    return tight(enclosed(piece.text) if factor and loose else piece.text)


def enclosed(written: str) -> str:
    return STYLE.parentheses.replace("#1", f"<mrow>{written}</mrow>")


def tight(written: str) -> str:
    """Return it with parentheses that do not grow, where nothing tall stands between them."""
    found = list(FENCES.finditer(written))
    waiting: list[int] = []
    short: set[int] = set()
    for i, fence in enumerate(found):
        if fence[1] in "([":
            waiting.append(i)
        elif waiting:
            start = waiting.pop()
            inside = written[found[start].end() : fence.start()]
            if not any(tag in inside for tag in TALL):
                short |= {start, i}
    numbers = iter(range(len(found)))
    return FENCES.sub(
        lambda m: f'<mo stretchy="false">{m[1]}</mo>' if next(numbers) in short else m[0], written
    )


def numeral(text: str) -> str:
    """Write a number with its sign, or an array as it is in plain text.

    >>> numeral("−0.5"), numeral("[1, −2]")
    ('<mo>−</mo><mn>0.5</mn>', '<mtext>[1, −2]</mtext>')
    """
    size = text.removeprefix("−")
    if not size[:1].isdigit() or any(mark in size for mark in "×, "):
        return f"<mtext>{escape(text)}</mtext>"
    return ("" if size == text else sign("−")) + number(size)[0]


def style() -> str:
    """Return the rules of the piece: colours of both themes, tables that scroll."""
    roles = (
        ("forward", palette.FORWARD),
        ("backward", palette.GRADIENT),
        ("local", palette.LOCAL),
        ("shape", palette.SECONDARY),
    )
    here = ".chainrule-derivation"
    light = "".join(f"{here} .{name}{{color:{c.light}}}" for name, c in roles)
    dark = "".join(f"{here} .{name}{{color:{c.dark}}}" for name, c in roles)
    return f"{light}@media(prefers-color-scheme:dark){{{dark}}}{RULES.replace('@', here)}"


RULES = (
    "@ .wide{overflow-x:auto}"
    "@ table{border-collapse:collapse;border:0;margin:.5rem 0;font:inherit}"
    "@ td,@ th{border:0;background:none;white-space:nowrap;font-weight:inherit}"
    "@ .equations td{padding:.25rem 0;text-align:left;vertical-align:baseline}"
    "@ .equations td:first-child{text-align:right;padding-right:.3em}"
    "@ .counts td,@ .counts th{padding:.2rem 1.5rem .2rem 0;text-align:right}"
    "@ .counts td:first-child,@ .counts td:last-child:nth-child(5){text-align:left}"
    "@ .shape{font-size:.8em}"
    "@ a{color:inherit;text-decoration:none}"
    "@ a:hover{text-decoration:underline}"
)
