"""Problems: values and winners from forward functions, gradients from rules."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.problems import FunctionProblem, GateProblem, winners


def problem(f: Any, *args: Any, **named: Any) -> FunctionProblem:
    return FunctionProblem(f, args, named, "f")


def test_values_and_gradients() -> None:
    p = problem(lambda x, y: x * y, 2.0, y=3)
    assert p.names == ["x", "y"]
    assert p.sample(p.xs).value == 6.0
    assert [float(g) for g in p.gradients()] == [3.0, 2.0]
    assert [float(g) for g in p.second_gradients([1.0, 0.0])] == [0.0, 1.0]


def test_arrays_are_weighed_the_same_at_every_call() -> None:
    p = problem(lambda x: (x * 2, [x]), np.ones(3))
    assert p.sample(p.xs) == p.sample(p.xs)
    assert len({float(v) for v in p.gradients()[0]}) == 3


def test_a_function_of_nothing_differentiable_has_zeros() -> None:
    p = problem(lambda x: cr.floor(x), 1.5)
    assert p.gradients() == [np.zeros(())]
    assert p.second_gradients([1.0]) == [np.zeros(())]


def gate(f: Any, *args: Any) -> Any:
    return f(*(cr.tensor(x) for x in args))


def test_a_gate_alone() -> None:
    p = GateProblem(gate(lambda x, y: x * y, 2.0, 3.0))
    assert p.names == ["x", "y"]
    assert [float(g) for g in p.gradients()] == [3.0, 2.0]
    joined = GateProblem(gate(lambda x, y: cr.concatenate([x, y]), [1.0], [2.0]))
    assert joined.names == ["xs[0]", "xs[1]"]


def test_beside_is_near_but_not_there() -> None:
    p = GateProblem(gate(lambda x: cr.relu(x), np.zeros(50)))
    away = np.abs(p.beside().xs[0])
    assert away.min() >= 2e-2
    assert away.max() <= 4e-2
    assert {*np.sign(p.beside().xs[0])} == {-1.0, 1.0}


@pytest.mark.parametrize("x", [-1.0, 1.0])
def test_winners_change_where_the_slope_jumps(x: float) -> None:
    def state(x: float) -> bytes:
        return winners([gate(lambda x: cr.where(x > 0, cr.relu(x), -x), x)])

    assert state(x) == state(2 * x)
    assert state(x) != state(-x)
