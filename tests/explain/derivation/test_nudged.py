"""Differences by one value: closed forms, and a fault that must be seen."""

import math

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.derivation.nudged import rows_of
from tests.explain.examples import NEURON, SIGMOID


def test_an_intermediate_value_is_nudged_where_it_stands() -> None:
    graph = cr.Graph("x*x*sin(x*y)", x=2.0, y=0.5)
    graph.forward()
    graph.backward()
    (row,) = rows_of(graph, graph["v1"])  # x*x
    assert row.difference == pytest.approx(math.sin(1.0), rel=1e-9)
    assert (row.value, row.ok) == (4.0, True)


def test_large_arrays_are_sampled() -> None:
    graph = cr.Graph("sum(exp(x))", x=np.linspace(0, 1, 50))
    graph.forward()
    graph.backward()
    rows = rows_of(graph, graph["x"])
    assert len(rows) == 6
    assert rows[0].input == "x ~"
    assert all(row.ok for row in rows)


def test_a_wrong_gradient_is_seen() -> None:
    graph = cr.Graph(SIGMOID, **NEURON)
    graph.forward()
    graph.backward()
    node = graph["w0"].node
    graph._grads = {**graph._grads, node: graph._grads[node] * 1.1}
    (row,) = rows_of(graph, graph["w0"])
    assert (row.verdict, row.ok) == ("wrong", False)


def test_whole_numbers_and_constants_stay_as_they_are() -> None:
    found = cr.derive(lambda x: cr.sum(x[np.array([0, 0, 1])] ** 2), x=[1.0, 3.0])
    assert found.check is not None
    assert [row.difference for row in found.check] == pytest.approx([4.0, 6.0], rel=1e-9)
