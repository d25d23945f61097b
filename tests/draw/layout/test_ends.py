"""Where wires meet nodes."""

from dataclasses import replace

import pytest

from chainrule.draw.layout.ends import Member, border, closed_member
from chainrule.draw.layout.plan import plan
from chainrule.draw.layout.records import Plan, Strand
from tests.draw.layout.scenes import scene_of

PLAN = plan(scene_of({"p": ["x", "y", "z"], "f": ["p"]}, {"p": "m0"}))


def member(name: str, into: int, out_of: int = 1, near: float = 0, far: float = 0) -> Member:
    wires = {
        f"i{n}": Strand(source="x", target=name, operand=into - n, near=0, far=far)
        for n in range(into)
    } | {
        f"o{n}": Strand(source=name, target="x", operand=0, near=near, far=0) for n in range(out_of)
    }
    arriving = [wire for wire in wires if wire[0] == "i"]
    return closed_member(name, PLAN, wires, arriving, [w for w in wires if w[0] == "o"])


def test_operands_arrive_from_top_to_bottom() -> None:
    found = member("f", 2)
    assert found.arrive == {"i1": -8, "i0": 8}
    assert found.leave == {"o0": 0}


def test_a_single_operand_arrives_in_the_middle() -> None:
    assert member("f", 1).arrive == {"i0": 0}


def test_shares_stand_farther_apart_and_need_room_below() -> None:
    found = member("f", 2, far=40)
    assert found.arrive == {"i1": -12, "i0": 12}
    assert found.item.below > member("f", 2).item.below


def test_a_gate_grows_when_it_has_many_operands() -> None:
    assert member("f", 3).item.height == 40
    found = member("f", 6)
    assert found.item.height == 76
    assert max(found.arrive.values()) <= found.item.height / 2


def test_wires_arrive_on_the_round_side_of_a_gate() -> None:
    half = PLAN.items["f"].width / 2
    assert member("f", 1).reach("i0") == half
    assert member("f", 2).reach("i0") == pytest.approx(half - 20 + (20**2 - 8**2) ** 0.5)
    six = member("f", 6)
    assert six.reach("i2") == half > six.reach("i0")
    assert member("out", 1).reach("i0") == PLAN.items["out"].width / 2


def test_a_closed_box_has_a_port_for_each_wire_on_both_sides() -> None:
    found = member("m0", 2, out_of=3)
    assert [*found.leave.values()] == [-16, 0, 16]
    numbered = member("m0", 2, out_of=3, near=34)
    assert [*numbered.leave.values()] == [-44, 0, 44]
    assert numbered.item.height == 104
    assert min(numbered.item.above, numbered.item.below) >= 44 + 22
    assert member("f", 2, out_of=3).leave == dict.fromkeys(["o0", "o1", "o2"], 0)


def test_wires_meet_a_closed_box_in_the_order_they_have_inside() -> None:
    assert border("m0", PLAN) == ({"w:0": 0, "w:1": 1, "w:2": 2}, {"w:3": 0})
    assert border("f", PLAN) == ({}, {})
    turned = replace(PLAN.containers["m0"], layers=(("w:2", "w:0", "w:1"), ("p",), ("w:3",)))
    other = Plan(items=PLAN.items, strands=PLAN.strands, containers={"m0": turned})
    found = closed_member("m0", other, PLAN.strands, ["w:0", "w:1", "w:2"], ["w:3"])
    assert [*found.arrive] == ["w:2", "w:0", "w:1"]
