"""Modules and tensors that are used twice: one path, one gradient, and still shared afterwards."""

from typing import Any

import numpy as np

import chainrule as cr
from chainrule import nn
from chainrule.graph.tree import flatten, map_leaves, paths
from chainrule.nn.walk import around


def shared() -> Any:
    """One module used twice, and one tensor in two modules."""
    once = nn.Linear(2, 2, key=0)
    tied = nn.Linear(2, 2, key=1).replace(weight=once.weight)
    return nn.Sequential(once, "tanh", once, tied)


def test_what_is_shared_is_listed_once() -> None:
    model = shared()
    names = ["layers.0.weight", "layers.0.bias", "layers.3.bias"]
    assert [path for path, _ in model.named_parameters()] == names
    assert list(model.state_dict()) == names
    assert [path for path, _ in model.named_modules()] == ["", "layers.0", "layers.1", "layers.3"]


def test_what_is_shared_stays_shared() -> None:
    model = shared()
    for new in (
        map_leaves(lambda x: cr.tensor(x.value + 1), model),
        model.astype(np.float64),
        model.load_state_dict(model.state_dict()),
        map_leaves(cr.tensor, map_leaves(lambda x: x.value, model)),
    ):
        assert new[0] is new[2]
        assert new[3].weight is new[0].weight
        assert len(new.parameters()) == 3


def test_gradients_of_what_is_shared_add_up() -> None:
    model = shared().astype(np.float64)
    x = np.array([[0.3, -0.7]])
    grads = cr.grad(lambda m: cr.sum(m(x)))(model)
    assert [path for path, _ in grads.named_parameters()] == [
        p for p, _ in model.named_parameters()
    ]
    loss = cr.sum(model(x))
    loss.backward()
    for (_, g), p in zip(grads.named_parameters(), model.parameters(), strict=True):
        np.testing.assert_allclose(g, p.grad, rtol=1e-14)
    new, _ = cr.optim.SGD(rate=1.0).update(model, grads, cr.optim.SGD().init(model))
    assert new[0] is new[2]
    assert new[3].weight is new[0].weight
    np.testing.assert_allclose(new[0].weight.value, model[0].weight.value - model[0].weight.grad)


def test_equal_gradients_are_not_taken_for_shared() -> None:
    """Two biases may get the very same array as gradient; they are two parameters still."""
    model = nn.Sequential(nn.Linear(1, 1, key=0), nn.Linear(1, 1, key=1))
    zero = np.zeros(1)
    same = map_leaves(lambda x: zero, model)
    assert len(same.parameters()) == 4
    assert paths(same) == paths(model)


def test_a_shared_module_keeps_its_first_path() -> None:
    model = shared()
    y = model(np.ones((1, 2), np.float32))
    assert y.scope == "layers.3"
    tanh = y.inputs[0].inputs[0].inputs[0].inputs[0]
    assert (tanh.op.name, tanh.scope) == ("tanh", "layers.1")
    assert y.inputs[0].inputs[0].scope == "layers.0"


def test_settings_tell_modules_apart() -> None:
    def trees(*models: Any) -> list[Any]:
        return [flatten(m)[1] for m in models]

    a, b = nn.Linear(2, 2, key=0), nn.Linear(2, 2, key=1)
    one, two = trees(nn.Sequential(a, "tanh", b), nn.Sequential(b, "tanh", a))
    assert one == two
    others = trees(
        nn.Sequential(a, "relu", b),
        nn.Sequential(a, "tanh", a),
        nn.Sequential(a, "tanh", b, "tanh"),
    )
    assert not any(one == other for other in others)
    slow, fast = trees(nn.LeakyReLU(slope=0.1), nn.LeakyReLU(slope=0.2))
    assert slow != fast
    first, last = trees(nn.Sequential(a, b, a), nn.Sequential(a, b, b))
    assert first != last


def test_the_module_around() -> None:
    assert around("a.b.c", ["", "a", "a.b", "a.bb"]) == "a.b"
    assert around("a.items.0", ["", "a"]) == "a"
    assert around("x", ["", "a"]) == ""
