"""Weights as wires: sign and size."""

import math

import numpy as np

from chainrule.draw import palette
from chainrule.draw.architecture.sizes import Plan
from chainrule.draw.architecture.weights import (
    LEVELS,
    Wire,
    largest,
    level_of,
    mixed,
    weighted,
    wires_between,
)
from chainrule.draw.marks import Curve, Move, Path
from chainrule.explain.architecture import Architecture, Column, Link

WEIGHTS = np.array([[1.0, -0.5], [0.0, 0.05]])
NET = Architecture(
    title="",
    parameters=6,
    columns=(Column(units=2), Column(units=2)),
    links=(Link(shape=(2, 2), bias=(2,), weights=WEIGHTS, biases=np.array([-1.0, 0.5])),),
)


def wires() -> list[Wire]:
    plan = Plan(NET)
    return list(wires_between(plan.places[0], plan.places[1], plan.radius))


def test_every_weight_has_a_wire_of_its_own() -> None:
    plan = Plan(NET)
    (_, y0), (_, y1) = plan.places[0].units
    (_, z0), (_, z1) = plan.places[1].units
    bias = plan.places[0].bias
    assert {(w.y0, w.y1): w.weight for w in wires()} == {
        (y0, z0): 1.0, (y1, z0): -0.5, (y0, z1): 0.0, (y1, z1): 0.05, (bias, z0): -1.0,
        (bias, z1): 0.5,
    }  # fmt: skip


def test_wires_end_at_the_units() -> None:
    plan = Plan(NET)
    a, b = plan.places
    assert {(w.x0, w.x1) for w in wires()} == {(a.x + plan.radius, b.x - plan.radius)}


def test_signs_are_doubled_and_sizes_are_widths() -> None:
    marks = [m for m in weighted(wires(), 1.0, "light") if isinstance(m, Path)]
    drawn = {}
    for mark in marks:
        for start, end in zip(mark.commands[::2], mark.commands[1::2], strict=True):
            assert isinstance(start, Move)
            assert isinstance(end, Curve)
            drawn[start.y, end.y] = mark
    by_weight = {w.weight: drawn[w.y0, w.y1] for w in wires()}
    assert by_weight[1.0].stroke == palette.FORWARD.light
    assert not by_weight[1.0].dash
    assert by_weight[-1.0].stroke == palette.SECONDARY.light
    assert by_weight[-1.0].dash
    assert by_weight[1.0].width == by_weight[-1.0].width == LEVELS[-1][0]
    assert by_weight[0.05].width < by_weight[-0.5].width < by_weight[1.0].width


def test_what_is_not_finite_is_seen() -> None:
    broken = [Wire(0, 0, 1, 1, math.nan), Wire(0, 0, 1, 1, 2.0)]
    assert largest(broken) == 2.0
    inks = [m.stroke for m in weighted(broken, 2.0, "light") if isinstance(m, Path)]
    assert inks == [palette.FORWARD.light, palette.GRADIENT.light]


def test_levels() -> None:
    assert [level_of(x, 1.0) for x in (0.01, -0.3, 0.5, 0.99, -1.0, math.inf)] == [
        0, 1, 2, 4, 4, -1,
    ]  # fmt: skip
    assert largest([]) == 1.0
    assert mixed("#ff0000", "#ffffff", 0.25) == "#ffbfbf"
