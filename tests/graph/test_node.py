"""Symbolic gates: what they know without a value, how constants fold, and the order of a graph."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chainrule as cr
from chainrule.errors import ChainruleError, GradientError, UsageError
from chainrule.graph.mode import using
from chainrule.graph.node import (
    ConstantNode,
    Node,
    ancestors,
    as_node,
    leaf,
    variable,
    weak_kind,
)
from chainrule.graph.registry import FUNCTIONS


def test_a_leaf_carries_a_gradient_if_it_holds_floats() -> None:
    assert leaf((2, 3), np.float32, "x").differentiable
    assert not leaf((2,), np.int64).differentiable
    assert not leaf((2,), differentiable=False).differentiable
    assert repr(leaf((2, 3), np.float32, "x")) == "<leaf x float32[2, 3]>"


def test_a_gate_carries_a_gradient_if_an_input_does() -> None:
    x, still = leaf((2,)), leaf((2,), differentiable=False)
    assert (x * still).differentiable
    assert not (still * still).differentiable
    assert not (x > 0).differentiable
    assert repr(x * still) == "<multiply float64[2]>"


def test_a_gate_knows_its_module() -> None:
    x = leaf()
    with using(scope="layers.3"):
        inside = x + 1
    assert (inside.scope, (x + 1).scope) == ("layers.3", "")


def test_constants_fold_with_the_numbers_of_numpy() -> None:
    made = as_node(np.float32(3)) * as_node(2)
    assert isinstance(made, ConstantNode)
    assert (made.value, made.dtype, made.differentiable) == (6, np.float32, False)
    assert repr(made) == f"<constant {np.float32(6)!r}>"
    assert repr(as_node(np.ones((2, 3)))) == "<constant float64[2, 3]>"


def test_only_numbers_of_python_are_weak() -> None:
    x = leaf((2,), np.float32)
    assert [weak_kind(as_node(v)) for v in (2, 0.5)] == [2, 0.5]
    assert weak_kind(as_node(np.ones(2))) == np.float64
    assert weak_kind(x) == np.float32
    assert (x * 2.5).dtype == np.float32
    assert (x * np.float64(2.5)).dtype == np.float64


def test_a_computed_gate_becomes_a_constant() -> None:
    x = leaf()
    made = as_node(cr.tensor([1.0, 2.0]))
    assert isinstance(made, ConstantNode)
    assert made.value.tolist() == [1.0, 2.0]
    assert as_node(x) is x


def slice_to(end: Any) -> Any:
    return [1, 2, 3][:end]


@pytest.mark.parametrize("value", [None, {1}, "two", [object()]])
def test_what_is_no_number_takes_no_part(value: Any) -> None:
    with pytest.raises(UsageError, match="expected numbers or an array of numbers, got "):
        leaf() + value


@pytest.mark.parametrize("look", [bool, float, int, complex, range, np.asarray, slice_to])
def test_a_value_that_is_not_there(look: Any) -> None:
    made = leaf((), name="x") * 2
    with pytest.raises(GradientError, match=r"^<multiply float64\[\]>, made at .* has no value"):
        look(made)


def test_a_variable_is_differentiated_by_whatever_it_stands_for() -> None:
    still = leaf((2,), name="w", differentiable=False)
    made = variable(still)
    assert (made.name, made.inputs, made.shape) == ("w", (still,), (2,))
    assert made.differentiable


def test_ancestors_come_before_their_consumers_once_each() -> None:
    x, y = leaf(), leaf()
    product = x * y
    total = product + product * x
    found = ancestors(total)
    assert found[:3] == [x, y, product]
    assert found[-1] is total
    assert len(found) == len(set(found)) == 5
    place = {gate: i for i, gate in enumerate(found)}
    assert all(place[i] < place[gate] for gate in found for i in gate.inputs)
    assert ancestors([product, y]) == [x, y, product]


# What attributes make of a shape, against NumPy's own opinion ------------------------------------

SIZES = st.lists(st.integers(0, 3), max_size=3).map(tuple)
AXIS = st.none() | st.integers(-4, 4) | st.lists(st.integers(-4, 4), max_size=3).map(tuple)
ATTRS: dict[str, Any] = {
    "sum": {"axis": AXIS, "keepdims": st.booleans()},
    "max": {"axis": AXIS, "keepdims": st.booleans()},
    "argmax": {"axis": st.none() | st.integers(-4, 4), "keepdims": st.booleans()},
    "mean": {"axis": AXIS},
    "cumsum": {"axis": st.none() | st.integers(-4, 4)},
    "reshape": {"shape": st.lists(st.integers(-1, 6), max_size=3).map(tuple)},
    "transpose": {"axes": AXIS},
    "broadcast_to": {"shape": st.lists(st.integers(-1, 3), max_size=3).map(tuple)},
    "expand_dims": {"axis": AXIS.filter(lambda axis: axis is not None)},
    "squeeze": {"axis": AXIS},
    "flip": {"axis": AXIS},
    "roll": {"shift": st.integers(-4, 4), "axis": AXIS},
    "swapaxes": {"axis1": st.integers(-4, 4), "axis2": st.integers(-4, 4)},
}


@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value")
@pytest.mark.parametrize("name", sorted(ATTRS))
@given(data=st.data())
def test_any_attributes_give_the_shape_of_numpy_or_are_refused(name: str, data: Any) -> None:
    x = np.ones(data.draw(SIZES.filter(bool)))  # NumPy takes axis=0 of a scalar; we do not
    attrs = {k: data.draw(v, label=k) for k, v in ATTRS[name].items()}
    wanted = outcome(name, x, attrs)
    found = outcome(name, leaf(x.shape), attrs)
    assert found == wanted


@given(data=st.data(), name=st.sampled_from(["matmul", "concatenate", "stack", "add", "where"]))
def test_any_shapes_give_the_shape_of_numpy_or_are_refused(name: str, data: Any) -> None:
    arity = {"where": 3}.get(name, 2)
    arrays = [np.ones(data.draw(SIZES)) for _ in range(arity)]
    leaves = [leaf(x.shape) for x in arrays]
    assert outcome(name, leaves, {}) == outcome(name, arrays, {})


def outcome(name: str, x: Any, attrs: dict[str, Any]) -> Any:
    """Return the shape and dtype that come out, or that the call is refused."""
    args = x if isinstance(x, list) else [x]
    try:
        made = FUNCTIONS[name](*args, **attrs)
    except ChainruleError:
        return "refused"
    assert isinstance(made, Node) == isinstance(args[0], Node)
    return made.shape, made.dtype
