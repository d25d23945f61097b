"""The function that runs all kernels: what threads share, and where they wait."""

from typing import Any

import numpy as np

import chainrule as cr
from chainrule.compiler import parts
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import compiled
from chainrule.compiler.llvm import host
from chainrule.compiler.main import stages
from chainrule.compiler.plan import Plan, plan
from chainrule.graph.trace import trace

SMALL = np.ones((8, 8), np.float32)
LARGE = np.ones((256, 256), np.float32)


def planned(f: Any, *values: Any) -> Plan:
    found = trace(f, *values)
    return plan(Circuit(found.inputs, found.outputs), host())


def mixed(small: Any, large: Any) -> Any:
    twice = cr.sum(cr.exp(small), axis=1)
    return cr.sum(twice) * 2, cr.tanh(large @ large)


def test_what_is_not_cut_makes_one_stage() -> None:
    made = planned(mixed, SMALL, LARGE)
    found = stages(made.launches)
    assert sorted(s.parts > 1 for s in found) == [False, True]
    assert [len(s.calls) for s in found if s.parts > 1] == [1]
    assert made.sharing.stages == 2
    assert made.sharing.parts == max(s.parts for s in found)
    assert made.text.count("call i64 @chainrule_take") == 1


def test_one_thread_alone_has_no_counters() -> None:
    made = planned(lambda x: cr.tanh(x @ x), SMALL)
    assert made.sharing.stages == 0
    assert "atomic" not in made.text


def test_a_sum_of_what_parts_have_left() -> None:
    made = planned(lambda x: cr.sum(cr.square(cr.tanh(x @ x))), LARGE)
    (launch,) = made.launches
    assert launch.kernel.after is not None
    assert [len(s.calls) for s in stages(made.launches)] == [1, 1]
    x = np.random.default_rng(0).standard_normal((256, 256)).astype(np.float32)
    found = trace(lambda x: cr.sum(cr.square(cr.tanh(x @ x))), x)
    (total,) = compiled(Circuit(found.inputs, found.outputs))([x])
    assert abs(total - np.sum(np.square(np.tanh(x @ x)), dtype=np.float64)) < 1e-4 * total


def test_the_arena_has_room_for_shares() -> None:
    made = planned(lambda x: (cr.tanh(x @ x), cr.sum(cr.square(cr.tanh(x @ x)))), LARGE)
    assert any(k.after for k in made.kernels)
    assert made.arena >= 8 * parts.MOST
