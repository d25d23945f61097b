"""Ink for a plan: nodes, wires and numbers as characters."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from chainrule.draw.wires.canvas import Canvas
from chainrule.draw.wires.channel import Bus
from chainrule.draw.wires.order import Lane
from chainrule.draw.wires.plan import SPACING, Plan, Writer, item_text, wire_label

Row = list[tuple[str, str]]
WIRE = "faint"  # the style of wires


@dataclass(frozen=True)
class Shown:
    """What of a scene is visible: the wires with a value, those with a gradient; what is lit."""

    values: Collection[str]
    grads: Collection[str]
    lit: Collection[str] = ()  # nodes


def rows(plan: Plan, shown: Shown, write: Writer) -> Iterator[Row]:
    """Yield the lines of a drawing, each as pieces of one style."""
    ink = Ink(plan, shown, write)
    at = 0
    for i in range(len(plan.columns.items)):
        at = ink.channel(i, ink.column(i, at))
    return ink.canvas.rows()


class Ink:
    """A canvas on its way to a drawing, from left to right."""

    def __init__(self, plan: Plan, shown: Shown, write: Writer) -> None:
        self.plan = plan
        self.shown = shown
        self.write = write
        self.canvas = Canvas()

    def column(self, i: int, at: int) -> int:
        """Draw nodes and the lanes behind them with their numbers; return where these end."""
        widths = self.plan.widths[i]
        behind = at + widths.nodes + widths.numbers
        for lane in self.plan.columns.lanes[i]:
            line = self.plan.heights.lanes[i, lane.wire.id]
            text = item_text(self.plan.scene, self.plan.columns, lane.source)
            self.canvas.horizontal(line, at + len(text), behind, WIRE)
            if lane.first:
                self.numbers(lane, line, at + widths.nodes + 1)
        for item in self.plan.columns.items[i]:
            self.item(i, item, at)
        return behind

    def numbers(self, lane: Lane, line: int, at: int) -> None:
        """Write the value above a lane, the gradient under it, and the value's name on it."""
        wire = lane.wire
        self.canvas.write(line, at, wire_label(self.plan.scene, lane), WIRE)
        value, grad = self.write.value(wire.value), self.write.grad(wire.grad)
        width = max(len(value), len(grad))
        self.number(line - 1, at, value, width, "forward", wire.id in self.shown.values)
        self.number(line + 1, at, grad, width, "gradient", wire.id in self.shown.grads)

    def number(self, line: int, at: int, text: str, width: int, style: str, is_known: bool) -> None:
        """Write a number, or keep its place free while it is not known."""
        if text:
            shown = text.rjust(width) if is_known else " " * width
            self.canvas.write(line, at, shown, style if is_known else "plain")

    def item(self, i: int, item: str, at: int) -> None:
        """Draw a node; where several wires leave it, they leave a branch's dot or its end."""
        line = self.plan.heights.items[item]
        text = item_text(self.plan.scene, self.plan.columns, item)
        leaving = [lane for lane in self.plan.columns.lanes[i] if lane.source == item]
        fan = {self.plan.heights.lanes[i, lane.wire.id]: WIRE for lane in leaving}
        if set(fan) - {line}:
            self.canvas.vertical(at if text == "●" else at + len(text), {line: WIRE}, fan, WIRE)
        self.canvas.write(line, at, text, "lit" if item in self.shown.lit else "strong")

    def channel(self, i: int, at: int) -> int:
        """Draw the upright wires behind column i and the arrowheads; return where these end."""
        arrow = at + self.plan.widths[i].upright
        for bus in self.plan.buses[i]:
            self.level(i, bus, at, arrow)
        for bus in self.plan.buses[i]:
            if not bus.is_straight:
                left = dict.fromkeys(bus.lanes.values(), WIRE)
                column = at + SPACING * bus.track
                self.canvas.vertical(column, left, {bus.exit: WIRE}, WIRE)
        return arrow + 1

    def level(self, i: int, bus: Bus, at: int, arrow: int) -> None:
        """Draw the level wires of a bus; an arrowhead where they reach a gate."""
        turn = at if bus.is_straight else at + SPACING * bus.track
        for line in bus.lanes.values():
            self.canvas.horizontal(line, at, turn, WIRE)
        if bus.is_detour:
            joined = next(
                b for b in self.plan.buses[i] if b.target == bus.target and not b.is_detour
            )
            self.canvas.horizontal(bus.exit, turn, at + SPACING * joined.track, WIRE)
            return
        self.canvas.horizontal(bus.exit, turn, arrow + 1, WIRE)
        text = item_text(self.plan.scene, self.plan.columns, bus.target)
        if text and not text.startswith("●"):
            self.canvas.write(bus.exit, arrow, "▸", WIRE)
