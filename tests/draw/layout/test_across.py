"""Columns from left to right, and the way-points between them."""

from chainrule.draw.layout.across import ROOM, Across
from tests.draw.layout.scenes import Gates, dense
from tests.draw.layout.test_frame import frame, frame_of


def across(gates: Gates) -> Across:
    return Across(frame(gates))


def test_a_gap_has_room_for_its_widest_number() -> None:
    found = across({"p": ["x"], "q": ["p"], "f": ["q"]})
    for c, piece in enumerate(found.frame.pieces):
        gap = found.left[c + 1] - found.left[c] - found.widths[c]
        assert gap >= found.frame.strands[piece.wire].near + ROOM


def test_wires_bend_only_between_their_numbers() -> None:
    found = across({"p": ["x", "y"], "q": ["x", "z"], "f": ["q", "p"]})
    for number, piece in enumerate(found.frame.pieces):
        path, label = found.path(number), found.label(number)
        assert label is not None
        strand = found.frame.strands[piece.wire]
        begin, end = path[1].x, path[-2].x
        if label.anchor == "middle":
            assert path[0].x < label.x - strand.near / 2 < label.x + strand.near / 2 < begin
        else:
            assert end < label.x - strand.far < label.x < path[-1].x


def test_steep_wires_get_a_wider_gap() -> None:
    narrow = across({"p": ["a", "b"], "f": ["p"]})
    wide = across({"p": ["a", "b", "c", "d", "e", "g"], "f": ["p"]})
    assert wide.end[0] - wide.begin[0] > narrow.end[0] - narrow.begin[0]
    tall = Across(frame_of(dense([12, 12])))
    assert max(e - b for b, e in zip(tall.begin, tall.end, strict=True)) <= 160


def test_it_can_be_made_wider_for_a_title() -> None:
    found = frame({"f": ["x"]})
    assert Across(found, 5000).width == 5000
    assert Across(found, 10).width == Across(found).width > 10
