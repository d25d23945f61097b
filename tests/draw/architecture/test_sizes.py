"""Where columns, units and words stand: nothing lies on anything else."""

import itertools

import pytest

from chainrule import nn
from chainrule.draw.architecture.sizes import MARGIN, Plan, matrix_width
from chainrule.draw.architecture.words import link_lines
from chainrule.draw.metrics import text_width
from chainrule.explain.architecture import Architecture, columns
from chainrule.nn.outline import outline
from tests.nn.architectures import residual_net

NETS = [
    columns([64, 128, 64, 10]),
    columns([2, 2, 1]),
    columns([64] * 50 + [10]),
    outline(residual_net()),
    outline(nn.MLP(2, 2, 1, key=0, activation="tanh", output="sigmoid")),
    outline(nn.MLP(8, 16, 3, key=0, dropout=0.25)),
]


@pytest.mark.parametrize("net", NETS)
def test_words_under_the_columns_stand_beside_each_other(net: Architecture) -> None:
    plan = Plan(net)
    spans = []
    for i, place in enumerate(plan.places):
        half = plan.link_width(i) / 2 if i else 0
        spans += [(place.gap - half, place.gap + half)] if i else []
        spans += [(place.x - plan.note_half(i), place.x + plan.note_half(i))]
    for (_, end), (start, _) in itertools.pairwise(spans):
        assert end <= start + 1e-6


@pytest.mark.parametrize("net", NETS)
def test_units_do_not_touch(net: Architecture) -> None:
    plan = Plan(net)
    for place in plan.places:
        ys = [y for _, y in place.units] + [place.bias] * (place.bias is not None)
        assert all(b - a >= 2 * plan.radius for a, b in itertools.pairwise(ys))
        assert min(ys) - plan.radius >= plan.top - 1e-6
        assert max(ys) + plan.radius < plan.words_top


@pytest.mark.parametrize("net", NETS)
def test_everything_is_inside(net: Architecture) -> None:
    plan = Plan(net)
    for i, place in enumerate(plan.places):
        assert place.x - plan.half(i) >= MARGIN - 1e-6
        assert place.x + plan.half(i) <= plan.width - MARGIN + 1e-6


def test_frames_hold_their_columns_only() -> None:
    plan = Plan(NETS[2])
    (frame,) = plan.frames
    inside = [p.shown.column.name for p in plan.places if frame.left < p.x < frame.right]
    assert inside == ["hidden 1"]
    first, _repeated, last = plan.places
    assert first.x + plan.radius < frame.left
    words = text_width(link_lines(NETS[2], last.shown)[0], 14, "math")
    assert frame.right <= last.gap - words / 2


def test_small_matrices_have_room() -> None:
    plan = Plan(NETS[4])
    assert plan.written_out
    link = plan.shown[1].link
    assert link is not None
    assert plan.link_width(1) >= matrix_width(link) == 2 * 50 + 50 + 16
