r"""A derivation in LaTeX: `align*` environments, for a paper or a slide.

The fragment needs the packages `amsmath` and `xcolor`; the whole document brings them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chainrule.draw import palette
from chainrule.draw.derivation.compose import sections
from chainrule.draw.derivation.fit import Row, rows_of
from chainrule.draw.derivation.pieces import (
    FORWARD,
    GRADIENT,
    LOCAL,
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
from chainrule.draw.derivation.unicode import box
from chainrule.draw.derivation.values import shortened, value_text
from chainrule.draw.maths import LATEX, latex_number
from chainrule.draw.names import latex_escaped
from chainrule.draw.notation import INSIDE, PRODUCT, Form, Piece, typeset, write
from chainrule.draw.numbers import DIGITS
from chainrule.draw.numbers import shape as shape_text
from chainrule.explain.derivation.products import PARTIAL
from chainrule.explain.derivation.records import Derivation
from chainrule.graph.formula import Apply, Expression, fold

POWER = re.compile(r"e(-?\d+)")
TALL = r"\frac"  # parentheses grow around it
ROOM = 66  # characters of a line, as they would be in plain text
STYLE = replace(
    LATEX,
    forms={
        **LATEX.forms,
        PARTIAL: Form(r"\frac{\partial #1}{\partial #2}", PRODUCT, (INSIDE, INSIDE)),
    },
    number=lambda digits: latex_number(shortened(digits)),
)
SIGNS = {"·": r"\cdot", "∘": r"\circ", "@": r"\,", "Σ": r"\sum", "⋯": r"\cdots", "−": "-",
         "(": r"\Bigl(", ")": r"\Bigr)"}  # fmt: skip
COLORS = {FORWARD: palette.FORWARD, GRADIENT: palette.GRADIENT, LOCAL: palette.LOCAL}
PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,amssymb,booktabs,xcolor}"""
DRAWING = r"""\usepackage{graphicx,tikz}
\usetikzlibrary{arrows.meta}"""
WORDS = {
    "−": "$-$",
    "×": r"$\times$",
    "✓": r"$\checkmark$",
    "∧": r"$\wedge$",
    "✗": r"$\times$",
    "⋯": r"$\cdots$",
    "∞": r"$\infty$",
    "∂": r"$\partial$",
    "Σ": r"$\Sigma$",
    "~": r"\textasciitilde{}",
}


@dataclass(frozen=True)
class Writer:
    """Writes atoms; `colors` tells whether meanings have theirs, `digits` how many are shown."""

    digits: int = DIGITS
    colors: bool = True

    def side(self, side: Side) -> str:
        return " ".join(self.atom(atom) for atom in side)

    def atom(self, atom: Atom) -> str:
        """Write one atom, inside of mathematics."""
        if isinstance(atom, Formula):
            written = self.ink(formula(atom.tree, factor=atom.factor), atom.ink)
            sizes = "" if atom.shape is None else sized(shape_text(atom.shape))
            return rf"\underset{{{sizes}}}{{{written}}}" if sizes else written
        if isinstance(atom, Numeral):
            written = numeral(value_text(atom.value, self.digits))
            negative = atom.factor and written.startswith("{-")
            return self.ink(rf"({written})" if negative else written, atom.ink)
        if isinstance(atom, Sign):
            return SIGNS.get(atom.text, atom.text)
        return rf"\;\text{{{words(atom.text)}}}\;"

    def ink(self, written: str, ink: str) -> str:
        plain = ink == PLAIN or not self.colors
        return written if plain else rf"\textcolor{{{ink}}}{{{written}}}"

    def block(self, block: Block) -> Iterator[str]:
        """Yield the lines of equations, each with its `&` before the sign of equality."""
        for equation in block.equations:
            left = self.side(equation.left)
            for row in rows_of(equation, ROOM, measure, stacked=block.stacked):
                yield f"{left} {self.row(row)}".strip()
                left = ""

    def row(self, row: Row) -> str:
        start = "&= " if row.starts else r"&\quad "
        return start + self.side(row.atoms)

    def sentence(self, sentence: Sentence) -> str:
        parts = (words(p) if isinstance(p, str) else f"${self.side(p)}$" for p in sentence.parts)
        return "".join(parts)


