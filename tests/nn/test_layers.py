"""Linear layers, nets of them, and sequences, against the same mathematics in plain NumPy."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import ShapeError, UsageError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4))


def test_linear() -> None:
    layer = nn.Linear(4, 3, key=0, dtype=np.float64)
    layer = layer.replace(bias=cr.tensor([1.0, 2.0, 3.0]))
    want = X @ layer.weight.value.T + [1, 2, 3]
    np.testing.assert_allclose(layer(X).value, want, rtol=1e-14)
    np.testing.assert_allclose(layer(X[0]).value, want[0], rtol=1e-14)
    stacked = layer(np.stack([X, X]))
    np.testing.assert_allclose(stacked.value[1], want, rtol=1e-14)
    assert (layer.in_features, layer.out_features) == (4, 3)


def test_linear_without_bias_and_by_default() -> None:
    layer = nn.Linear(4, 3, key=0, bias=False)
    assert layer.bias is None
    assert [p for p, _ in layer.named_parameters()] == ["weight"]
    assert layer.weight.dtype == np.float32
    assert not nn.Linear(4, 3, key=0).bias.value.any()


def test_keys() -> None:
    a, b = nn.Linear(4, 3, key=1), nn.Linear(4, 3, key=cr.random.key(1))
    np.testing.assert_array_equal(a.weight.value, b.weight.value)
    assert (a.weight.value != nn.Linear(4, 3, key=2).weight.value).any()
    for make in (lambda: nn.Linear(2, 2), lambda: nn.MLP(2, 2), lambda: nn.RBF(2, 2)):
        with pytest.raises(UsageError) as caught:
            make()
        assert str(caught.value) == (
            "random weights need a key: nothing is drawn from a global state\n"
            "hint: pass key=0, or a key of cr.random.key"
        )


def test_mlp_is_the_lectures_net() -> None:
    """W2 max(0, W1 x + b1) + b2."""
    net = nn.MLP(4, 5, 2, key=0, dtype=np.float64)
    first, last = net[0], net[2]
    hidden = np.maximum(0, X @ first.weight.value.T + first.bias.value)
    want = hidden @ last.weight.value.T + last.bias.value
    np.testing.assert_allclose(net(X).value, want, rtol=1e-14)
    assert len(net) == 3
    assert [type(layer).__name__ for layer in net] == ["Linear", "ReLU", "Linear"]


def test_mlp_draws_its_layers_apart() -> None:
    net = nn.MLP(4, 4, 4, key=0)
    assert (net[0].weight.value != net[2].weight.value).any()


def test_mlp_chooses_the_variance_by_the_activation() -> None:
    n = 400
    relu, tanh = nn.MLP(n, n, n, key=0), nn.MLP(n, n, n, key=0, activation="tanh")
    assert relu[0].weight.value.var() == pytest.approx(2 / n, rel=0.03)
    assert relu[2].weight.value.var() == pytest.approx(1 / n, rel=0.03)
    assert tanh[0].weight.value.var() == pytest.approx(1 / n, rel=0.03)
    assert nn.MLP(n, n, n, key=0, activation=nn.LeakyReLU())[0].weight.value.var() == (
        pytest.approx(2 / n, rel=0.03)
    )
    assert not nn.MLP(2, 2, key=0, init="zeros")[0].weight.value.any()


def test_mlp_options() -> None:
    net = nn.MLP(2, 3, 1, key=0, activation="tanh", output="sigmoid", dropout=0.1)
    kinds = [type(layer).__name__ for layer in net]
    assert kinds == ["Linear", "Tanh", "Dropout", "Linear", "Sigmoid"]
    with pytest.raises(UsageError, match="MLP takes the sizes of input and output at least"):
        nn.MLP(3, key=0)
    with pytest.raises(UsageError, match="did you mean 'relu'"):
        nn.MLP(3, 3, 3, key=0, activation="relo")


def test_sequential_takes_functions_and_names() -> None:
    net = nn.Sequential(lambda x: x * 2, "relu", nn.Flatten(), nn.Reshape(shape=(2, 2)))
    np.testing.assert_array_equal(net(X), np.maximum(0, 2 * X).reshape(6, 2, 2))
    with pytest.raises(UsageError) as caught:
        nn.Sequential(nn.ReLU)
    assert "make an instance: ReLU() instead of ReLU" in str(caught.value)
    with pytest.raises(UsageError, match="a layer is a module, a function or the name"):
        nn.Sequential(3)


BAD = [
    (lambda: nn.Linear(0, 2, key=0), "in_features must be a whole number of at least 1, got 0"),
    (
        lambda: nn.Linear(2, 2.5, key=0),
        "out_features must be a whole number of at least 1, got 2.5",
    ),
    (lambda: nn.Maxout(2, 2, 0, key=0), "pieces must be a whole number of at least 1, got 0"),
    (lambda: nn.LayerNorm(0), "features must be a whole number of at least 1, got 0"),
    (lambda: nn.LayerNorm(2, epsilon=0), "LayerNorm: epsilon must be greater than 0, got 0"),
    (lambda: nn.BatchNorm(2, momentum=0), "BatchNorm: momentum must be above 0, up to 1, got 0"),
    (lambda: nn.Dropout(p=1), "Dropout: p must be from 0 to below 1, got 1"),
]


@pytest.mark.parametrize(("make", "says"), BAD)
def test_settings_out_of_range(make: Any, says: Any) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert str(caught.value) == says


def test_inputs_of_another_size_name_the_layer() -> None:
    with pytest.raises(ShapeError) as caught:
        nn.MLP(4, 3, key=0)(X[:, :2])
    assert str(caught.value) == "Linear layers.0 takes inputs of shape (..., 4), got (6, 2)"
    with pytest.raises(ShapeError) as caught:
        nn.LayerNorm(3)(1.0)
    assert str(caught.value) == "LayerNorm takes inputs of shape (..., 3), got ()"
