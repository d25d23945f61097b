"""One open container: columns and what is in view of it, from top to bottom."""

import itertools
from collections.abc import Mapping

from chainrule.draw.layout.ends import Member
from chainrule.draw.layout.heights import Link, Slot, heights
from chainrule.draw.layout.parts import Piece
from chainrule.draw.layout.records import Container, Strand
from chainrule.explain.scene.records import BRANCH, LEAF

LANES = 6  # room that a passing wire needs above and below
LEAVES, BESIDE, ENDING, PASSING = 4.0, 0.25, 1.0, 8.0  # weights of links
LONG, CHAIN, END, FORK, BENT = 4, 3, 2, 1, 0  # which links are straight first

Stop = tuple[int, int]  # a column, and a position in it


class Frame:
    """A container in view: who stands where in its columns, and the links between them.

    Attributes:
        columns: the names in each column; a wire's where it passes.
        routes: for each piece of wire, its stops from end to end.
        links: for each piece, the links between its stops.
        ys: the height of each slot.
        height: of everything.
    """

    def __init__(
        self,
        container: Container,
        members: Mapping[str, Member],
        pieces: list[Piece],
        strands: Mapping[str, Strand],
    ) -> None:
        self.members = members
        self.strands = strands
        self.pieces = pieces
        passing = {piece.wire for piece in pieces}
        self.columns = [
            [name for name in layer if name in members or name in passing]
            for layer in container.layers
        ]
        self.mixed = {
            piece.target
            for piece in pieces
            if piece.source is None or members[piece.source].item.kind != LEAF
        }
        self.stops: dict[str, dict[int, int]] = {}  # of each name: column -> position
        for c, column in enumerate(self.columns):
            for i, name in enumerate(column):
                self.stops.setdefault(name, {})[c] = i
        self.routes = [self._route(piece) for piece in pieces]
        self.links = [self._links(*pair) for pair in zip(pieces, self.routes, strict=True)]
        slots = [[self._slot(name) for name in column] for column in self.columns]
        self.ys = heights(slots, [link for links in self.links for link in links])
        self.height = max(
            (
                y + slot.below
                for ys, column in zip(self.ys, slots, strict=True)
                for y, slot in zip(ys, column, strict=True)
            ),
            default=0.0,
        )

    def stop(self, name: str) -> Stop:
        """Return column and position of a member."""
        return next(iter(self.stops[name].items()))

    def _route(self, piece: Piece) -> list[Stop]:
        start = [] if piece.source is None else [self.stop(piece.source)]
        end = [] if piece.target is None else [self.stop(piece.target)]
        first = start[0][0] + 1 if start else 0
        last = end[0][0] if end else len(self.columns)
        passed = self.stops.get(piece.wire, {})
        return [*start, *((c, passed[c]) for c in range(first, last)), *end]

    def _slot(self, name: str) -> Slot:
        if name not in self.members:
            return Slot(LANES, LANES)
        item = self.members[name].item
        return Slot(item.above, item.below)

    def _links(self, piece: Piece, route: list[Stop]) -> list[Link]:
        source, target = piece.source, piece.target
        leave = self.members[source].leave[piece.wire] if source else 0.0
        arrive = self.members[target].arrive[piece.wire] if target else 0.0
        last = len(route) - 2
        found = []
        for k, ((column, start), (_, end)) in enumerate(itertools.pairwise(route)):
            begins, ends = k == 0 and source is not None, k == last and target is not None
            weight = self._weight(piece) if begins and ends else ENDING
            straight = self._straight(piece, begins, ends) if begins or ends else LONG
            found.append(
                Link(
                    column,
                    start,
                    leave if begins else 0.0,
                    end,
                    arrive if ends else 0.0,
                    weight if begins or ends else PASSING,
                    straight,
                )
            )
        return found

    def _weight(self, piece: Piece) -> float:
        """Return how hard a bend between two members counts.

        Gates stand in the middle of their leaves; a leaf beside another operand only follows.
        """
        if self.members[piece.source or ""].item.kind != LEAF:
            return ENDING
        return BESIDE if piece.target in self.mixed else LEAVES

    def _straight(self, piece: Piece, begins: bool, ends: bool) -> int:
        """Return how important it is that the link at the beginning or end of a piece is straight.

        Long wires come first; then chains, where a value has one use and its user one operand; then
        the beginning of a long wire, or its end where it comes out of a branch.
        """
        source, target = piece.source, piece.target
        one_use = source is None or len(self.members[source].leave) == 1
        one_operand = target is None or len(self.members[target].arrive) == 1
        if one_use and one_operand:
            return CHAIN
        if not begins:
            branched = source is None or self.members[source].item.kind == BRANCH
            return END if branched or one_operand else BENT
        if not ends:
            return END if one_use else BENT
        return FORK if one_operand else BENT