def latex(
    derivation: Derivation, *, circuit: str = "", document: bool = False, colors: bool = True
) -> str:
    """Write a derivation as LaTeX.

    Args:
        derivation: what is written.
        circuit: a picture of the circuit in TikZ, which comes first; empty for none.
        document: whether to return a whole document, with the packages it needs.
        colors: whether values, gradients and local derivatives have their colours.
    """
    writer = Writer(colors=colors)
    parts = [part for section in sections(derivation) for part in section_parts(section, writer)]
    if circuit:
        parts.insert(0, circuit.strip())
    body = "\n\n".join(parts)
    definitions = "\n".join(color_definitions()) if colors else ""
    if not document:
        return f"{definitions}\n\n{body}\n" if colors else f"{body}\n"
    tikz = f"\n{DRAWING}" if circuit else ""
    top = f"{PREAMBLE}{tikz}\n{definitions}".rstrip()
    return f"{top}\n\\begin{{document}}\n\n{body}\n\n\\end{{document}}\n"


def color_definitions() -> Iterator[str]:
    for name, color in COLORS.items():
        yield rf"\definecolor{{{name}}}{{HTML}}{{{color.light.lstrip('#').upper()}}}"


def section_parts(section: Section, writer: Writer) -> Iterator[str]:
    """Yield a heading, and what stands under it."""
    if section.heading:
        yield rf"\paragraph{{{words(section.heading)}}}"
    for part in section.parts:
        if isinstance(part, Sentence):
            yield writer.sentence(part)
        elif isinstance(part, Grid):
            yield table(part, writer)
        else:
            lines = " \\\\\n  ".join(writer.block(part))
            yield f"\\begin{{align*}}\n  {lines}\n\\end{{align*}}"


def table(grid: Grid, writer: Writer) -> str:
    """Write a table; words to the left, numbers to the right."""
    kinds = "".join("l" if not i or not name else "r" for i, name in enumerate(grid.header))
    rows = [" & ".join(map(words, grid.header))]
    for row in grid.rows:
        cells = (words(c) if isinstance(c, str) else f"${writer.atom(c)}$" for c in row)
        rows.append(" & ".join(cells))
    head, *body = rows
    inside = "".join(f"  {row} \\\\\n" for row in body)
    return f"\\begin{{tabular}}{{{kinds}}}\n  {head} \\\\\n  \\midrule\n{inside}\\end{{tabular}}"


def formula(tree: Expression, *, factor: bool = False) -> str:
    """Write an expression; as a factor in parentheses where it could be misread."""
    piece: Piece = fold(typeset(tree), lambda node, pieces: write(node, pieces, STYLE))
    loose = piece.level < PRODUCT or piece.text.startswith(STYLE.minus)
    if not (factor and loose):
        return piece.text
    return rf"\left({piece.text}\right)" if TALL in piece.text else f"({{{piece.text}}})"


def numeral(written: str) -> str:
    r"""Write a number or an array.

    >>> print(numeral("−0.5"), numeral("4.0e-4"), numeral("[1, −2]"), numeral("5×10, norm 7.071"))
    {-0.5} 4.0 \cdot 10^{-4} [1, -2] 5 \times 10\text{, norm }7.071
    """
    if ", norm " in written:
        sizes, norm = written.split(", norm ")
        return rf"{sized(sizes)}\text{{, norm }}{numeral(norm)}"
    found = written.replace("∞", r"\infty").replace("NaN", r"\text{NaN}")
    found = POWER.sub(r" \\cdot 10^{\1}", found.replace("e−", "e-"))
    found = found.replace("−", "-")
    return f"{{{found}}}" if found.startswith("-") else found  # a sign, not a difference


def sized(sizes: str) -> str:
    return sizes.replace("×", r" \times ")


def words(text: str) -> str:
    """Write a text outside of mathematics."""
    return "".join(WORDS.get(c, c) for c in latex_escaped(text))


def measure(atom: Atom) -> int:
    """Return how wide an atom is where fractions are set: in characters, a space included."""
    if isinstance(atom, Formula):
        return fold(atom.tree, width) + 1
    return box(atom, DIGITS).width + 1


def width(node: Expression, operands: list[int]) -> int:
    """Return about how many characters wide an expression is."""
    if not isinstance(node, Apply):
        return len(repr(node).removesuffix(".0"))
    if node.op in ("divide", PARTIAL):
        return max(operands) + (node.op == PARTIAL)
    name = 0 if node.op in LATEX.forms else len(node.op) + 2
    return sum(operands) + len(operands) - 1 + name
