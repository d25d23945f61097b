"""A scene taken apart: for each box, and for the whole, its direct parts and what joins them."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chainrule.draw.layout.records import TOP, Item, Strand


class Piece(NamedTuple):
    """The part of a wire that lies directly in one container.

    `source` and `target` are direct parts of the container; None where the wire comes in from
    outside or goes out.
    """

    wire: str
    container: str
    source: str | None
    target: str | None


@dataclass
class Part:
    """A container with its direct parts, in order of execution, and the pieces of wire in it."""

    members: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)


def pieces(wire: str, source: str, target: str, parents: Mapping[str, str]) -> Iterator[Piece]:
    """Yield the pieces of a wire from its source to its target."""
    around = parents[source]
    if around == parents[target]:
        yield Piece(wire, around, source, target)
        return
    outward, inward = chain(source, parents), chain(target, parents)
    shared = 1  # the whole is around both
    while outward[-1 - shared] == inward[-1 - shared]:
        shared += 1
    outward, inward = outward[:-shared], inward[:-shared]
    for inner, around in itertools.pairwise(outward):
        yield Piece(wire, around, inner, None)
    around = parents[outward[-1]]
    yield Piece(wire, around, outward[-1], inward[-1])
    for inner, around in reversed([*itertools.pairwise(inward)]):
        yield Piece(wire, around, None, inner)


def chain(item: str, parents: Mapping[str, str]) -> list[str]:
    """Return an item and the containers around it, innermost first."""
    found = [item]
    while found[-1] != TOP:
        found.append(parents[found[-1]])
    return found


def parts(items: Mapping[str, Item], strands: Mapping[str, Strand]) -> dict[str, Part]:
    """Return the containers of a scene, each before the containers in it."""
    found = {TOP: Part()}
    parents = {name: item.parent for name, item in items.items()}
    for name, parent in parents.items():
        found.setdefault(parent, Part()).members.append(name)
    for wire, strand in strands.items():
        for piece in pieces(wire, strand.source, strand.target, parents):
            found[piece.container].pieces.append(piece)
    return found
