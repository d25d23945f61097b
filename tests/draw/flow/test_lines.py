"""Which layers stand in which line."""

import numpy as np

from chainrule.draw.flow.lines import lines_of, stretched, worst
from tests.explain.flow.made import diverging, flow_of, healthy, vanishing


def test_few_layers_have_a_line_each() -> None:
    lines, each = lines_of(healthy(12), 60, paired=True)
    assert (len(lines), each) == (12, 1)
    assert all((line.upper == line.lower).all() for line in lines)


def test_many_stand_two_in_a_line_where_there_are_colours() -> None:
    lines, each = lines_of(vanishing(51), 60, paired=True)
    assert (len(lines), each) == (26, 2)
    assert lines[0].upper[0] < lines[0].lower[0] < lines[1].upper[0]
    assert lines[-1].lower.mask.all()
    assert lines_of(vanishing(51), 60, paired=False)[1] == 1


def test_more_stand_in_a_line_where_there_is_no_room() -> None:
    for paired in (True, False):
        for most in (1, 3, 7, 49):
            lines, _ = lines_of(vanishing(50), most, paired=paired)
            assert 1 <= len(lines) <= most


def test_a_line_is_named_after_the_worst_off() -> None:
    sizes = np.full((20, 1), 1e-3)
    sizes[[5, 6, 13]] = [[1e-7], [np.nan], [1e2]]
    lines, each = lines_of(flow_of(sizes), 60, paired=True)
    assert each == 2
    assert [line.row.label for line in lines] == [
        f"layers.{2 * i}" for i in (0, 2, 5, 6, 8, 10, 13, 14, 16, 18)
    ]


def test_the_worst_shade() -> None:
    shades = np.ma.array(
        [[0.0, -0.3, 0.0, 9.0], [0.2, -0.1, np.nan, 9.0]],
        mask=[[False, False, False, True], [False, False, False, True]],
    )
    assert str(worst(shades).tolist()) == "[0.2, -0.3, nan, None]"
    assert worst(shades[:0]).mask.all()


def test_a_flow_of_one_column_fills_all_cells() -> None:
    line = lines_of(diverging(), 9, paired=True)[0][0].upper
    assert len(stretched(line[:1], 7)) == 7
    assert stretched(np.arange(4), 4).tolist() == [0, 1, 2, 3]
