import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.explain.tensors import circuit_behind


def test_a_tensor_shows_the_circuit_it_was_computed_by():
    x, y = cr.tensor(3.0), cr.tensor(-4.0, name="other")
    z = cr.exp(x * y)
    z.backward()
    graph = cr.Graph.of(z)
    assert [view.name for view in graph.leaves] == ["x", "other"]
    assert graph.output.value == z.value
    assert graph["x"].grad == x.grad
    assert graph["other"].grad == y.grad


def test_before_backward_gradients_are_blank():
    x = cr.tensor(3.0)
    y = x * x
    graph = cr.Graph.of(y)
    assert graph.output.value == 9.0
    assert graph["x"].grad is None
    assert graph.backward() == {"x": 6.0}


def test_gradients_are_those_of_this_tensor():
    x = cr.tensor(2.0)
    first, second = x * 3, x * 5
    first.backward()
    second.backward()
    assert cr.Graph.of(first)["x"].grad == 3.0


def test_parameters_of_layers_have_their_paths():
    model = cr.nn.MLP(2, 3, 1, key=0)
    total = cr.sum(model(np.ones((1, 2), np.float32)))
    graph = cr.Graph.of(total)
    assert [view.name for view in graph.leaves] == [
        "layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias",
    ]  # fmt: skip
    assert [view.label for view in graph.leaves] == ["W1", "b1", "W2", "b2"]
    assert set(graph.arrays.values()) == {"parameter"}


def test_the_same_name_twice_is_numbered():
    a, b = cr.tensor(1.0, name="w"), cr.tensor(2.0, name="w")
    assert [view.name for view in cr.Graph.of(a * b).leaves] == ["w", "w2"]


def test_arrays_that_take_part_are_constants():
    x = cr.tensor([1.0, 2.0])
    graph = cr.Graph.of(cr.sum(x * np.array([3.0, 4.0])))
    assert [view.label for view in graph.constants] == ["c1"]


def test_the_circuit_keeps_where_its_gates_were_made():
    x = cr.tensor(2.0)
    squared = x * x
    (gate,) = cr.Graph.of(squared).gates
    assert (gate.name, gate.source.text) == ("squared", "squared = x * x")


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (lambda: 3.0, "expected a tensor, got float"),
        (lambda: cr.tensor(3.0), "this tensor was not computed by gates"),
    ],
)
def test_what_has_no_circuit_is_refused(what, message):
    with pytest.raises(UsageError, match=message):
        circuit_behind(what())
