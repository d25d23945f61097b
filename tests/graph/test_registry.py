"""Ops: what a declaration is read as, how calls are sorted, and what the tables find."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ChainruleError, ShapeError, UsageError
from chainrule.graph import registry, shapes
from chainrule.graph.formula import Symbol
from chainrule.graph.node import leaf
from chainrule.graph.registry import FUNCTIONS, NUMPY, OPS, freeze, op, ops, plain

X = np.array([1.0, 2.0, 3.0])


def nudge(g: Any, z: Any, x: Any, by: Any, *, times: int = 3, axes: Any = ()) -> Any:
    """Move `x`.

    And say more about it.
    """
    return g, None


def declared(**more: Any) -> Any:
    return op(numpy=lambda x, by, times, axes: x + by * times, **more)(nudge)


def gather(g: Any, z: Any, *xs: Any, axis: int = 0) -> Any:
    return [g] * len(xs)


def variadic() -> Any:
    return op(numpy=lambda *xs, axis: sum(xs), shape=shapes.same)(gather)


# The declaration ---------------------------------------------------------------------------------


def test_the_rule_is_read() -> None:
    made = declared()
    assert (made.name, made.public, made.__name__) == ("nudge", "nudge", "nudge")
    assert made.__doc__ == "Move `x`.\n\nAnd say more about it."
    assert (made.input_names, made.arity, made.variadic) == (("x", "by"), 2, False)
    assert made.defaults == {"times": 3, "axes": ()}
    assert str(made.__signature__) == "(x, by, *, times: int = 3, axes: Any = ())".replace(
        "x, by", "x: Any, by: Any"
    )
    assert repr(made) == "<op nudge>"


def test_any_number_of_inputs() -> None:
    made = variadic()
    assert (made.input_names, made.arity, made.variadic) == (("xs",), -1, True)


def test_what_is_discrete() -> None:
    assert declared(dtype=shapes.boolean).discrete
    assert declared(dtype=shapes.position).discrete
    assert not declared(dtype=shapes.promoted).discrete


def test_the_formula_is_written_in_the_names_of_the_inputs() -> None:
    made = declared(formula=lambda m, x, by, times=3, axes=(): x + by * times)
    assert made.expression(times=2) == Symbol("x") + Symbol("by") * 2
    assert made.expression(times=Symbol("t")) == Symbol("x") + Symbol("by") * Symbol("t")
    assert declared().expression() is None


def test_only_numpy_is_required() -> None:
    @cr.op(numpy=lambda x: np.sort(x) ** 2)
    def sorted_squares(g: Any, z: Any, x: Any) -> Any:
        return (g * 2 * x,)

    assert sorted_squares(X).tolist() == [1.0, 4.0, 9.0]
    assert isinstance(sorted_squares(X), np.ndarray)
    x = cr.tensor(X)
    sorted_squares(x).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0, 6.0]
    node = sorted_squares(leaf((5,), np.float32))
    assert (node.shape, node.dtype) == ((5,), np.float32)
    with pytest.raises(TypeError, match="numpy"):
        op()(nudge)


def test_an_op_without_a_shape_rule_that_fails_on_ones() -> None:
    @cr.op(numpy=np.linalg.inv)
    def invert(g: Any, z: Any, x: Any) -> Any:
        return (g,)

    with pytest.raises(UsageError) as caught:
        invert(leaf((2, 2)))
    assert str(caught.value) == (
        "invert has no shape rule and fails on ones, so it cannot be used symbolically: "
        "Singular matrix\nhint: declare it: @cr.op(..., shape=...) on invert"
    )


# Calls -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "given", "times"),
    [
        ((1, 2), {}, 3),
        ((1, 2, 5), {}, 5),
        ((1,), {"by": 2, "times": 5}, 5),
        ((), {"times": 5, "by": 2, "x": 1}, 5),
    ],
)
def test_inputs_and_attributes_are_told_apart(args: Any, given: Any, times: int) -> None:
    inputs, attrs = declared().bind(args, given)
    assert (list(inputs), attrs) == ([1, 2], {"times": times, "axes": ()})
    assert given in ({}, {"by": 2, "times": 5}, {"times": 5, "by": 2, "x": 1})


@pytest.mark.parametrize("args", [(1, 2), ([1, 2],), ((1, 2),)])
def test_inputs_one_by_one_or_in_a_list(args: Any) -> None:
    assert variadic().bind(args, {"axis": 1}) == ([1, 2], {"axis": 1})


def test_an_attribute_after_the_list() -> None:
    assert variadic().bind(([1, 2], 1), {}) == ([1, 2], {"axis": 1})


@pytest.mark.parametrize(
    ("make", "args", "given", "says"),
    [
        (declared, (1,), {}, "nudge takes 2 inputs (x, by), got 1"),
        (declared, (1, 2, 3, 4, 5), {}, "nudge takes 2 inputs (x, by), got 5"),
        (declared, (1,), {"times": 2}, "nudge takes 2 inputs (x, by), got 1"),
        (
            declared,
            (1, 2),
            {"time": 2},
            "nudge has no argument 'time'\nhint: did you mean 'times'?",
        ),
        (declared, (1, 2, 3), {"times": 4}, "nudge got times twice, by position and by name"),
        (declared, (1, 2), {"x": 4}, "nudge got x twice, by position and by name"),
        (variadic, ([1, 2], 0), {"axis": 0}, "gather got axis twice, by position and by name"),
        (
            variadic,
            ([1, 2], 0, 7),
            {},
            "gather takes at most 1 argument after its inputs (axis), got 2",
        ),
    ],
)
def test_calls_that_do_not_fit(make: Callable[[], Any], args: Any, given: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        make()(*args, **given)
    assert str(caught.value) == says


def test_arguments_are_arranged_first() -> None:
    made = declared(arrange=lambda x, times: ((x, 10), {"times": times}))
    assert made(1, times=2) == 21
    assert made(cr.tensor(1.0), 2).attrs == {"times": 2, "axes": ()}


def test_attributes_of_one_call_do_not_reach_the_next() -> None:
    made = declared()
    assert [made(1, 1, times=5), made(1, 1)] == [6, 4]
    assert made.defaults == {"times": 3, "axes": ()}


def test_python_numbers_are_computed_with() -> None:
    assert isinstance(declared()(1, 2), np.generic)
    assert declared()(X, 1).tolist() == [4.0, 5.0, 6.0]


@pytest.mark.parametrize("make", [np.ones, leaf])
@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda x: cr.sum(x, axis=2), "sum of (2, 3): axis 2 is out of range for 2 dimensions"),
        (
            lambda x: cr.sum(x, axis="rows"),
            "sum failed on inputs of shape (2, 3): "
            "'str' object cannot be interpreted as an integer",
        ),
        (
            lambda x: cr.sum(x, axis=1.0),
            "sum failed on inputs of shape (2, 3): "
            "'float' object cannot be interpreted as an integer",
        ),
    ],
)
def test_failures_name_the_op_and_the_shapes(make: Any, call: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        call(make((2, 3)))
    assert str(caught.value) == says


def test_errors_of_ours_come_through() -> None:
    def refuse(x: Any) -> Any:
        raise ShapeError("too long", hint="cut it")

    @cr.op(numpy=refuse)
    def picky(g: Any, z: Any, x: Any) -> Any:
        return (g,)

    with pytest.raises(ShapeError, match=r"^too long\nhint: cut it$"):
        picky(1.0)


def test_the_dtype_is_what_numpy_gives() -> None:
    made = declared(shape=shapes.broadcast)
    attrs = made.defaults
    assert made.result_dtype([np.dtype("f4"), 2.5], [1, 0], attrs) == np.float32
    assert made.result_dtype([np.dtype("f4"), np.dtype("f8")], [1, 0], attrs) == np.float64
    always = declared(dtype=shapes.boolean)
    assert always.result_dtype([np.dtype("f4"), 2.5], [1, 0], attrs).kind == "b"


def test_a_dtype_that_cannot_be_asked_for() -> None:
    made = op(numpy=lambda x: x + "text", shape=shapes.same, name="odd")(lambda g, z, x: (g,))
    with pytest.raises(UsageError, match=r"^odd failed on inputs of dtype float64: ufunc 'add'"):
        made(leaf((2,)))


# The tables --------------------------------------------------------------------------------------


def test_a_declaration_is_found() -> None:
    made = declared(name="nudged", public="moves.nudge", same_as=np.nextafter)
    assert OPS["nudged"] is FUNCTIONS["moves.nudge"] is ops.nudged is made
    assert "nudge" not in OPS
    assert NUMPY[np.nextafter] == "moves.nudge"
    x = cr.tensor(X)
    assert np.nextafter(x, 2.0).op is made


def test_a_redefinition_replaces() -> None:
    first = declared()
    x = cr.tensor(X)
    before = x.nudge(1)
    second = declared()
    assert OPS["nudge"] is FUNCTIONS["nudge"] is ops.nudge is cr.nudge is second
    assert x.nudge(1).op is second
    assert before.op is first


def test_numpys_functions_are_found() -> None:
    for function, name in NUMPY.items():
        assert FUNCTIONS[name] is not None
        assert callable(function)
    assert (NUMPY[np.exp], NUMPY[np.sum]) == ("exp", "sum")
    declared(same_as=np.exp)
    assert NUMPY[np.exp] == "exp"


def test_what_is_not_numpys_is_no_entry() -> None:
    before = dict(NUMPY)
    declared()
    assert before == NUMPY


def test_every_op_is_published() -> None:
    assert {made.public for made in OPS.values()} <= set(FUNCTIONS)
    assert all(made.name == name for name, made in OPS.items())
    assert all(made.role in (*registry.ROLES, "") for made in OPS.values())


def test_a_composition_is_found() -> None:
    @registry.composition(same_as=np.fix, name="twice")
    def double(x: Any) -> Any:
        return x * 2

    assert FUNCTIONS["twice"] is ops.twice is double
    assert "twice" not in OPS
    assert cr.tensor(3.0).twice().value == np.fix(cr.tensor(3.0)).value == 6.0


def test_no_such_op() -> None:
    with pytest.raises(AttributeError) as caught:
        ops.sigmod  # noqa: B018
    assert str(caught.value) == "no op 'sigmod': did you mean 'sigmoid'?"


# Plain values ------------------------------------------------------------------------------------


def test_plain_leaves_numbers_and_arrays_alone() -> None:
    for x in (X, np.float32(2), 2.5, 3, True):
        assert plain(x) is x
    assert plain([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("value", [None, object(), {1}, "two", b"two", ["a", "b"]])
def test_plain_refuses_what_is_no_number(value: Any) -> None:
    with pytest.raises(UsageError) as caught:
        plain(value)
    kind = type(value).__name__
    assert str(caught.value) == f"expected numbers or an array of numbers, got {kind}"


@pytest.mark.parametrize(
    ("value", "frozen"),
    [
        ([1, [2, 3]], (1, (2, 3))),
        ((np.int64(1), np.float32(0.5)), (1, 0.5)),
        (np.array([[1, 2], [3, 4]]), ((1, 2), (3, 4))),
        (np.array(3), 3),
        (np.float32, "float32"),
        (np.dtype("i4"), "int32"),
        (float, "float64"),
        (bool, "bool"),
        ("same", "same"),
        (None, None),
        (slice(1), slice(1)),
    ],
)
def test_attributes_are_frozen(value: Any, frozen: Any) -> None:
    found = freeze(value)
    assert (found, type(found)) == (frozen, type(frozen))


def test_every_refusal_is_one_of_ours() -> None:
    with pytest.raises(ChainruleError):
        cr.concatenate([X, X], axis=("a",))
