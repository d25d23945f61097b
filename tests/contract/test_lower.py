"""What ops without a formula compile to: `lower` and `expand` against the NumPy reference."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.passes.expand import expand
from chainrule.graph.node import leaf
from chainrule.graph.registry import OPS
from tests.contract import calls
from tests.contract.checks import symbolic
from tests.contract.entries import computed, lowered
from tests.contract.lowering import (
    at_limits,
    check_expand,
    check_expanded,
    check_lower,
    check_lowered,
)

INTERPRETED = ("cholesky", "det", "inv", "logabsdet", "polygamma", "signdet", "solve")
LOWERED = [n for n in calls.DECLARED if OPS[n].lower]
EXPANDED = [n for n in calls.DECLARED if OPS[n].expand]


def test_every_op_compiles_in_one_way() -> None:
    for name in calls.DECLARED:
        op = OPS[name]
        ways = [way for way in ("formula", "lower", "expand") if getattr(op, way) is not None]
        if name == "einsum":  # two operands are a sum of products, more are several gates
            assert ways == ["lower", "expand"]
        else:
            assert len(ways) == (name not in INTERPRETED), f"{name}: {ways}"


@pytest.mark.parametrize("name", LOWERED)
def test_lower(name: str) -> None:
    check_lowered(OPS[name])


@pytest.mark.parametrize("name", EXPANDED)
def test_expand(name: str) -> None:
    check_expanded(OPS[name])


# Where examples do not reach ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sum", "max", "min", "argmax", "argmin", "any", "cumsum"])
def test_infinities_and_nan(name: str) -> None:
    for call in calls.smooth_calls(OPS[name]):
        for limited in at_limits(call):
            check_lower(limited)


@given(st.data())
def test_any_index(data: Any) -> None:
    """Slices, new axes, integers and arrays of them in any order, as NumPy takes them."""
    shape = data.draw(npst.array_shapes(max_dims=4, max_side=3))
    index = tuple(data.draw(part(n)) for n in shape[: data.draw(st.integers(0, len(shape)))])
    for at in data.draw(st.lists(st.integers(0, len(index)), max_size=2)):
        index = (*index[:at], None, *index[at:])
    x = np.arange(float(np.prod(shape))).reshape(shape)
    check_lower(calls.call(OPS["getitem"], (x,), {"index": index}))
    updates = np.asarray(x[index]) + 1
    check_lower(calls.call(OPS["scatter_add"], (updates,), {"shape": shape, "index": index}))


@st.composite
def part(draw: Any, size: int) -> Any:
    """Return something that stands for an axis of this size in an index."""
    position = st.integers(-size, size - 1)
    kind = draw(st.sampled_from(["slice", "position", "array"]))
    if kind == "slice":
        return draw(st.slices(size))
    if kind == "position":
        return draw(position)
    shape = draw(st.sampled_from([(2,), (1,), (3, 1), (3, 2), ()]))
    return draw(npst.arrays(np.int64, shape, elements=position))


def test_an_index_beyond_its_axis_is_an_error() -> None:
    call = calls.call(OPS["getitem"], (np.ones(3),), {"index": np.array([0, 3])})
    found, at = lowered(call.op.lower, call.inputs, call.attrs, (2,))
    with pytest.raises(IndexError, match="index 3 is out of bounds for an axis of size 3"):
        computed(found, at, float)


SUBSCRIPTS = ("a,ab,bc,c->", "ab,bc,cd,de->ae", "a,b,c->abc", "aab,bc,c->ca", "ab,ab,ab->ba")


@pytest.mark.parametrize("subscripts", SUBSCRIPTS)
def test_many_operands_become_pairs(subscripts: str) -> None:
    rng = np.random.default_rng(0)
    terms = subscripts.partition("->")[0].split(",")
    xs = [rng.normal(size=tuple(2 + "abcde".index(c) for c in term)) for term in terms]
    call = calls.call(OPS["einsum"], (subscripts, *xs), {})
    check_expand(call)
    inputs = tuple(leaf(x.shape, x.dtype) for x in xs)
    gates = expand(Circuit(inputs, (symbolic(call.with_inputs(inputs)),))).gates
    assert [len(gate.inputs) for gate in gates] == [2] * (len(terms) - 1)


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1), (1, 1), (1,)])
@pytest.mark.parametrize("shift", [0, -7, (1, 2)])
def test_rolling(shift: Any, axis: Any) -> None:
    check_lower(
        calls.call(OPS["roll"], (np.arange(12.0).reshape(3, 4),), {"shift": shift, "axis": axis})
    )


def test_a_border_of_several_constants() -> None:
    given = {"pad_width": ((1, 2), (0, 1), (2, 0)), "constant_values": ((1, 2), (3, 4), (5, 6))}
    check_lower(calls.call(OPS["pad_constant"], (np.zeros((2, 1, 2)),), given))


@pytest.mark.parametrize("kind", [np.int64, float])
def test_remainders_have_the_sign_of_the_divisor(kind: Any) -> None:
    x, y = np.arange(-4, 5).astype(kind), np.array([[3], [-3]], kind)
    check_lower(calls.call(OPS["remainder"], (x, y), {}))


def test_spread_of_fewer_entries_than_degrees_of_freedom() -> None:
    for ddof in (2, 3, 4):
        check_expand(calls.call(OPS["var"], (np.array([1.0, 2.0, 4.0]),), {"ddof": ddof}))


def test_rolling_no_axis_at_all() -> None:
    check_lower(calls.call(OPS["roll"], (np.arange(3.0),), {"shift": 1, "axis": ()}))
