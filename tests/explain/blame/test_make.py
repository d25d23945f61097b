"""From a run to what is said: operands, rows, what was reached, the line."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.blame.make import Label, blame, installed, line, within
from chainrule.explain.blame.records import Blame
from chainrule.graph.node import Node
from chainrule.graph.source import caller
from tests.explain.blame.circuits import ran

X = np.array([[1.0, 2.0], [3.0, -4.0], [5.0, 6.0]])


def said(f: Any, *given: Any) -> Blame:
    """Return the blame for `f`, gates named by their op and leaves by their name."""
    found = ran(f, *given)
    labels: dict[Node, Label] = {}
    for node in found.order:
        if node.op is not None:
            labels[node] = Label(node.op.name, phase="forward", place=node.place)
        elif node.name:
            labels[node] = Label(node.name, node.name if node.name in "xy" else "weight")
    got = blame(found, labels, 7, 0.5)
    assert got is not None
    return got


def f(x: Any, w: Any) -> Any:
    return cr.sum(cr.tanh(cr.log(x * w) @ np.ones((2, 2))) + 1)


def test_all_that_is_said() -> None:
    found = said(f, X, np.array([1.0, 0.5]))
    assert (found.kind, found.name, found.op, found.phase) == ("gate", "log", "log", "forward")
    assert (found.step, found.loss, found.element, found.elements) == (7, 0.5, (1, 1), 1)
    (x,) = found.operands
    assert (x.name, x.shape, x.dtype, x.least, x.greatest) == ("multiply", (3, 2), "float64", -2, 5)
    assert (x.at, x.reaching, x.nan, x.inf) == ((-2.0,), 1, 0, 0)
    assert found.result is not None
    assert np.isnan(found.result.at[0])
    assert (found.result.nan, found.result.reaching) == (1, 1)
    assert found.rows == (1,)
    assert found.reached == ("matmul", "tanh", "add", "sum")
    assert found.source is not None
    assert found.source.text == "return cr.sum(cr.tanh(cr.log(x * w) @ np.ones((2, 2))) + 1)"


def test_rows_go_through_sums_over_rows() -> None:
    assert said(lambda x: cr.log(cr.sum(x) - 100), X).rows == (0, 1, 2)
    assert said(lambda x: cr.sum(cr.log(cr.mean(x, axis=1) - 3)), X).rows == (0, 1)


def test_rows_of_y_where_x_does_not_take_part() -> None:
    assert said(lambda x, y: cr.sum(x) + cr.sum(cr.log(y)), X, np.array([1.0, 2.0, -1.0])).rows == (
        2,
    )


def test_a_leaf() -> None:
    found = said(lambda w: cr.sum(w), np.array([1.0, np.inf]))
    assert (found.kind, found.name, found.element, found.operands) == ("weight", "w", (1,), ())
    assert found.reached == ("sum",)


def test_a_constant_is_told_by_the_gate_that_takes_it() -> None:
    found = said(lambda x: cr.sum(cr.where(x > 0, x, np.inf)), X)
    assert (found.kind, found.op, found.element) == ("constant", "where", (1, 1))
    assert found.operands[2].name == "inf"
    assert said(lambda x: x[0, 0] * np.array([1.0, np.nan]), X).operands[1].name == (
        "an array in the code"
    )


def test_nobody() -> None:
    assert blame(ran(lambda x: cr.sum(x), X), {}, 1, 0.5) is None


def test_lines_of_installed_packages_are_none() -> None:
    assert line(None) is None
    assert line(caller(1)) is not None
    assert within(np.__file__, installed())
    assert not within(__file__, installed())


def test_of_many_entries_the_largest_are_told() -> None:
    x = np.append(np.arange(20.0), -1e200)
    (found, _) = said(lambda x, w: x @ w, x, np.full(21, 1e150)).operands
    assert found.at == (-1e200, 19, 18, 17, 16, 15)
    assert found.reaching == 21


@pytest.mark.parametrize("count", [1, 3, 9])
def test_entries_that_reach_are_counted(count: int) -> None:
    (x,) = said(lambda x: cr.log(cr.sum(x) - 1e9), np.ones(count)).operands
    assert x.reaching == 1
    (x, _) = said(lambda x: cr.max(cr.sum(x) * 1e308), np.full(count, 1e3)).operands
    assert x.at == (1e3 * count,)
