"""What holds for every layer: shapes, dtypes, names, derivatives, traces, training, round trips."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.graph.run import run
from chainrule.graph.trace import trace
from chainrule.graph.tree import flatten
from chainrule.nn.activations import BY_FUNCTION
from chainrule.nn.names import names

X = np.random.default_rng(3).normal(size=(6, 4)) + 0.05
FACTORIES: dict[str, Callable[..., nn.Module]] = {
    "BatchNorm": lambda dtype: nn.BatchNorm(4, dtype=dtype),
    "Dropout": lambda dtype: nn.Dropout(p=0.4),
    "Flatten": lambda dtype: nn.Flatten(),
    "LayerNorm": lambda dtype: nn.LayerNorm(4, dtype=dtype),
    "Linear": lambda dtype: nn.Linear(4, 3, key=0, dtype=dtype),
    "MLP": lambda dtype: nn.MLP(4, 5, 2, key=0, activation="tanh", dtype=dtype),
    "Maxout": lambda dtype: nn.Maxout(4, 3, key=0, dtype=dtype),
    "RBF": lambda dtype: nn.RBF(4, 3, key=0, dtype=dtype),
    "Reshape": lambda dtype: nn.Reshape(shape=(2, 2)),
    "Sequential": lambda dtype: nn.Sequential(nn.Linear(4, 2, key=1, dtype=dtype), "sigmoid"),
    **{make.__name__: lambda dtype, make=make: make() for make in BY_FUNCTION.values()},
    "PReLU": lambda dtype: nn.PReLU(4, dtype=dtype),
}
EVERY = pytest.mark.parametrize("name", FACTORIES)


def make(name: str, dtype: type = np.float64) -> nn.Module:
    return FACTORIES[name](dtype)


def test_every_layer_is_here() -> None:
    public = {
        name
        for name, kind in vars(nn).items()
        if isinstance(kind, type) and issubclass(kind, nn.Module)
    }
    assert set(FACTORIES) == public - {"Module", "Activation"}


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay(name: Any, dtype: Any) -> None:
    layer = make(name, dtype)
    x = X.astype(dtype)
    y, trained = nn.apply(layer, cr.tensor(x), key=0)
    assert layer(x).dtype == y.dtype == dtype
    assert {leaf.dtype for leaf in flatten(trained)[0]} <= {np.dtype(dtype)}
    if y.op:
        cr.sum(y).backward()
        assert all(p.grad.dtype == dtype for p in layer.parameters())


@EVERY
def test_derivatives_by_parameters_and_inputs(name: Any) -> None:
    layer = make(name)
    direction = np.random.default_rng(1)
    steps = [direction.normal(size=leaf.shape) for leaf in flatten((layer, X))[0]]

    def loss(m: Any, x: Any) -> Any:
        return cr.sum(cr.square(m(x) + 0.3))

    grads = cr.grad(loss, argnums=(0, 1))(layer, X)
    moved = {}
    for h in (1e-6, -1e-6):
        state = layer.state_dict()
        buffers = dict(layer.named_buffers())
        for (path, value), d in zip(state.items(), steps, strict=False):
            state[path] = value if path in buffers else value + h * d
        moved[h] = float(np.asarray(loss(layer.load_state_dict(state), X + h * steps[-1])))
    numeric = (moved[1e-6] - moved[-1e-6]) / 2e-6
    by_path = dict(grads[0].named_parameters())
    ordered = list(layer.state_dict())
    analytic = np.sum(grads[1] * steps[-1])
    analytic += sum(np.sum(g * steps[ordered.index(path)]) for path, g in by_path.items())
    assert analytic == pytest.approx(numeric, rel=2e-6, abs=1e-7)


@EVERY
def test_traced_and_computed_agree(name: Any) -> None:
    layer = make(name)
    found = trace(lambda m, x: m(x), layer, X)
    (value,) = run(found.inputs, found.outputs, [np.asarray(x) for x in flatten((layer, X))[0]])
    np.testing.assert_array_equal(value, np.asarray(layer(X)))


@EVERY
def test_traced_training_is_the_computed_one(name: Any) -> None:
    """Key and buffers are inputs of the circuit, new buffers outputs."""
    layer, key = make(name), cr.random.key(5)
    found = trace(lambda m, x, key: nn.apply(m, x, key=key), layer, X, key)
    values = [np.asarray(x) for x in flatten((layer, X, key))[0]]
    traced = run(found.inputs, found.outputs, values)
    for a, b in zip(traced, flatten(nn.apply(layer, X, key=key))[0], strict=True):
        np.testing.assert_array_equal(a, np.asarray(b))


@EVERY
def test_states_go_round(name: Any) -> None:
    layer = make(name)
    again = layer.load_state_dict(layer.state_dict())
    np.testing.assert_array_equal(np.asarray(again(X)), np.asarray(layer(X)))
    assert names(again) == names(layer)
    assert repr(again) == repr(layer)
    assert [type(p) for p in again.parameters()] == [cr.Tensor] * len(layer.parameters())


@EVERY
def test_training_repeats_and_changes_nothing(name: Any) -> None:
    layer = make(name)
    before = layer.state_dict()
    one, trained = nn.apply(layer, X, key=1)
    two, _ = nn.apply(layer, X, key=1)
    np.testing.assert_array_equal(np.asarray(one), np.asarray(two))
    for path, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[path])
    assert [p for p, _ in trained.named_parameters()] == [p for p, _ in layer.named_parameters()]
    assert [p for p, _ in trained.named_buffers()] == [p for p, _ in layer.named_buffers()]


@EVERY
def test_construction_repeats(name: Any) -> None:
    for a, b in zip(flatten(make(name))[0], flatten(make(name))[0], strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


@EVERY
def test_there_is_a_docstring_with_an_example_or_a_rule(name: Any) -> None:
    doc = type(make(name)).__doc__
    assert doc is not None
    assert ">>>" in doc or "layer" in doc
