"""How large nodes and numbers are, before anything has a place."""

import math

from chainrule.draw.layout.records import Item, Strand
from chainrule.draw.metrics import text_width
from chainrule.draw.numbers import grad_text, wire_text
from chainrule.explain.scene.records import BRANCH, LEAF, MODULE, OP, OUT, SceneNode, Wire

GATE, DOT, LEAF_SIZE = 40, 16, (52, 34)
NUMBER, SHARE, NAME, SYMBOL, LETTER, RESULT = 14, 12, 14, 16, 18, 24  # sizes of type
NUMBERS = 22  # above and below a wire's centre line that numbers need
NAMED = 18  # a gate's name above it
APART = 8  # space around everything
NARROWEST = "−0.00"  # room that every number gets, so that an edit moves little


def item(node: SceneNode) -> Item:
    """Return a node's size, and the room it needs above and below its centre."""
    width, height = size(node)
    named = NAMED if node.kind == OP else 0
    least = 0 if node.kind in (BRANCH, OUT) else NUMBERS
    return Item(
        kind=node.kind,
        parent=node.parent,
        width=width,
        height=height,
        above=max(height / 2 + named, least) + APART,
        below=max(height / 2, least) + APART,
    )


def size(node: SceneNode) -> tuple[int, int]:
    """Return width and height, both even."""
    if node.kind == BRANCH:
        return DOT, DOT
    if node.kind == OUT:
        return even(text_width(node.label, RESULT, "math") + 16), GATE
    if node.kind == LEAF:
        least, height = LEAF_SIZE
        return max(least, even(text_width(node.label, LETTER, "math") + 28)), height
    if node.kind == MODULE:
        return max(96, even(text_width(title(node), NAME, "bold") + 32)), 48
    return max(GATE, even(text_width(node.symbol, SYMBOL) + 20)), GATE


def title(node: SceneNode) -> str:
    """Return what is written in a box: its path, and the name of its class."""
    return f"{node.label} {node.op}".strip()


def even(x: float) -> int:
    return 2 * math.ceil(x / 2)


def strand(wire: Wire, source: SceneNode) -> Strand:
    """Return how wide the numbers of a wire are; one out of a branch shows its share only."""
    value, grad = wire_text(wire.value), grad_text(wire.grad)
    far = wide(grad, SHARE) if source.kind == BRANCH else 0
    return Strand(
        source=wire.source,
        target=wire.target,
        operand=wire.operand,
        near=max(wide(value, NUMBER), wide(grad, NUMBER)),
        far=far,
    )


def wide(text: str, points: float) -> int:
    return math.ceil(text_width(text if len(text) > len(NARROWEST) else NARROWEST, points, "mono"))
