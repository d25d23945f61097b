"""What gates of both kinds share: operators, methods, NumPy's protocols and their refusals."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.graph.node import Node, leaf
from chainrule.graph.registry import FUNCTIONS

X = np.array([1.5, -2.0, 3.0])
Y = np.array([2.0, 4.0, -1.0])
KINDS = pytest.mark.parametrize("make", [cr.tensor, lambda x: leaf(np.shape(x))])
BINARY = {
    operator.add: "add",
    operator.sub: "subtract",
    operator.mul: "multiply",
    operator.truediv: "divide",
    operator.mod: "remainder",
    operator.lt: "less",
    operator.le: "less_equal",
    operator.gt: "greater",
    operator.ge: "greater_equal",
}
UNARY = {operator.neg: "negative", operator.abs: "abs"}


@pytest.mark.parametrize("function", BINARY)
def test_operators_keep_the_order_of_their_operands(function: Callable[..., Any]) -> None:
    wanted = function(X, Y)
    for x, y in [(cr.tensor(X), cr.tensor(Y)), (cr.tensor(X), Y), (X, cr.tensor(Y))]:
        found = function(x, y)
        assert isinstance(found, cr.Tensor)
        np.testing.assert_array_equal(found.numpy(), wanted)
    np.testing.assert_array_equal(function(5.0, cr.tensor(X)).numpy(), function(5.0, X))
    np.testing.assert_array_equal(function(cr.tensor(X), 5.0).numpy(), function(X, 5.0))


@pytest.mark.parametrize("function", BINARY)
def test_operators_make_the_gate_of_their_name(function: Callable[..., Any]) -> None:
    x, y = leaf((3,)), leaf((3,))
    found = function(x, y)
    assert (found.op.name, found.inputs) == (BINARY[function], (x, y))


@pytest.mark.parametrize("function", UNARY)
def test_operators_of_one_operand(function: Callable[..., Any]) -> None:
    np.testing.assert_array_equal(function(cr.tensor(X)).numpy(), function(X))
    assert function(leaf()).op.name == UNARY[function]


def test_logic_and_matrix_product() -> None:
    a, b = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    np.testing.assert_array_equal((cr.tensor(a) @ b).numpy(), a @ b)
    np.testing.assert_array_equal((a @ cr.tensor(b)).numpy(), a @ b)
    low, high = cr.tensor(X) > 0, cr.tensor(Y) > 0
    assert (low & high).tolist() == [True, False, False]
    assert (low | high).tolist() == [True, True, True]
    assert (~low).tolist() == [False, True, False]


def test_squares_are_gates_of_their_own() -> None:
    x = leaf((3,))
    assert [(x**n).op.name for n in (2, 2.0, 3, True)] == ["square", "square", "power", "power"]
    assert (2**x).op.name == "power"
    assert +x is x


@KINDS
def test_a_number_of_numpy_is_not_weak_in_a_power(make: Callable[..., Any]) -> None:
    x = make(X).astype(np.float32)
    assert (x**2).dtype == np.float32
    assert (x ** np.float64(2)).dtype == np.float64


def test_gates_are_compared_by_identity() -> None:
    x, same = cr.tensor(X), cr.tensor(X)
    assert x == x
    assert x != same
    assert len({x, same, x}) == 2


@KINDS
def test_every_public_function_is_a_method(make: Callable[..., Any]) -> None:
    x = make(X)
    assert set(FUNCTIONS) <= set(dir(x))
    assert x.exp().op is FUNCTIONS["exp"]
    assert x.sum(axis=0).attrs["axis"] == 0


@KINDS
def test_no_such_attribute(make: Callable[..., Any]) -> None:
    x = make(X)
    kind = type(x).__name__
    with pytest.raises(AttributeError) as caught:
        x.sigmod()
    assert str(caught.value) == f"{kind} has no attribute 'sigmod': did you mean 'sigmoid'?"
    assert not hasattr(x, "sigmod")


@KINDS
def test_size_and_axes(make: Callable[..., Any]) -> None:
    x = make(np.ones((2, 3, 4)))
    assert (x.ndim, x.size, len(x)) == (3, 24, 2)
    assert make(1.0).size == 1
    assert x.T.shape == x.transpose().shape == x.transpose(None).shape == (4, 3, 2)
    assert x.transpose(1, 0, 2).shape == x.transpose((1, 0, 2)).shape == (3, 2, 4)
    assert x.reshape(4, 6).shape == x.reshape((4, -1)).shape == (4, 6)
    assert x.reshape(-1).shape == (24,)
    assert x.reshape(np.array([4, 6])).shape == (4, 6)
    assert [row.shape for row in x] == [(3, 4)] * 2
    assert x[1, :, 0].shape == (3,)


@KINDS
def test_a_scalar_has_no_length(make: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="a scalar has no length"):
        len(make(1.0))
    with pytest.raises(TypeError, match="a scalar has no length"):
        iter(make(1.0))


def test_numpy_hands_gates_over() -> None:
    x = leaf((2, 3))
    assert np.exp(x).op.name == "exp"
    assert np.sum(x, axis=1).attrs["axis"] == 1
    assert [type(v) for v in (np.ones(3) + x, np.float64(2) * x, np.matmul(x, x.T))] == [Node] * 3
    assert (np.ones(3) - x).inputs[1] is x


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (lambda x: np.exp(x, out=np.zeros(3)), "np.exp(out)"),
        (lambda x: np.add(x, x, where=X > 0), "np.add(where)"),
        (np.add.reduce, "np.add.reduce()"),
    ],
)
def test_what_numpy_cannot_do_with_gates(call: Callable[..., Any], wanted: str) -> None:
    with pytest.raises(UsageError) as caught:
        call(cr.tensor(X))
    assert str(caught.value) == (
        f"{wanted} does not work on gates\n"
        "hint: use the function without out=, where= and dtype=, or the plain values"
    )


@pytest.mark.parametrize("function", [np.cbrt, np.linalg.eigvals])
def test_functions_without_a_gate(function: Callable[..., Any]) -> None:
    with pytest.raises(UsageError) as caught:
        function(cr.tensor(np.eye(2)))
    assert str(caught.value) == (
        f"np.{function.__name__} has no derivative here, so it would leave the graph\n"
        "hint: use x.value for the plain array, or declare a gate of your own with @cr.op"
    )
