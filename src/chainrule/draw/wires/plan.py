"""Where everything of a drawing stands: columns, lines, tracks and widths."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chainrule.draw.wires.channel import Bus, tracked, tracks
from chainrule.draw.wires.heights import Heights, heights
from chainrule.draw.wires.order import Columns, Lane
from chainrule.explain.scene.records import BRANCH, LEAF, MODULE, OP, OUT, Scene, Value

SPACING = 2  # columns of characters from one track to the next
MARK = 2  # characters of a mark where a wire is cut, with the wire at it
FRAMES = {LEAF: "[{}]", OP: "({})", MODULE: "{{{}}}", OUT: "{}", BRANCH: "●{}"}


@dataclass(frozen=True)
class Writer:
    """How values and gradients are written."""

    value: Callable[[Value], str]
    grad: Callable[[Value], str]


@dataclass(frozen=True)
class Widths:
    """The characters of a column: its nodes, the numbers behind them, the upright wires."""

    nodes: int
    numbers: int
    upright: int
    moved: int = 0  # what a piece that starts behind the column takes from it, numbers included

    @property
    def before(self) -> int:
        """The characters of the beginning of a piece that starts behind this column."""
        return max(self.moved, MARK) + self.upright + 1

    @property
    def whole(self) -> int:
        return self.nodes + self.numbers + self.upright + bool(self.numbers)  # an arrowhead


@dataclass(frozen=True)
class Plan:
    """A scene without open boxes, or a piece of it, and where everything in it goes."""

    scene: Scene
    columns: Columns
    heights: Heights
    buses: tuple[tuple[Bus, ...], ...]  # behind each column
    widths: tuple[Widths, ...]

    @property
    def width(self) -> int:
        return sum(widths.whole for widths in self.widths)


def plan(scene: Scene, found: Columns, write: Writer) -> Plan:
    """Return where everything in these columns goes."""
    lines = heights(found)
    buses = [tuple(tracked(list(buses_behind(i, found, lines)))) for i in range(len(found.items))]
    widths = tuple(widths_of(i, scene, found, buses[i], write) for i in range(len(buses)))
    return Plan(scene, found, lines, tuple(buses), widths)


def widths_of(i: int, scene: Scene, found: Columns, behind: Sequence[Bus], write: Writer) -> Widths:
    """Return the widths of column i."""
    texts = {item: len(item_text(scene, found, item)) for item in found.items[i]}
    upright = max(SPACING * tracks(behind) - SPACING + 1, 0)
    numbers = {x.wire.id: numbers_width(scene, x, write, upright) for x in found.lanes[i]}
    moved = [lane for lane in found.lanes[i] if found.is_movable(i, lane)]
    return Widths(
        nodes=max(texts.values(), default=0),
        numbers=max(numbers.values(), default=0),
        upright=upright,
        moved=max((texts[x.source] for x in moved), default=0)
        + max((numbers[x.wire.id] for x in moved), default=0),
    )


def buses_behind(i: int, found: Columns, lines: Heights) -> Iterator[Bus]:
    """Yield what joins the lanes behind column i to each of the items of the next."""
    entering: dict[str, dict[str, int]] = {}
    for lane in found.lanes[i]:
        entering.setdefault(lane.target, {})[lane.wire.id] = lines.lanes[i, lane.wire.id]
    for target, lanes in entering.items():
        yield Bus(target, lanes, lines.items[target])


def item_text(scene: Scene, found: Columns, item: str) -> str:
    """Return what is drawn for an item of a column; the place of a passing wire has no text."""
    node = scene.by_id.get(item)
    if node is None:
        return found.marks.get(item, "")
    return FRAMES[node.kind].format(node.label if node.kind in (LEAF, OUT, MODULE) else node.symbol)


def wire_label(scene: Scene, lane: Lane) -> str:
    """Return the name of the value that leaves a gate; what stands at either end needs none."""
    if lane.wire.count > 1:
        return f"{lane.wire.count}×"
    node = scene.by_id[lane.wire.source]
    to_the_end = scene.by_id[lane.wire.target].kind == OUT
    return node.label if node.kind == OP and lane.first and not to_the_end else ""


def numbers_width(scene: Scene, lane: Lane, write: Writer, upright: int) -> int:
    """Return how many characters the numbers of a lane take, with one before.

    One behind keeps them off upright wires, and a name on the wire off the arrowhead.
    """
    if not lane.first:
        return 1
    wire = lane.wire
    numbers = max(len(write.value(wire.value)), len(write.grad(wire.grad)))
    return 1 + max(numbers + bool(upright), len(wire_label(scene, lane)) + 1)
