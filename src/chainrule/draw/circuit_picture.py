"""The circuit as marks: wires with two lanes and two numbers, leaves, gates, branches, boxes.

Colour follows the passes: what a step has not computed yet is faint, and has no number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

from chainrule.draw import palette
from chainrule.draw.curves import APART, HEAD, head, lane, with_ends
from chainrule.draw.labels import name_words
from chainrule.draw.layout.records import Layout, Place
from chainrule.draw.layout.sizes import title
from chainrule.draw.marks import Box, Group, Mark, Path, Words, disc
from chainrule.draw.metrics import text_width
from chainrule.draw.numbers import grad_text, wire_text
from chainrule.draw.palette import Colour
from chainrule.explain.scene.records import BRANCH, LEAF, MODULE, OP, OUT, Scene, SceneNode, Wire
from chainrule.explain.scene.steps import known_after

NUMBER, SHARE, NAME, SYMBOL, RESULT = 14, 12, 14, 16, 24  # sizes of type
THIN, THICK, EDGE, FOCUS = 1.8, 3.0, 1.3, 2.6  # widths of lines
ABOVE, BELOW = 7.5, 17.5  # baselines of the two numbers, from the wire's centre line
SHARE_BELOW = 15.5
CORNER, ROUND = 8, 20  # of a leaf, of a gate
SIGNS = "+×−÷=≠<≤>≥⊙√"
SIZES = {**dict.fromkeys(SIGNS, 20), "ᵀ": 26}  # of symbols that are a single sign
DOT = 4.5


@dataclass(frozen=True)
class Look:
    """What is drawn, where, in which theme, and how far the passes have run."""

    scene: Scene
    layout: Layout
    theme: str = "light"
    step: int | None = None

    def ink(self, colour: Colour) -> str:
        return colour.on(self.theme)

    @cached_property
    def known(self) -> tuple[set[str], set[str]]:
        """The wires whose value, and those whose gradient, is shown."""
        if self.step is not None:
            return known_after(self.scene, self.step)
        wires = self.scene.wires
        return (
            {w.id for w in wires if w.value is not None or w.count > 1},
            {w.id for w in wires if w.grad is not None or w.count > 1},
        )

    @cached_property
    def current(self) -> str:
        """The gate of the last step, empty where no step is shown."""
        return self.scene.steps[self.step - 1].node if self.step else ""

    @cached_property
    def fresh(self) -> tuple[str, ...]:
        """The wires that got their number by the last step."""
        return self.scene.steps[self.step - 1].wires if self.step else ()

    def progress(self, wire: Wire) -> int:
        """Return how much is known of a wire: what is drawn later lies above."""
        values, grads = self.known
        return (wire.id in values) + (wire.id in grads) + (wire.id in self.fresh)


def circuit(look: Look) -> list[Mark]:
    """Return the marks of the circuit, in the coordinates of its layout."""
    nodes = look.scene.nodes
    wires = look.scene.wires
    return [
        *(Group(node.id, tuple(room(look, node))) for node in nodes if is_open(node)),
        *(Group(wire.id, tuple(lanes(look, wire))) for wire in sorted(wires, key=look.progress)),
        *(
            Group(node.id, tuple(DRAWN[node.kind](look, node)))
            for node in nodes
            if not is_open(node)
        ),
        *(mark for wire in wires for mark in numbers(look, wire)),
    ]


def is_open(node: SceneNode) -> bool:
    return node.kind == MODULE and node.whole


# Wires.


def lanes(look: Look, wire: Wire) -> Iterator[Mark]:
    """Yield the lane to the right with its value, and the one back with its gradient."""
    path = look.layout.paths[wire.id]
    values, grads = look.known
    ends = (path[0].y, path[-1].y)
    faint = look.ink(palette.FAINT)
    runs = (
        (APART / 2, wire.id in grads, palette.GRADIENT, -1),
        (-APART / 2, wire.id in values, palette.FORWARD, 1),
    )
    for shift, known, colour, direction in runs:
        start, end = outer_ends(look, wire, shift)
        ink = look.ink(colour) if known else faint
        tip = end if direction == 1 else start
        there = (start, end - HEAD[0] + 1) if direction == 1 else (start + HEAD[0] - 1, end)
        commands = lane(with_ends(path, *there), shift)
        yield Path(tuple(commands), stroke=ink, width=thickness(look, wire, known, direction))
        yield Path(head(tip, ends[direction == 1] + shift, direction), fill=ink, closed=True)


def outer_ends(look: Look, wire: Wire, shift: float) -> tuple[float, float]:
    """Return the x at which a lane leaves its source, and that at which it reaches its target."""
    path = look.layout.paths[wire.id]
    source, target = look.scene.by_id[wire.source], look.scene.by_id[wire.target]
    return (
        boundary(look, source, path[0].y + shift, 1),
        boundary(look, target, path[-1].y + shift, -1),
    )


def thickness(look: Look, wire: Wire, known: bool, direction: int) -> float:
    """Return how thick a lane is: thick where the last step has put a number."""
    steps = look.scene.steps
    forward = bool(look.step) and steps[(look.step or 1) - 1].direction == "forward"
    fresh = known and wire.id in look.fresh and forward == (direction == 1)
    return THICK if fresh or wire.count > 1 else THIN


def boundary(look: Look, node: SceneNode, y: float, side: int) -> float:
    """Return the x where a lane at height y meets a node, on its left (-1) or its right (1)."""
    place = look.layout.places[node.id]
    half = DOT + 1 if node.kind == BRANCH else place.width / 2
    if node.kind == OP:
        off = min(abs(y - place.y), ROUND)
        half -= ROUND - sqrt(ROUND**2 - off**2)
    return place.x + side * half


def numbers(look: Look, wire: Wire) -> Iterator[Mark]:
    """Yield the numbers of a wire; one out of a branch has its share of the gradient only."""
    where = look.layout.labels.get(wire.id)
    if where is None:
        return
    values, grads = look.known
    share = look.scene.by_id[wire.source].kind == BRANCH
    above = wire_text(wire.value) if wire.id in values and not share else ""
    below = grad_text(wire.grad) if wire.id in grads else ""
    size, down = (SHARE, SHARE_BELOW) if share else (NUMBER, BELOW)
    for text, y, points, colour in (
        (above, where.y - ABOVE, NUMBER, palette.FORWARD),
        (below, where.y + down, size, palette.GRADIENT),
    ):
        if not text:
            continue
        words = Words(where.x, y, text, points, look.ink(colour), "mono", where.anchor)
        if "NaN" in text or "∞" in text:
            yield framed(words)
        yield words


def framed(words: Words) -> Box:
    """Return a frame around words: what is wrong is seen first."""
    wide = text_width(words.text, words.size, words.face)
    left = words.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor] * wide
    top = words.y - 0.88 * words.size
    return Box(left - 3, top, wide + 6, 1.06 * words.size, 4, "", words.colour, EDGE)


# Nodes.


def leaf(look: Look, node: SceneNode) -> Iterator[Mark]:
    """Yield a leaf: a rounded box, tinted with a dark edge for a parameter."""
    place = look.layout.places[node.id]
    trained = node.use == "parameter"
    fill = palette.FAINT if trained else palette.CARD
    stroke = palette.INK if trained else palette.HAIRLINE
    yield rectangle(place, CORNER, look.ink(fill), look.ink(stroke), EDGE)
    yield from name_words(node.label, place.x, place.y + 5, SYMBOL + 2, look.ink(palette.INK))


def gate(look: Look, node: SceneNode) -> Iterator[Mark]:
    """Yield a gate: a circle, or a pill around a word, with its name above."""
    place = look.layout.places[node.id]
    now = node.id == look.current
    fill = palette.LOCAL_TINT if now else palette.CARD
    stroke, width = (palette.LOCAL, FOCUS) if now else (palette.INK, EDGE)
    yield rectangle(place, ROUND, look.ink(fill), look.ink(stroke), width)
    size = SIZES.get(node.symbol, SYMBOL)
    base = place.y + middle(node.symbol) * size
    yield Words(place.x, base, node.symbol, size, look.ink(palette.INK), "sans", "middle")
    above = place.y - place.height / 2 - 7
    yield from name_words(node.label, place.x, above, NAME, look.ink(palette.SECONDARY))


def branch(look: Look, node: SceneNode) -> Iterator[Mark]:
    """Yield a dot where a value goes several ways, and gradients add."""
    place = look.layout.places[node.id]
    if node.id == look.current:
        tint, edge = look.ink(palette.LOCAL_TINT), look.ink(palette.LOCAL)
        yield disc(place.x, place.y, place.width / 2 + 3, tint, edge, FOCUS)
    yield disc(place.x, place.y, DOT, look.ink(palette.INK))


def out(look: Look, node: SceneNode) -> Iterator[Mark]:
    """Yield the name of the result, large, where the circuit ends."""
    place = look.layout.places[node.id]
    x = place.x - place.width / 2 + 12
    yield from name_words(node.label, x, place.y + 7, RESULT, look.ink(palette.INK), "start")


def closed(look: Look, node: SceneNode) -> Iterator[Mark]:
    """Yield a closed box: what it is, and how many gates it holds."""
    place = look.layout.places[node.id]
    now = node.id == look.current
    stroke, width = (palette.LOCAL, FOCUS) if now else (palette.INK, EDGE)
    yield rectangle(place, CORNER, look.ink(palette.CARD), look.ink(stroke), width)
    ink, soft = look.ink(palette.INK), look.ink(palette.SECONDARY)
    yield Words(place.x, place.y - 3, title(node), NAME, ink, "bold", "middle")
    held = f"{node.gates:,} gate{'s' * (node.gates != 1)}".replace(",", " ")
    yield Words(place.x, place.y + 14, held, SHARE, soft, "sans", "middle")


def room(look: Look, node: SceneNode) -> Iterator[Mark]:
    """Yield an open box: a hairline around what it holds, its name in the corner."""
    place = look.layout.places[node.id]
    yield rectangle(place, 12, "", look.ink(palette.HAIRLINE), EDGE)
    left, top = place.x - place.width / 2, place.y - place.height / 2
    yield Words(left + 12, top + 18, title(node), SHARE, look.ink(palette.SECONDARY))


def rectangle(place: Place, radius: float, fill: str, stroke: str, width: float) -> Box:
    left, top = place.x - place.width / 2, place.y - place.height / 2
    return Box(left, top, place.width, place.height, radius, fill, stroke, width)


def middle(symbol: str) -> float:
    """Return how far the middle of a symbol lies above its baseline, against its size."""
    if symbol in SIGNS:
        return 0.285
    if symbol == "ᵀ":
        return 0.53
    return 0.27 if len(symbol) == 1 and symbol.islower() else 0.34


DRAWN = {LEAF: leaf, OP: gate, BRANCH: branch, OUT: out, MODULE: closed}
