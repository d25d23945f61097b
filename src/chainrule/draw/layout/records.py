"""The records of a layout: the plan that does not depend on what is open, and the places.

The plan holds layers, order and sizes. Places, paths and labels follow from it and from the set of
open boxes by `arrange`, which the page can do by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

SCHEMA = "chainrule.layout/1"
TOP = ""  # the container that holds everything


class Point(NamedTuple):
    """A way-point of a wire."""

    x: float
    y: float


class Place(NamedTuple):
    """The centre of a node and its size."""

    x: float
    y: float
    width: float
    height: float


class Label(NamedTuple):
    """Where the numbers of a wire stand: the value above y, the gradient under it.

    `x` is the middle of the text where `anchor` is `middle`, its right end where it is `end`.
    """

    x: float
    y: float
    anchor: str


class Item(NamedTuple):
    """A node as the layout sees it; a box has its size while it is closed.

    `above` and `below` are how far from its centre it needs room, with its name and numbers.
    """

    kind: str
    parent: str
    width: float
    height: float
    above: float
    below: float


class Strand(NamedTuple):
    """A wire as the layout sees it.

    Attributes:
        near, far: how wide its numbers are, just right of the source; and just left of the target,
            where the share of a branch stands.
    """

    source: str
    target: str
    operand: int
    near: float
    far: float


@dataclass(frozen=True, kw_only=True)
class Container:
    """The columns of a box, or of the whole: in each, ids from top to bottom.

    The id of a wire stands where the wire passes through the column; a wire that comes in from
    outside stands in the first column, one that goes out in the last.
    """

    layers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Layers, order and sizes of all that a scene holds, whatever is open."""

    items: Mapping[str, Item]
    strands: Mapping[str, Strand]
    containers: Mapping[str, Container]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A scene laid out.

    Attributes:
        places: the nodes in view and the open boxes, by id.
        paths: the way-points of each wire in view, from the source's port to the target's.
        labels: where the numbers of a wire stand; none for a wire without numbers.
        plan: layers, order and sizes, also of what is closed.
    """

    width: float
    height: float
    places: Mapping[str, Place]
    paths: Mapping[str, tuple[Point, ...]]
    labels: Mapping[str, Label]
    plan: Plan

    @property
    def containers(self) -> Mapping[str, Container]:
        """The columns of the whole (id "") and of each box, open or closed."""
        return self.plan.containers


def layout_data(layout: Layout) -> dict[str, Any]:
    """Return the layout as JSON has it: dicts, lists, texts and numbers."""
    return {
        "schema": SCHEMA,
        "width": layout.width,
        "height": layout.height,
        "places": {name: list(place) for name, place in layout.places.items()},
        "paths": {name: [list(p) for p in path] for name, path in layout.paths.items()},
        "labels": {name: list(label) for name, label in layout.labels.items()},
        **plan_data(layout.plan),
    }


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON has it."""
    return {
        "items": {name: item._asdict() for name, item in plan.items.items()},
        "strands": {name: strand._asdict() for name, strand in plan.strands.items()},
        "containers": {
            name: [list(layer) for layer in container.layers]
            for name, container in plan.containers.items()
        },
    }
