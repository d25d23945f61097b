"""The columns of a container from left to right, and the wires between them.

Wires bend in the middle of a gap only. Left of the bend is room for the numbers of the column
before, right of it for the shares that arrive at the next: no wire ever crosses a number.
"""

import math

from chainrule.draw.layout.frame import Frame
from chainrule.draw.layout.heights import Link
from chainrule.draw.layout.parts import Piece
from chainrule.draw.layout.records import Label, Point

BESIDE = 10  # between a node and the number at its wire: an arrowhead stands there
LEAST_BEND, MOST_BEND, SLOPE = 32, 160, 0.15
ROOM = 24  # the least space beside the widest number of a gap
LEVEL = 0.01  # heights that differ less are the same


class Across:
    """A frame with its columns placed from 0 on.

    Attributes:
        left, widths: of each column.
        begin, end: where the bends of the gap behind each column begin and end.
        width: of everything.
    """

    def __init__(self, frame: Frame, least: float = 0.0) -> None:
        self.frame = frame
        count = len(frame.columns)
        self.widths = [
            max((frame.members[n].item.width for n in column if n in frame.members), default=0.0)
            for column in frame.columns
        ]
        self.before, self.after, self.bend = [0.0] * count, [0.0] * count, [0.0] * count
        for piece, links in zip(frame.pieces, frame.links, strict=True):
            self._make_room(piece, links)
        self.left: list[float] = []
        self.begin: list[float] = []
        self.end: list[float] = []
        self.width = 0.0
        for column in range(count):
            self._put(column)
        if self.width < least:
            self._widen(least)

    def _make_room(self, piece: Piece, links: list[Link]) -> None:
        """Widen the gaps for the numbers and bends of a piece."""
        strand = self.frame.strands[piece.wire]
        for link in links:
            c = link.column
            self.after[c] = max(self.after[c], BESIDE)
            self.bend[c] = max(self.bend[c], abs(self.start(link) - self.stop(link)))
        if piece.source and strand.near and not self.frame.members[piece.source].is_open:
            c, _ = self.frame.stop(piece.source)
            room = strand.near + 2 * BESIDE - self.slack(piece.source)
            self.before[c] = max(self.before[c], room)
        if piece.target and strand.far and not self.frame.members[piece.target].is_open:
            c, _ = self.frame.stop(piece.target)
            room = strand.far + 2 * BESIDE - self.slack(piece.target)
            self.after[c - 1] = max(self.after[c - 1], room)

    def _put(self, column: int) -> None:
        """Place a column and the gap behind it."""
        self.left.append(self.width)
        rise = self.bend[column]
        bend = min(LEAST_BEND + SLOPE * rise, MOST_BEND) if rise > LEVEL else ROOM
        last = column == len(self.widths) - 1
        self.begin.append(math.ceil(self.width + self.widths[column] + self.before[column]))
        self.end.append(self.begin[column] + (0 if last else math.ceil(bend)))
        self.width = math.ceil(self.end[column] + self.after[column])

    def _widen(self, width: float) -> None:
        """Make everything this wide; what goes out does so at the new border."""
        if any(piece.target is None for piece in self.frame.pieces):
            self.left[-1] += width - self.width
        self.width = width

    def slack(self, name: str) -> float:
        """Return how much narrower than its column a member is, on one side."""
        column, _ = self.frame.stop(name)
        return (self.widths[column] - self.frame.members[name].item.width) / 2

    def x(self, name: str) -> float:
        """Return the middle of a member."""
        column, _ = self.frame.stop(name)
        return self.left[column] + self.widths[column] / 2

    def y(self, name: str) -> float:
        column, position = self.frame.stop(name)
        return self.frame.ys[column][position]

    def start(self, link: Link) -> float:
        return self.frame.ys[link.column][link.start] + link.leave

    def stop(self, link: Link) -> float:
        return self.frame.ys[link.column + 1][link.end] + link.arrive

    def border(self) -> tuple[dict[str, float], dict[str, float]]:
        """Return at what height each wire comes in, and at what height it goes out."""
        arrive, leave = {}, {}
        for piece, links in zip(self.frame.pieces, self.frame.links, strict=True):
            if piece.source is None:
                arrive[piece.wire] = self.start(links[0])
            if piece.target is None:
                leave[piece.wire] = self.stop(links[-1])
        return arrive, leave

    def path(self, number: int) -> list[Point]:
        """Return the way-points of a piece, from port to port or to the border."""
        piece, links = self.frame.pieces[number], self.frame.links[number]
        start = [Point(self.leave_x(piece), self.start(links[0]))]
        bends = [
            point
            for link in links
            for point in (
                Point(self.begin[link.column], self.start(link)),
                Point(self.end[link.column], self.stop(link)),
            )
        ]
        return [*start, *bends, Point(self.arrive_x(piece), self.stop(links[-1]))]

    def leave_x(self, piece: Piece) -> float:
        if piece.source is None:
            return 0.0
        return self.x(piece.source) + self.frame.members[piece.source].item.width / 2

    def arrive_x(self, piece: Piece) -> float:
        if piece.target is None:
            return self.width
        return self.x(piece.target) - self.frame.members[piece.target].reach(piece.wire)

    def label(self, number: int) -> Label | None:
        """Return where the numbers of a wire stand, if they stand at this piece of it."""
        piece, links = self.frame.pieces[number], self.frame.links[number]
        strand = self.frame.strands[piece.wire]
        if strand.near and piece.source == strand.source:
            x = self.leave_x(piece) + BESIDE + strand.near / 2
            return Label(x, self.start(links[0]), "middle")
        if strand.far and piece.target == strand.target:
            return Label(self.arrive_x(piece) - BESIDE, self.stop(links[-1]), "end")
        return None
