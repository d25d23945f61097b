"""Modules: frozen records, their paths, states, copies, gradients and scopes."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import DtypeError, ShapeError, UsageError
from chainrule.graph.tree import flatten, map_leaves, paths, unflatten


class Scale(nn.Module):
    factor: Any
    power: int = 1

    def __call__(self, x: Any) -> Any:
        return x * self.factor**self.power


class Bag(nn.Module):
    """Parameters in every kind of container, a buffer, and settings."""

    items: list[Any]
    table: dict[str, Any]
    pair: tuple[Any, ...]
    count: Any
    label: str = "bag"
    rate: float = 0.5

    def __call__(self, x: Any) -> Any:
        return self.table["net"](x) + self.items[0] + self.pair[1]


def bag() -> Bag:
    return Bag(
        items=[cr.tensor(1.0), "text"],
        table={"net": nn.Linear(2, 2, key=0), "b": cr.tensor([1.0])},
        pair=(None, cr.tensor(3.0)),
        count=np.array([1, 2]),
    )


PATHS = ["items.0", "table.net.weight", "table.net.bias", "table.b", "pair.1", "count"]


def test_fields_are_keywords() -> None:
    assert float(Scale(factor=2.0)(3.0)) == 6
    with pytest.raises(TypeError):
        Scale(2.0)


def test_subclasses_without_fields_keep_the_initializer() -> None:
    class Own(nn.Linear):
        def __call__(self, x: Any) -> Any:
            return -super().__call__(x)

    x = np.ones((1, 2), np.float32)
    np.testing.assert_array_equal(Own(2, 3, key=0)(x).value, -nn.Linear(2, 3, key=0)(x).value)


def test_modules_are_frozen() -> None:
    model = Scale(factor=cr.tensor(2.0))
    with pytest.raises(AttributeError) as caught:
        model.factor = 3.0
    assert str(caught.value) == (
        "Scale is frozen, so 'factor' cannot be assigned\n"
        "hint: new = module.replace(factor=...) returns a changed copy"
    )
    with pytest.raises(AttributeError, match="Scale is frozen"):
        del model.factor
    linear = nn.Linear(2, 2, key=0)
    with pytest.raises(AttributeError, match="Linear is frozen"):
        linear.weight = None


def test_replace() -> None:
    model = Scale(factor=cr.tensor(2.0))
    cubed = model.replace(power=3)
    assert (model.power, cubed.power) == (1, 3)
    assert cubed.factor is model.factor
    with pytest.raises(UsageError) as caught:
        model.replace(powr=3)
    assert str(caught.value) == "Scale has no field 'powr'\nhint: did you mean 'power'?"


def test_replace_in_a_module_that_was_put_together_again() -> None:
    model = nn.Linear(2, 2, key=0).astype(np.float64)
    assert [path for path, _ in model.replace(bias=None).named_parameters()] == ["weight"]
    assert [path for path, _ in model.replace(bias=np.ones(2)).named_buffers()] == ["bias"]
    tied = nn.Sequential(nn.Linear(2, 2, key=0), nn.Linear(2, 2, key=1)).astype(np.float64)
    first, last = tied
    tied = tied.replace(layers=(first, last.replace(weight=first.weight)))
    assert len(tied.parameters()) == 3


def test_paths_of_parameters_and_buffers() -> None:
    model = bag()
    assert [path for path, _ in model.named_parameters()] == PATHS[:-1]
    assert [path for path, _ in model.named_buffers()] == PATHS[-1:]
    assert model.n_parameters == 1 + 4 + 2 + 1 + 1
    assert [path for path, _ in model.named_modules()] == ["", "table.net"]
    assert paths(model) == PATHS


def test_settings_are_no_leaves() -> None:
    leaves, tree = flatten(bag())
    assert len(leaves) == len(PATHS)
    again = unflatten(tree, leaves)
    assert (again.label, again.rate, again.items[1], again.pair[0]) == ("bag", 0.5, "text", None)


def test_comparison_is_by_identity() -> None:
    a, b = Scale(factor=1.0), Scale(factor=1.0)
    assert a != b
    assert len({a, b}) == 2


def test_integer_tensors_are_buffers() -> None:
    model = Scale(factor=cr.tensor([1, 2]))
    assert model.parameters() == []
    assert [path for path, _ in model.named_buffers()] == ["factor"]


# States ------------------------------------------------------------------------------------------


def test_state_goes_round() -> None:
    model = bag()
    state = model.state_dict()
    assert list(state) == PATHS
    assert all(type(x) is np.ndarray for x in state.values())
    state["table.net.weight"] += 1
    loaded = model.load_state_dict(state)
    np.testing.assert_array_equal(loaded.table["net"].weight.value, state["table.net.weight"])
    assert (model.table["net"].weight.value != state["table.net.weight"]).all()
    assert isinstance(loaded.count, np.ndarray)
    assert [p for p, _ in loaded.named_parameters()] == PATHS[:-1]


def test_states_are_copies() -> None:
    model = nn.Linear(2, 2, key=0)
    state = model.state_dict()
    state["weight"][:] = 0
    assert model.weight.value.any()
    loaded = model.load_state_dict(state)
    state["weight"][:] = 7
    assert not loaded.weight.value.any()


def test_loading_casts_to_the_dtype_that_is_here() -> None:
    model = nn.Linear(1, 1, key=0)
    loaded = model.load_state_dict({"weight": [[2]], "bias": np.float64([0.5])})
    assert loaded.weight.dtype == np.float32
    assert loaded.weight.item() == 2


def test_wrong_names_are_all_listed() -> None:
    model = nn.MLP(2, 3, 1, key=0)
    state = model.state_dict()
    state["layers.0.wieght"] = state.pop("layers.0.weight")
    state["extra"] = np.zeros(1)
    with pytest.raises(UsageError) as caught:
        model.load_state_dict(state)
    assert str(caught.value) == (
        "the arrays do not fit this module; missing: layers.0.weight; unexpected: "
        "layers.0.wieght, extra\n"
        "hint: layers.0.wieght: did you mean 'layers.0.weight'?; "
        "extra: known names: layers.0.weight"
    )


def test_wrong_shapes_are_all_listed() -> None:
    model = nn.Linear(2, 3, key=0)
    with pytest.raises(ShapeError) as caught:
        model.load_state_dict({"weight": np.zeros((2, 3)), "bias": np.zeros(2)})
    assert str(caught.value) == (
        "arrays of other shapes than in this module: weight is (2, 3), needed (3, 2); "
        "bias is (2,), needed (3,)"
    )


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(DtypeError, match="bias: expected numbers"):
        nn.Linear(1, 1, key=0).load_state_dict({"weight": [[1.0]], "bias": ["x"]})


def test_astype() -> None:
    model = bag().astype(np.float64)
    assert model.table["net"].weight.dtype == np.float64
    assert model.count.dtype == bag().count.dtype
    assert nn.BatchNorm(2).astype("float64").running_mean.dtype == np.float64
    with pytest.raises(DtypeError, match="floating-point dtype, not int32"):
        model.astype(np.int32)


# Gradients and scopes ----------------------------------------------------------------------------


def test_gradients_have_the_names_of_the_model() -> None:
    model = nn.Sequential(nn.Linear(2, 3, key=0), nn.BatchNorm(3))
    x = np.ones((4, 2), np.float32)
    grads = cr.grad(lambda m: cr.sum(m(x)))(model)
    assert type(grads) is nn.Sequential
    assert [p for p, _ in grads.named_parameters()] == [p for p, _ in model.named_parameters()]
    assert grads[0].weight.shape == (3, 2)
    assert grads[1].running_mean is None


def test_second_derivatives_by_a_module() -> None:
    model = nn.MLP(2, 3, 1, key=0, activation="tanh", dtype=np.float64)
    x = np.array([[0.3, -0.7], [1.0, 0.2]])
    rng = np.random.default_rng(0)
    direction = map_leaves(lambda p: rng.normal(size=p.shape), model)

    def slope(m: Any) -> Any:
        return cr.grad(lambda m: cr.sum(cr.square(m(x))))(m)

    h = 1e-6
    up = slope(map_leaves(lambda p, d: cr.tensor(p.value + h * d), model, direction))
    down = slope(map_leaves(lambda p, d: cr.tensor(p.value - h * d), model, direction))
    found = cr.hvp(lambda m: cr.sum(cr.square(m(x))), (model,), (direction,))
    for (path, a), b, c in zip(
        found.named_parameters(), up.parameters(), down.parameters(), strict=True
    ):
        np.testing.assert_allclose(a, (b - c) / (2 * h), atol=1e-7, err_msg=path)


def test_gates_know_the_module_that_made_them() -> None:
    model = nn.MLP(2, 3, 1, key=0)
    x = np.ones((4, 2), np.float32)
    y = cr.sum(model(x))
    scopes = {}
    waiting = [y]
    while waiting:
        gate = waiting.pop()
        waiting += gate.inputs
        if gate.op:
            scopes.setdefault(gate.op.name, set()).add(gate.scope)
    assert scopes["matmul"] == {"layers.0", "layers.2"}
    assert scopes["relu"] == {"layers.1"}
    assert scopes["sum"] == {""}


def test_the_scope_ends_with_an_error() -> None:
    model = nn.MLP(2, 3, 1, key=0)
    with pytest.raises(ShapeError):
        model(np.ones((4, 7), np.float32))
    assert (cr.tensor(1.0) * 2).scope == ""
