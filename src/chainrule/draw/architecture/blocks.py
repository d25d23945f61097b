"""The picture of a module whose layers form no chain: nested boxes from top to bottom, arrows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from chainrule.draw import palette
from chainrule.draw.architecture.sizes import MARGIN, SIZE, SMALL, TITLE
from chainrule.draw.architecture.words import count
from chainrule.draw.curves import head
from chainrule.draw.marks import Box, Command, Curve, Group, Line, Mark, Move, Path, Picture, Words
from chainrule.draw.metrics import text_width
from chainrule.draw.numbers import shape
from chainrule.explain.architecture import Architecture, Block

PAD, APART = 14.0, 26.0  # inside of a box; from box to box, with room for an arrow
TOP, LEAF = 34.0, 40.0  # height of a box's title; of a box without others inside
END = 26.0  # height of input and output
BETWEEN = 10.0  # between pieces of text
LANE = 14.0  # between arrows that pass others by
INPUT, OUTPUT = "input", "output"


@dataclass(frozen=True)
class Folded:
    """A block, and how often it stands one after the other."""

    block: Block
    times: int
    inner: "tuple[Folded, ...]"


@dataclass(frozen=True)
class Placed:
    """A box in the picture."""

    folded: Folded
    x: float
    y: float
    width: float
    height: float


def picture(net: Architecture, theme: str = "light") -> Picture:
    """Return the drawing of a module as nested blocks, in the order of execution."""
    assert net.block is not None
    stands_for: dict[str, str] = {}
    root = folded(net.block, stands_for)
    boxes = {p.folded.block.path: p for p in placed(root, bool(net.arrows))}
    arrows = net.arrows if root.inner else ((INPUT, ""), ("", OUTPUT))
    lanes = numbered(arrows, boxes, stands_for)
    right = max(p.x + p.width for p in boxes.values())
    title = text_width(net.title, TITLE, "bold") + 16 + text_width(count(net), SIZE)
    drawing = Drawing(boxes, theme, right)
    marks = [*drawing.title(net), *drawing.boxes()]
    marks += [mark for ends, lane in lanes.items() for mark in drawing.arrow(*ends, lane)]
    past = max(lanes.values(), default=0) * LANE
    return Picture(
        width=max(right + past, MARGIN + title) + MARGIN,
        height=max(p.y + p.height for p in boxes.values()) + MARGIN,
        ground=palette.BACKGROUND.on(theme),
        title=net.title or "module",
        description=f"A module with {count(net)}, as nested blocks in the order of execution.",
        marks=tuple(marks),
    )


def folded(block: Block, stands_for: dict[str, str]) -> Folded:
    """Return a block with inner blocks that look alike once; `stands_for` learns their paths."""
    inner: list[Folded] = []
    for child in block.inner:
        if inner and repeats(inner[-1].block, child):
            stands_for[child.path] = inner[-1].block.path
            inner[-1] = replace(inner[-1], times=inner[-1].times + 1)
        else:
            inner.append(folded(child, stands_for))
    return Folded(block, 1, tuple(inner))


def repeats(before: Block, block: Block) -> bool:
    """Return whether a block looks like the one before it in the same list."""
    return block.path[-1:].isdigit() and alike(before, block)


def alike(a: Block, b: Block) -> bool:
    same = (a.title, a.arrays, a.output) == (b.title, b.arrays, b.output)
    pairs = zip(a.inner, b.inner, strict=False)
    return same and len(a.inner) == len(b.inner) and all(alike(x, y) for x, y in pairs)


def representative(path: str, stands_for: Mapping[str, str]) -> str:
    """Return the path of the box that is drawn for a block."""
    for copy, first in stands_for.items():
        if path == copy or path.startswith(f"{copy}."):
            return first + path[len(copy) :]
    return path


def own_width(folded: Folded) -> float:
    """Return how wide a box must be for what is written in it."""
    pieces = written(folded)
    return 2 * PAD + sum(text_width(p.text, p.size, p.face) + BETWEEN for p in pieces) - BETWEEN


class Piece(NamedTuple):
    """Something written in a box."""

    text: str
    size: float = SMALL
    face: str = "sans"
    colour: palette.Colour = palette.SECONDARY


def written(folded: Folded) -> tuple[Piece, ...]:
    """Return the words of a box: path, class, shapes of parameters; on the right what comes out."""
    block = folded.block
    path = block.path if block.path[-1:].isdigit() else block.path.rpartition(".")[2]
    out = f"→ {shape(block.output)}" if block.output else ""
    return (
        Piece(path, SIZE, "bold", palette.INK),
        Piece(block.title, SIZE, "sans", palette.INK),
        Piece(", ".join(f"{name} {shape(sizes)}" for name, sizes in block.arrays)),
        Piece(f"× {folded.times}" if folded.times > 1 else "", SIZE, "bold", palette.INK),
        Piece(out, colour=palette.FORWARD),
    )


def size(folded: Folded) -> tuple[float, float]:
    """Return the width and the height of a box with all inside."""
    if not folded.inner:
        return own_width(folded), LEAF
    sizes = [size(inner) for inner in folded.inner]
    width = max(own_width(folded), *(w + 2 * PAD for w, _ in sizes))
    return width, TOP + sum(h for _, h in sizes) + APART * (len(sizes) - 1) + PAD + 4


def placed(root: Folded, ends: bool) -> Iterator[Placed]:
    """Yield the boxes, outer ones first, between the input at the top and the output, if known."""
    shown = root.inner or (root,)
    sizes = [size(inner) for inner in shown]
    width = max(w for w, _ in sizes)
    x, y = MARGIN, MARGIN + TITLE + 20
    if ends:
        yield end(INPUT, x, y, width)
        y += END + APART
    for inner, (_, height) in zip(shown, sizes, strict=True):
        yield from inside(inner, x, y, width, height)
        y += height + APART
    if ends:
        yield end(OUTPUT, x, y, width)


def end(name: str, x: float, y: float, width: float) -> Placed:
    return Placed(Folded(Block(path=name, title=""), 1, ()), x + width / 2 - 32, y, 64, END)


def inside(folded: Folded, x: float, y: float, width: float, height: float) -> Iterator[Placed]:
    """Yield a box and those inside, which take its whole width."""
    waiting = [Placed(folded, x, y, width, height)]
    while waiting:
        here = waiting.pop()
        yield here
        y = here.y + TOP
        for inner in here.folded.inner:
            height = size(inner)[1]
            waiting.append(Placed(inner, here.x + PAD, y, here.width - 2 * PAD, height))
            y += height + APART


def numbered(
    arrows: Iterable[tuple[str, str]], boxes: Mapping[str, Placed], stands_for: Mapping[str, str]
) -> dict[tuple[str, str], int]:
    """Return the arrows that are drawn: 0 for one to the next box, else the number of its lane."""
    order = [p for p, box in boxes.items() if not box.folded.inner]
    order.sort(key=lambda p: boxes[p].y)
    found: dict[tuple[str, str], int] = {}
    for ends in arrows:
        source, target = (representative(path, stands_for) for path in ends)
        if source not in order or target not in order:
            continue
        a, b = order.index(source), order.index(target)
        if b == a + 1:
            found[source, target] = 0
        elif b > a:
            taken = {
                lane for (s, t), lane in found.items() if order.index(s) < b and a < order.index(t)
            }
            found[source, target] = min(set(range(1, len(found) + 2)) - taken)
    return found


class Drawing:
    """One picture in the making."""

    def __init__(self, placed: Mapping[str, Placed], theme: str, right: float) -> None:
        self.placed = placed
        self.theme = theme
        self.right = right

    def on(self, colour: palette.Colour) -> str:
        return colour.on(self.theme)

    def title(self, net: Architecture) -> Iterator[Mark]:
        width = text_width(net.title, TITLE, "bold")
        x, y, ink = MARGIN + width + 16, MARGIN + 12, self.on(palette.INK)
        yield Words(MARGIN, y, net.title, TITLE, ink, "bold", fit=width)
        yield Words(x, MARGIN + 12, count(net), SIZE, self.on(palette.SECONDARY))

    def boxes(self) -> Iterator[Mark]:
        for path, box in self.placed.items():
            yield Group(f"block-{path}", tuple(self.box(path, box)))

    def box(self, path: str, box: Placed) -> Iterator[Mark]:
        ink, grey = self.on(palette.INK), self.on(palette.SECONDARY)
        if not box.folded.block.title:
            yield Box(
                box.x, box.y, box.width, box.height, END / 2, self.on(palette.CARD), grey, 1.0
            )
            yield Words(box.x + box.width / 2, box.y + 17, path, SMALL, ink, anchor="middle")
            return
        outer = bool(box.folded.inner)
        fill = self.on(palette.BACKGROUND if outer else palette.CARD)
        line = self.on(palette.HAIRLINE) if outer else ink
        yield Box(box.x, box.y, box.width, box.height, 12.0, fill, line, 1.0)
        *left, times, out = written(box.folded)
        y = box.y + (22 if outer else LEAF / 2 + 5)
        x = box.x + PAD
        for piece in left:
            yield self.words(piece, x, y)
            x += (text_width(piece.text, piece.size, piece.face) + BETWEEN) * bool(piece.text)
        x = box.x + box.width - PAD
        for piece in (out, times):
            yield self.words(piece, x, y, "end")
            x -= (text_width(piece.text, piece.size, piece.face) + BETWEEN) * bool(piece.text)

    def words(self, piece: Piece, x: float, y: float, anchor: str = "start") -> Mark:
        fit = text_width(piece.text, piece.size, piece.face)
        ink = self.on(piece.colour)
        return Words(x, y, piece.text, piece.size, ink, piece.face, anchor, fit)

    def arrow(self, source: str, target: str, lane: int) -> Iterator[Mark]:
        """Yield an arrow straight down to the next box, or past others on the right."""
        a, b = self.placed[source], self.placed[target]
        ink = self.on(palette.FORWARD)
        if lane == 0:
            x, y0, y1 = a.x + a.width / 2, a.y + a.height, b.y
            yield Path((Move(x, y0 + 2), Line(x, y1 - 8)), ink, 1.6)
            yield Path((Move(x, y1 - 1), Line(x - 3.5, y1 - 8), Line(x + 3.5, y1 - 8)), fill=ink)
            return
        y0, y1 = a.y + a.height / 2 + 6, b.y + b.height / 2 - 6
        x0, x1 = a.x + a.width, b.x + b.width
        yield Path(around(x0 + 1, y0, x1 + 8, y1, self.right + lane * LANE), ink, 1.6)
        yield Path(head(x1 + 1, y1, -1), fill=ink)


def around(x0: float, y0: float, x1: float, y1: float, far: float) -> tuple[Command, ...]:
    """Return the way out to the right, down, and back, with round corners."""
    r = 8.0
    return (
        Move(x0, y0),
        Line(far - r, y0),
        Curve(far, y0, far, y0, far, y0 + r),
        Line(far, y1 - r),
        Curve(far, y1, far, y1, far - r, y1),
        Line(x1, y1),
    )
