"""Upright wires: no two on one track where they would touch, detours where orders clash."""

from itertools import combinations

from chainrule.draw.wires.channel import Bus, crossings, tracked, tracks


def test_wires_that_go_straight_need_no_track() -> None:
    found = tracked([Bus("a", {"w0": 2}, 2), Bus("b", {"w1": 5}, 5)])
    assert tracks(found) == 0


def test_wires_one_under_the_other_share_a_track() -> None:
    found = tracked([Bus("a", {"w0": 0, "w1": 3}, 1), Bus("b", {"w2": 6, "w3": 9}, 7)])
    assert tracks(found) == 1


def test_overlapping_wires_have_tracks_of_their_own() -> None:
    found = tracked([Bus("a", {"w0": 0, "w1": 6}, 3), Bus("b", {"w2": 4, "w3": 9}, 8)])
    assert tracks(found) == 2
    assert crossings(found) == 1


def test_a_lane_ends_before_another_leaves_on_its_line() -> None:
    found = {bus.target: bus for bus in tracked([Bus("b", {"w1": 3}, 1), Bus("a", {"w0": 1}, 5)])}
    assert found["a"].track < found["b"].track


def test_wires_that_change_places_take_a_detour() -> None:
    found = tracked([Bus("a", {"w0": 1}, 5), Bus("b", {"w1": 5}, 1)])
    detour = next(bus for bus in found if bus.is_detour)
    joined = next(bus for bus in found if bus.target == detour.target and not bus.is_detour)
    assert detour.exit in joined.lanes.values()
    assert detour.track < joined.track
    for one, other in combinations(found, 2):
        apart = one.track != other.track
        assert apart or not {*one.lines} & {*other.lines}
