"""The lines of lanes: far enough apart, in order, straight where nothing is in the way."""

from itertools import pairwise

import pytest

from chainrule.draw.wires.heights import heights, spread, whole
from chainrule.draw.wires.order import columns
from tests.draw.wires.circuits import as_scene, circuit


def test_what_wants_the_same_lines_shares_them() -> None:
    assert spread([5.0, 5.0, 5.0], [1.0, 1.0, 1.0], [0, 3, 3]) == [2.0, 5.0, 8.0]
    assert spread([0.0, 9.0], [1.0, 1.0], [0, 3]) == [0.0, 9.0]
    assert spread([5.0, 4.0], [3.0, 1.0], [0, 2]) == [4.25, 6.25]


def test_rounding_keeps_the_distances() -> None:
    assert whole([0.5, 3.4, 6.6], [0, 3, 3]) == [1, 4, 7]


def test_a_chain_is_straight() -> None:
    scene = as_scene({"g0": ["x", "y"], "g1": ["g0"], "g2": ["g1"]})
    found = heights(columns(scene))
    assert found.items["g0"] == found.items["g1"] == found.items["g2"] == found.items["out"]


@pytest.mark.parametrize("seed", range(20))
def test_numbers_do_not_touch(seed: int) -> None:
    taken = columns(circuit(seed))
    found = heights(taken)
    for i, lanes in enumerate(taken.lanes):
        lines = [(found.lanes[i, lane.wire.id], lane.first) for lane in lanes]
        for (a, first), (b, second) in pairwise(lines):
            assert b - a >= 1 + first + second
