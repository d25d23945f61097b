"""The members of a container as they are in view: their size, and where wires meet them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from chainrule.draw.layout.records import Item, Plan, Strand
from chainrule.draw.layout.sizes import APART, NUMBERS
from chainrule.explain.scene.records import MODULE, OP

PITCH, NARROW_PITCH, SHARE_PITCH, NUMBER_PITCH = 16, 12, 24, 44  # between ports of one side
RIM = 8  # of a side beyond its outermost ports
CORNER = 20  # the radius of gates
SHARE_ROOM = 22  # under a port that has a share


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member in view. `arrive` and `leave` are the heights of its ports by wire."""

    item: Item
    arrive: Mapping[str, float]
    leave: Mapping[str, float]
    is_open: bool = False

    def reach(self, wire: str) -> float:
        """Return how far left of the centre a wire arrives: gates are round."""
        item = self.item
        if item.kind != OP:
            return item.width / 2
        beyond = max(abs(self.arrive[wire]) - (item.height / 2 - CORNER), 0)
        return item.width / 2 - CORNER + math.sqrt(CORNER**2 - beyond**2)


def closed_member(
    name: str, plan: Plan, strands: Mapping[str, Strand], into: list[str], out_of: list[str]
) -> Member:
    """Return a node, or a closed box, with its ports in operand order; higher where it has many.

    `into` and `out_of` are the wires that arrive and leave.
    """
    item = plan.items[name]
    entries, exits = border(name, plan)
    into = sorted(into, key=lambda wire: entries.get(wire, strands[wire].operand))
    out_of = sorted(out_of, key=lambda wire: exits.get(wire, 0))
    shares = any(strands[wire].far for wire in into)
    numbers = any(strands[wire].near for wire in out_of)
    arrive = fanned(into, SHARE_PITCH if shares else PITCH if len(into) == 2 else NARROW_PITCH)
    fans_out = item.kind == MODULE
    leave = fanned(out_of, NUMBER_PITCH if numbers else PITCH) if fans_out else level(out_of)
    lowest_in = max(arrive.values(), default=0.0)
    lowest_out = max(leave.values(), default=0.0)
    grown = max(max(lowest_in, lowest_out) + RIM - item.height / 2, 0)
    for_numbers = lowest_out + NUMBERS + APART if numbers else 0
    for_shares = lowest_in + SHARE_ROOM if shares else 0
    sized = item._replace(
        height=item.height + 2 * grown,
        above=max(item.above + grown, for_numbers),
        below=max(item.below + grown, for_numbers, for_shares),
    )
    return Member(item=sized, arrive=arrive, leave=leave)


def border(name: str, plan: Plan) -> tuple[dict[str, int], dict[str, int]]:
    """Return the positions of wires where they enter and leave a box; none for other nodes."""
    container = plan.containers.get(name)
    if container is None:
        return {}, {}
    return (
        {wire: i for i, wire in enumerate(container.layers[0])},
        {wire: i for i, wire in enumerate(container.layers[-1])},
    )


def fanned(wires: list[str], pitch: float) -> dict[str, float]:
    """Return heights around 0, from top to bottom."""
    return {wire: (i - (len(wires) - 1) / 2) * pitch for i, wire in enumerate(wires)}


def level(wires: list[str]) -> dict[str, float]:
    """Return the same height for all: a gate, a leaf or a branch has one port on its right."""
    return dict.fromkeys(wires, 0.0)
