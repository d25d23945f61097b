"""A drawing that is cut to fit a window: pieces under each other, marks where wires go on."""

from collections.abc import Iterator, Sequence
from itertools import chain, count

from chainrule.draw.wires.order import Columns
from chainrule.draw.wires.plan import Plan, Widths, Writer, plan
from chainrule.explain.scene.records import Scene

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def pieces(scene: Scene, found: Columns, width: int, write: Writer) -> list[Plan] | None:
    """Return plans no wider than `width`; None where a single column is wider.

    A piece that has been cut is planned anew, and may need more tracks than it had: then the cuts
    are made as for a narrower window.
    """
    whole = plan(scene, found, write)
    lanes = [len(behind) for behind in found.lanes]
    for narrower in range(width, width // 2, -2):
        parts = cuts(whole.widths, lanes, narrower)
        plans = list(planned(scene, found, parts, write))
        if all(piece.width <= width for piece in plans):
            return plans
    return None


def planned(scene: Scene, found: Columns, parts: Sequence[range], write: Writer) -> Iterator[Plan]:
    names = chain(CIRCLED, (f"⟨{i}⟩" for i in count(len(CIRCLED) + 1)))
    cut: dict[str, str] = {}
    for part in parts:
        piece = found.piece(part, names, cut)
        if any(piece.items):
            yield plan(scene, piece, write)


def cuts(widths: Sequence[Widths], lanes: Sequence[int], width: int) -> list[range]:
    """Return the columns of each piece of a drawing that is cut to fit into `width`.

    As few pieces as possible, then as few cut wires as possible, then the last one short. `lanes`
    are how many wires lead from each column to the next. A piece is too wide where one column is.
    """
    last = len(widths)
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # pieces, cut wires, where the last one starts
    for stop in range(1, last + 1):
        fitting = [
            start
            for start in range(stop)
            if start == stop - 1 or piece_width(widths, range(start, stop)) <= width
        ]
        cut = lanes[stop - 1] if stop < last else 0
        found = min((best[a][0] + 1, best[a][1] + cut, -a) for a in fitting)
        best.append((*found[:2], -found[2]))
    parts: list[range] = []
    stop = last
    while stop:
        parts.append(range(best[stop][2], stop))
        stop = best[stop][2]
    return parts[::-1]


def piece_width(widths: Sequence[Widths], part: range) -> int:
    """Return how wide the columns in `part` are, with the marks of wires that are cut."""
    inner = sum(widths[i].whole for i in part)
    if part.stop < len(widths):
        inner += 1 - widths[part[-1]].upright
    if part.start:
        inner += widths[part.start - 1].before
    return inner
