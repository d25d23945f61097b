"""From a plan and a set of open boxes to places, paths and labels.

Boxes are arranged from the innermost outward: an open box is a member of its container like any
other, only larger. What is open changes sizes; columns and their order come from the plan.
"""

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chainrule.draw.layout.across import LEVEL, Across
from chainrule.draw.layout.ends import Member, closed_member
from chainrule.draw.layout.frame import Frame
from chainrule.draw.layout.parts import Piece, pieces
from chainrule.draw.layout.records import TOP, Item, Label, Layout, Place, Plan, Point, Strand
from chainrule.draw.layout.sizes import APART, even
from chainrule.draw.layout.view import open_boxes, strands_in_view

HEADER, PADDING, MARGIN = 24, 20, 24  # of an open box; around everything


@dataclass(frozen=True, kw_only=True)
class Box:
    """An open container, arranged: where its contents begin, from its top left corner."""

    across: Across
    width: float
    height: float
    left: float
    top: float


def arrange(plan: Plan, opened: Collection[str] | None = None) -> Layout:
    """Return the layout of a plan with these boxes open; None opens all."""
    containers = open_boxes(plan, opened)
    strands = strands_in_view(plan, containers)
    members: dict[str, list[str]] = {name: [] for name in containers}
    for name, item in plan.items.items():
        if item.parent in members:
            members[item.parent].append(name)
    parents = {name: item.parent for name, item in plan.items.items()}
    found: dict[str, list[Piece]] = {name: [] for name in containers}
    routes: dict[str, list[tuple[str, int]]] = {}  # of each wire: container, number of the piece
    for wire, strand in strands.items():
        routes[wire] = []
        for piece in pieces(wire, strand.source, strand.target, parents):
            routes[wire].append((piece.container, len(found[piece.container])))
            found[piece.container].append(piece)
    boxes: dict[str, Box] = {}
    for name in reversed(containers):
        inside = members_in_view(members[name], plan, strands, found[name], boxes)
        boxes[name] = boxed(name, plan, Frame(plan.containers[name], inside, found[name], strands))
    places, corners = placed(containers, boxes)
    return Layout(
        width=boxes[TOP].width,
        height=boxes[TOP].height,
        places=places,
        paths=paths(routes, boxes, corners),
        labels=labels(containers, boxes, corners),
        plan=plan,
    )


def members_in_view(
    names: list[str],
    plan: Plan,
    strands: Mapping[str, Strand],
    found: list[Piece],
    boxes: Mapping[str, Box],
) -> dict[str, Member]:
    """Return the members of a container; those that are open are arranged already."""
    into: dict[str, list[str]] = {name: [] for name in names}
    out_of: dict[str, list[str]] = {name: [] for name in names}
    for piece in found:
        if piece.target is not None:
            into[piece.target].append(piece.wire)
        if piece.source is not None:
            out_of[piece.source].append(piece.wire)
    return {
        name: open_member(plan.items[name], boxes[name])
        if name in boxes
        else closed_member(name, plan, strands, into[name], out_of[name])
        for name in names
    }


def open_member(item: Item, box: Box) -> Member:
    """Return an open box as a member of the container around it."""
    half = box.height / 2
    sized = item._replace(
        width=box.width, height=box.height, above=half + APART, below=half + APART
    )
    arrive, leave = box.across.border()
    shift = box.top - half
    return Member(
        item=sized,
        arrive={wire: y + shift for wire, y in arrive.items()},
        leave={wire: y + shift for wire, y in leave.items()},
        is_open=True,
    )


def boxed(name: str, plan: Plan, frame: Frame) -> Box:
    """Return a container with header and padding; wires cross the border of a box at its edge."""
    left = right = top = bottom = MARGIN
    least = 0.0
    if name != TOP:
        left = 0 if any(piece.source is None for piece in frame.pieces) else PADDING
        right = 0 if any(piece.target is None for piece in frame.pieces) else PADDING
        top, bottom = HEADER + PADDING, PADDING
        least = plan.items[name].width - left - right
    across = Across(frame, least)
    return Box(
        across=across,
        width=across.width + left + right,
        height=even(frame.height) + top + bottom,
        left=left,
        top=top,
    )


def placed(
    containers: list[str], boxes: Mapping[str, Box]
) -> tuple[dict[str, Place], dict[str, Point]]:
    """Return the places of all nodes in view, and where the contents of each box begin."""
    places: dict[str, Place] = {}
    corners: dict[str, Point] = {}
    for name in containers:
        box = boxes[name]
        x, y = 0.0, 0.0
        if name != TOP:
            place = places[name]
            x, y = place.x - place.width / 2, place.y - place.height / 2
        corner = corners[name] = Point(x + box.left, y + box.top)
        for member, found in box.across.frame.members.items():
            places[member] = Place(
                corner.x + box.across.x(member),
                corner.y + box.across.y(member),
                found.item.width,
                found.item.height,
            )
    return places, corners


def paths(
    routes: Mapping[str, list[tuple[str, int]]],
    boxes: Mapping[str, Box],
    corners: Mapping[str, Point],
) -> dict[str, tuple[Point, ...]]:
    """Return the way-points of each wire, its pieces joined."""
    found = {}
    for wire, route in routes.items():
        points = []
        for name, number in route:
            left, top = corners[name]
            points += [Point(left + x, top + y) for x, y in boxes[name].across.path(number)]
        found[wire] = simplified(points)
    return found


def labels(
    containers: list[str], boxes: Mapping[str, Box], corners: Mapping[str, Point]
) -> dict[str, Label]:
    """Return where the numbers of each wire stand."""
    found = {}
    for name in containers:
        across, corner = boxes[name].across, corners[name]
        for number, piece in enumerate(across.frame.pieces):
            label = across.label(number)
            if label is not None:
                found[piece.wire] = Label(corner.x + label.x, corner.y + label.y, label.anchor)
    return found


def simplified(points: list[Point]) -> tuple[Point, ...]:
    """Return a path without the way-points inside of its level runs."""
    found = points[:1]
    for point, after in itertools.pairwise(points):
        if abs(point.y - found[-1].y) > LEVEL or abs(after.y - point.y) > LEVEL:
            found.append(point)
    return (*found, points[-1])
