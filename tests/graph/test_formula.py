"""Scalar expression trees: building, comparing, replacing, evaluating."""

import math
import pickle

import numpy as np
import pytest

from chainrule.errors import UsageError
from chainrule.graph.formula import (
    ARITY,
    NUMPY,
    Apply,
    Expression,
    Number,
    Symbol,
    children,
    evaluate,
    fold,
    maths,
    postorder,
    substitute,
    symbols,
)

x, y = Symbol("x"), Symbol("y")


@pytest.mark.parametrize(
    ("built", "written"),
    [
        (x + y, "add(x, y)"),
        (1 + x, "add(1, x)"),
        (x - 2, "subtract(x, 2)"),
        (2 - x, "subtract(2, x)"),
        (x * y, "multiply(x, y)"),
        (2.5 * x, "multiply(2.5, x)"),
        (x / y, "divide(x, y)"),
        (1 / x, "divide(1, x)"),
        (x**2, "power(x, 2)"),
        (2**x, "power(2, x)"),
        (-x, "negative(x)"),
        (abs(x), "abs(x)"),
        (x < y, "less(x, y)"),
        (x <= 0, "less_equal(x, 0)"),
        (x > 0, "greater(x, 0)"),
        (x >= y, "greater_equal(x, y)"),
        (np.float64(2.0) * x, "multiply(2.0, x)"),
        (maths.where(x < 0, 0, x), "where(less(x, 0), 0, x)"),
        (1 / (1 + maths.exp(-x)), "divide(1, add(1, exp(negative(x))))"),
    ],
)
def test_operators_build_trees(built: Expression, written: str) -> None:
    assert repr(built) == written


def test_equality_and_hash_are_structural() -> None:
    assert x + 2 * y == Symbol("x") + 2 * Symbol("y")
    assert hash(x + 2 * y) == hash(Symbol("x") + 2 * Symbol("y"))
    assert len({x + 1, x + 1, x + 2, y + 1, x - 1}) == 4
    assert x + y != y + x
    assert x + y != x
    assert x + y != x - y
    assert Apply("f", (x,)) != Apply("f", (x, y))
    assert Number(2) == Number(2.0)
    assert x != "x"


def test_trees_survive_pickling() -> None:
    tree = maths.exp(x) * 2
    assert pickle.loads(pickle.dumps(tree)) == tree


def test_trees_are_frozen() -> None:
    with pytest.raises(AttributeError):
        x.name = "z"  # type: ignore[misc]


@pytest.mark.parametrize("name", sorted(ARITY))
def test_every_function_builds_its_op(name: str) -> None:
    inputs = tuple(Symbol(f"a{i}") for i in range(ARITY[name]))
    assert getattr(maths, name)(*inputs) == Apply(name, inputs)


def test_constants() -> None:
    assert (maths.pi, maths.e, maths.inf) == (Number(math.pi), Number(math.e), Number(math.inf))


def test_unknown_function_suggests_the_nearest() -> None:
    with pytest.raises(AttributeError) as error:
        maths.maximun(x, y)
    assert str(error.value) == "no function 'maximun' in formulas: did you mean 'maximum'?"


def test_wrong_number_of_inputs() -> None:
    with pytest.raises(UsageError) as error:
        maths.exp(x, y)
    assert str(error.value) == "exp takes 1 input(s), got 2"


def test_arrays_are_refused() -> None:
    with pytest.raises(UsageError) as error:
        x + np.ones(3)  # type: ignore[operator]
    assert str(error.value) == (
        "a formula is made of symbols and numbers, not of ndarray\n"
        "hint: a formula is the mathematics of one entry; arrays come in through its symbols"
    )


def test_a_condition_has_no_truth_value() -> None:
    with pytest.raises(UsageError) as error:
        bool(x < 0)
    assert str(error.value) == (
        "the formula less(x, 0) is neither true nor false: its symbols have no values yet\n"
        "hint: choose between values with m.where(condition, a, b)"
    )


def test_symbols_in_order_of_first_use() -> None:
    assert symbols(y * x + y + 2) == ("y", "x")
    assert symbols(Number(3)) == ()


def test_postorder_puts_inputs_first_and_shared_nodes_once() -> None:
    shared = x * y
    tree = shared + maths.exp(shared)
    assert [repr(node) for node in postorder(tree)] == [
        "x",
        "y",
        "multiply(x, y)",
        "exp(multiply(x, y))",
        "add(multiply(x, y), exp(multiply(x, y)))",
    ]


def test_fold_visits_a_shared_node_once() -> None:
    tree: Expression = x
    for _ in range(60):  # 2**60 paths
        tree = tree + tree
    visits = []
    assert fold(tree, lambda node, parts: visits.append(node) or sum(parts, not parts)) == 2**60
    assert len(visits) == 61


def test_substitution_is_simultaneous() -> None:
    swapped = substitute(x / y, {"x": y, "y": x})
    assert swapped == y / x
    assert substitute(x + y, {"x": 3}) == 3 + y
    assert substitute(Number(1), {"x": y}) == Number(1)


def test_evaluate_with_numpy() -> None:
    z = np.array([-1.0, 0.0, 2.0])
    sigmoid = 1 / (1 + maths.exp(-x))
    np.testing.assert_array_equal(evaluate(sigmoid, {"x": z}, NUMPY), 1 / (1 + np.exp(-z)))
    leaky = maths.where(x < 0, 0.1 * x, x)
    np.testing.assert_array_equal(evaluate(leaky, {"x": z}, NUMPY), [-0.1, 0.0, 2.0])


def test_numbers_are_weak() -> None:
    z = np.ones(3, np.float32)
    assert evaluate(2.5 * x + maths.pi, {"x": z}, NUMPY).dtype == np.float32
    assert evaluate(np.float64(2.5) * x, {"x": z}, NUMPY).dtype == np.float32


def test_evaluate_with_other_functions() -> None:
    words = {"add": lambda a, b: f"({a} plus {b})", "exp": lambda a: f"exp of {a}"}
    assert evaluate(maths.exp(x) + 1, {"x": "x"}, words) == "(exp of x plus 1)"


def test_missing_value_and_missing_function() -> None:
    with pytest.raises(UsageError) as error:
        evaluate(Symbol("beta1") + 1, {"beta2": 1.0}, NUMPY)
    assert str(error.value) == "no value for 'beta1' in the formula\nhint: did you mean 'beta2'?"
    with pytest.raises(UsageError) as error:
        evaluate(maths.exp(x), {"x": 1.0}, {"expm1": np.expm1})
    assert str(error.value) == "no function for 'exp' in the formula\nhint: did you mean 'expm1'?"


def test_long_sums_do_not_recurse() -> None:
    left: Expression = x
    right: Expression = x
    for _ in range(5_000):
        left, right = left + x, x + right
    for tree in (left, right):
        assert evaluate(tree, {"x": 1.0}, NUMPY) == 5_001
        assert substitute(tree, {"x": y}) != tree
        assert substitute(tree, {}) == tree
        assert hash(tree) == hash(substitute(tree, {}))
        assert symbols(tree) == ("x",)
        assert repr(tree).count("add") == 5_000


def test_children_of_leaves() -> None:
    assert children(x) == children(Number(1)) == ()
