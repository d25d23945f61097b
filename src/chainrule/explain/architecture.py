"""What a net is made of, as plain data: columns of units, weights between them, or nested blocks.

`nn` reads a module into these records, `columns` a list of widths; drawings read nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from chainrule.errors import ExpressionError

WEIGHTS = "weights"
LONGEST = 10  # digits of a number of units that are too many


@dataclass(frozen=True, kw_only=True)
class Column:
    """A layer of units.

    Attributes:
        units: how many there are.
        name: the path of the module that computes them, or what they are: `input`, `hidden 1`.
        notes: what is done to them one after the other: `ReLU`, `Dropout(p=0.2)`.
    """

    units: int
    name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """What leads from one column to the next.

    Attributes:
        kind: `weights` for a weighted sum; else what it is: `Maxout`, `concatenate`.
        name: the path of the parameter, empty where there is none.
        shape: of the parameter, (out, in) for a weighted sum.
        bias: the shape of what is added; None where nothing is.
        weights: the entries, (out, in); None where they are not known or mean something else.
        biases: the entries of the bias, (out,), or None.
    """

    kind: str = WEIGHTS
    name: str = ""
    shape: tuple[int, ...] = ()
    bias: tuple[int, ...] | None = None
    weights: Any = field(default=None, compare=False, repr=False)
    biases: Any = field(default=None, compare=False, repr=False)

    @property
    def parameters(self) -> int:
        """How many numbers there are to train, bias included."""
        return (size(self.shape) if self.shape else 0) + (size(self.bias) if self.bias else 0)


@dataclass(frozen=True, kw_only=True)
class Skip:
    """A way past columns: what the column `source` holds is joined with the column `target`.

    It leaves `source` after so many of its notes. What `target` does with it is one of the notes
    there, `+`, or its link, `concatenate`.
    """

    source: int
    target: int
    after: int = 0


@dataclass(frozen=True, kw_only=True)
class Block:
    """A module that is drawn as a box.

    Attributes:
        path: where it is in the root module; empty for the root.
        title: class and settings: `Dropout(p=0.5)`.
        arrays: name and shape of each own parameter and buffer.
        output: the shape of what it returns, without the axis of examples; None where not known.
        inner: the modules inside, in the order of execution where it is known.
    """

    path: str
    title: str
    arrays: tuple[tuple[str, tuple[int, ...]], ...] = ()
    output: tuple[int, ...] | None = None
    inner: "tuple[Block, ...]" = ()


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A net to be drawn: columns with links between neighbours, or blocks with arrows.

    Attributes:
        title: the class of the root module; empty for a list of widths.
        parameters: how many numbers there are to train.
        columns, links, skips: a chain; there is one link fewer than columns. Empty otherwise.
        block: the root module where it is no chain, else None.
        arrows: (path, path) of blocks of which the second takes what the first returns; the ends
            are `input` and `output`. Empty where the order of execution is not known.
    """

    title: str
    parameters: int
    columns: tuple[Column, ...] = ()
    links: tuple[Link, ...] = ()
    skips: tuple[Skip, ...] = ()
    block: Block | None = None
    arrows: tuple[tuple[str, str], ...] = ()


def columns(widths: Sequence[int]) -> Architecture:
    """Return the fully connected net with these many units in its columns.

    >>> net = columns([64, 128, 10])
    >>> net.parameters, [link.shape for link in net.links]
    (9610, [(128, 64), (10, 128)])
    """
    hidden = len(widths) - 2
    names = ["input", *(f"hidden {i + 1}" if hidden > 1 else "hidden" for i in range(hidden))]
    names.append("output")
    links = tuple(Link(shape=(m, n), bias=(m,)) for n, m in pairwise(widths))
    return Architecture(
        title="",
        parameters=sum(link.parameters for link in links),
        columns=tuple(Column(units=n, name=name) for n, name in zip(widths, names, strict=True)),
        links=links,
    )


def read_widths(text: str) -> list[int]:
    """Return the numbers of `64,128,64,10`.

    Raises:
        ExpressionError: something else stands there; the message points at the character.
    """
    found: list[int] = []
    place = 0
    for part in text.split(","):
        found.append(read_width(text, part, place))
        place += len(part) + 1
    if len(found) < 2:
        hint = f"write the output's, too: {text.strip()},1"
        raise wrong("a net has two columns at least", text, len(text), hint)
    return found


def read_width(text: str, part: str, place: int) -> int:
    """Return the number of units that stands at `place`."""
    word = part.strip()
    start = place + len(part) - len(part.lstrip())
    if not word:
        raise wrong("a number of units is missing", text, place)
    bad = re.search(r"[^0-9]", word)
    if bad:
        raise wrong(f"{word!r} is no number of units", text, start + bad.start())
    if len(word) >= LONGEST or int(word) == 0:
        raise wrong(f"a column has 1 to {'9' * (LONGEST - 1)} units", text, start)
    return int(word)


def wrong(message: str, text: str, position: int, hint: str = "") -> ExpressionError:
    """Return the error that points at the character."""
    return ExpressionError(
        message, text=text, position=position, hint=hint or "write the columns as in 64,128,64,10"
    )


def size(shape: Sequence[int]) -> int:
    """Return how many entries an array of this shape has."""
    found = 1
    for n in shape:
        found *= n
    return found
