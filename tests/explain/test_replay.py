import numpy as np

import chainrule as cr
from chainrule.explain.replay import compared, given, replayed
from tests.golden.graphs import both_passes, neuron, two_layers


def test_a_circuit_gives_the_same_value_again():
    graph = two_layers()
    again = replayed(graph.output.node, given(graph, {}))
    assert again.value == graph.output.value


def test_rows_bear_labels_and_the_values_of_the_entries():
    rows = compared(neuron(), 24)
    assert [(value, row.name) for value, row in rows][:2] == [(2.0, "w0"), (-1.0, "x0")]
    names = [row.name for _, row in compared(two_layers(), 100)]
    assert "W1[0, 1]" in names


def test_integers_take_part_as_they_are():
    graph = both_passes(lambda x, i: cr.sum(x[i] * 2), x=[1.0, 2.0, 3.0], i=np.array([0, 2]))
    rows = compared(graph, 24)
    assert [row.analytic for _, row in rows] == [2.0, 0.0, 2.0]
    assert all(row.ok for _, row in rows)


def test_an_array_result_is_weighed_by_what_entered():
    graph = cr.Graph(lambda x: x**2, x=[1.0, 2.0])
    graph.forward()
    graph.backward([1.0, 10.0])
    rows = compared(graph, 24)
    assert [row.analytic for _, row in rows] == [2.0, 40.0]
    assert all(row.ok for _, row in rows)
