"""From gradients to a new model: forms of models and gradients, clipping, messages."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import optim
from chainrule.errors import GradientError, ShapeError, UsageError


def nested() -> Any:
    return {"net": [np.ones((2, 2)), {"b": np.zeros(2)}], "name": "toy", "count": np.array(3)}


def test_state_has_a_slot_per_parameter_path() -> None:
    state = optim.Adam().init(nested())
    assert sorted(state["slots"]) == ["net.0", "net.1.b"]
    assert state["step"].dtype == np.int64
    assert state["slots"]["net.0"]["m"].shape == (2, 2)


def test_gradients_as_tree_and_by_path_are_the_same() -> None:
    model, rule = nested(), optim.Momentum()
    tree = {"net": [np.ones((2, 2)), {"b": np.ones(2)}]}
    by_path = {"net.0": np.ones((2, 2)), "net.1.b": np.ones(2)}
    one, _ = rule.update(model, tree, rule.init(model))
    two, _ = rule.update(model, by_path, rule.init(model))
    np.testing.assert_array_equal(one["net"][0], two["net"][0])
    np.testing.assert_array_equal(one["net"][1]["b"], two["net"][1]["b"])
    assert one["name"] == "toy"
    assert one["count"] is model["count"]


def test_parameters_without_gradient_stay() -> None:
    model, rule = nested(), optim.Adam()
    new, state = rule.update(model, {"net.1.b": np.ones(2)}, rule.init(model))
    assert new["net"][0] is model["net"][0]
    assert not state["slots"]["net.0"]["m"].any()


def test_gradients_left_by_backward() -> None:
    w = cr.tensor([1.0, 2.0])
    (w * w).sum().backward()
    rule = optim.SGD(rate=0.25)
    new, _ = rule.update({"w": w}, None, rule.init({"w": w}))
    assert isinstance(new["w"], cr.Tensor)
    assert new["w"] is not w
    assert new["w"].tolist() == [0.5, 1.0]
    assert w.tolist() == [1.0, 2.0]
    assert new["w"].grad is None


def test_messages() -> None:
    rule, model = optim.Adam(), nested()
    state = rule.init(model)
    with pytest.raises(GradientError, match="no parameter has a gradient"):
        rule.update({"w": cr.tensor(1.0)}, None, rule.init({"w": cr.tensor(1.0)}))
    with pytest.raises(UsageError) as caught:
        rule.update(model, {"net.1.c": np.ones(2)}, state)
    assert str(caught.value) == ("no parameter is called 'net.1.c'\nhint: did you mean 'net.1.b'?")
    with pytest.raises(ShapeError) as caught:
        rule.update(model, {"net.0": np.ones(2)}, state)
    assert str(caught.value) == "the gradient of net.0 has shape (2,), the parameter (2, 2)"
    with pytest.raises(UsageError) as caught:
        rule.update({"v": np.ones(1)}, {"v": np.ones(1)}, state)
    assert str(caught.value) == "the state was made for another model: no slots for 'v'"


def test_updates_can_be_differentiated() -> None:
    """With live gradients the new weight depends on the old one: the slope of one step."""
    w = cr.tensor(2.0)
    loss = w * w * w
    loss.backward(create_graph=True)
    rule = optim.SGD(rate=0.1)
    new, _ = rule.update({"w": w}, {"w": w.grad}, rule.init({"w": w}))
    new["w"].backward()
    assert new["w"].item() == pytest.approx(2 - 0.1 * 12)
    assert w.grad.item() == pytest.approx(1 - 0.1 * 12)
