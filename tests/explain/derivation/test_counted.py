"""Evaluations: what was carried out equals what counting without doing it says."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.derivation import ways
from chainrule.explain.derivation.counted import Written, evaluations_of
from chainrule.explain.derivation.records import Count, Evaluations
from tests.explain.examples import CASES, NEURON, SIGMOID, STAGED

CIRCUITS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (text, values) for name, (text, values, _, _) in CASES.items()},
    "staged": (STAGED, {"x": 3.0, "y": -4.0}),
    "shared": ("exp(x*x) * (x*x + sin(x))", {"x": 0.7}),
    "arrays": ("sum((W@x)^2) + sum(W)", {"W": [[0.1, 0.5], [-0.3, 0.8]], "x": [0.2, 0.4]}),
}


def ran(text: str, **values: Any) -> Any:
    graph = cr.Graph(text, **values)
    graph.forward()
    graph.backward()
    return graph


def evaluations(text: str, **values: Any) -> Evaluations:
    return evaluations_of(ran(text, **values), {})


def test_the_neuron_counted_by_hand() -> None:
    found = evaluations(SIGMOID, **NEURON)
    assert (found.inputs, found.gates, found.paths) == (5, 8, 5)
    assert found.backprop == Count(values=8, locals=12, ran=True)  # 4 gates of two operands
    assert found.differences == Count(values=(5 + 1) * 8, locals=0, ran=True)
    # Four paths of seven gates, one of five. Each begins with -1/v7^2, 1 and v6: without names for
    # them, v7 takes 7 gates, v6 the 6 before.
    assert found.written_out == Count(values=5 * (7 + 6), locals=4 * 7 + 5, ran=True)


@pytest.mark.parametrize("name", CIRCUITS)
def test_written_out_it_gives_the_same_gradients(name: str) -> None:
    text, values = CIRCUITS[name]
    graph = ran(text, **values)
    leaves = [view.node for view in graph.leaves]
    written = Written(graph, ways.flowing(graph), {})
    expected = written.expected(leaves)
    count, sums = written.carried_out(leaves)
    assert (count.values, count.locals) == (expected.values, expected.locals)
    for view in graph.leaves:
        assert np.allclose(sums[view.node], view.grad, rtol=1e-12, atol=0)


def test_the_number_of_paths_doubles_with_each_stage() -> None:
    doubling = cr.Graph(lambda x: repeat(x, 60), x=1.0)
    doubling.forward()
    doubling.backward()
    found = evaluations_of(doubling, {})
    assert found.paths == 2**60
    assert found.written_out.locals == 60 * 2**60
    assert not found.written_out.ran
    assert found.backprop == Count(values=60, locals=120, ran=True)


def repeat(x: Any, times: int) -> Any:
    for _ in range(times):
        x = x + x
    return x


def test_large_circuits_are_counted_without_differences() -> None:
    found = evaluations("sum(x*x)", x=np.ones(5000))
    assert found.differences == Count(values=5001 * 2, locals=0, ran=False)
