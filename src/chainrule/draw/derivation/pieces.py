"""What a written derivation is made of, in no notation yet.

A derivation is a list of sections. A section holds sentences, blocks of equations and tables; an
equation is made of atoms: expressions, numbers, signs and words, each with the colour of what it
means.
"""

from dataclasses import dataclass
from typing import TypeAlias

from chainrule.explain.scene.records import Value
from chainrule.graph.formula import Expression

PLAIN, FORWARD, GRADIENT, LOCAL = "plain", "forward", "gradient", "local"
Shape: TypeAlias = tuple[int, ...] | None


@dataclass(frozen=True)
class Formula:
    """An expression; `factor` asks for parentheses where it would be misread in a product.

    `shape` is written under it unless it is None; `link` is the id of the gate it speaks of.
    """

    tree: Expression
    ink: str = PLAIN
    shape: Shape = None
    link: str = ""
    factor: bool = False


@dataclass(frozen=True)
class Numeral:
    """A number or an array."""

    value: Value
    ink: str = PLAIN
    factor: bool = False


@dataclass(frozen=True)
class Sign:
    """What stands between atoms: `·`, `∘`, `@`, `+`, `−`, `,`, `⋯`; or `Σ` before them."""

    text: str


@dataclass(frozen=True)
class Words:
    """A remark in an equation."""

    text: str


Atom: TypeAlias = Formula | Numeral | Sign | Words
Side: TypeAlias = tuple[Atom, ...]


@dataclass(frozen=True)
class Equation:
    """`left = side = side ...`; a remark in place of equations is not `equal` to anything.

    `defines` is the id of the gate that it introduces: where links to that gate lead.
    """

    left: Side
    sides: tuple[Side, ...]
    equal: bool = True
    defines: str = ""


@dataclass(frozen=True)
class Block:
    """Equations whose signs of equality stand under each other.

    In a block that is `stacked`, each side has a line of its own, atom under atom.
    """

    equations: tuple[Equation, ...]
    stacked: bool = False


@dataclass(frozen=True)
class Sentence:
    """Words, with mathematics between them."""

    parts: tuple[str | Side, ...]


Cell: TypeAlias = str | Atom


@dataclass(frozen=True)
class Grid:
    """A table; the first column holds words, the others numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Part: TypeAlias = Block | Sentence | Grid


@dataclass(frozen=True)
class Section:
    """A heading, empty for the first section, and what stands under it."""

    heading: str
    parts: tuple[Part, ...]
