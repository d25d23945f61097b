"""Where a drawing is cut."""

from chainrule.draw.wires.drawing import writer
from chainrule.draw.wires.order import columns
from chainrule.draw.wires.pieces import cuts, pieces
from chainrule.draw.wires.plan import Widths
from tests.draw.wires.circuits import as_scene

TEN = Widths(nodes=3, numbers=6, upright=0)


def test_few_pieces_then_few_cut_wires_then_a_short_last_one() -> None:
    assert cuts([TEN] * 4, [1, 1, 1, 0], 100) == [range(4)]
    assert cuts([TEN] * 4, [1, 1, 1, 0], 32) == [range(3), range(3, 4)]
    assert cuts([TEN] * 4, [1, 1, 2, 0], 32) == [range(2), range(2, 4)]


def test_a_column_wider_than_the_window_cannot_be_drawn() -> None:
    scene = as_scene({"a_gate_with_a_long_name": ["x"]})
    assert pieces(scene, columns(scene), 20, writer(2)) is None
    found = pieces(scene, columns(scene), 60, writer(2))
    assert found is not None
    assert len(found) == 1
