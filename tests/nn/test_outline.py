"""Architectures of modules: what is read from a call equals what the module is made of."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.explain.architecture import Architecture, Skip
from chainrule.nn.outline import outline
from tests.nn.architectures import Joined, by_hand, linear, residual_net, two_heads


def units(net: Architecture) -> list[int]:
    return [column.units for column in net.columns]


def test_fully_connected() -> None:
    model = nn.MLP(64, 128, 64, 10, key=0, dropout=0.2)
    net = outline(model)
    assert (net.title, net.parameters) == ("MLP", model.n_parameters)
    assert units(net) == [64, 128, 64, 10]
    assert [c.name for c in net.columns] == ["input", "layers.0", "layers.3", "layers.6"]
    assert [c.notes for c in net.columns] == [
        (), ("ReLU", "Dropout(p=0.2)"), ("ReLU", "Dropout(p=0.2)"), (),
    ]  # fmt: skip
    assert [link.shape for link in net.links] == [(128, 64), (64, 128), (10, 64)]
    assert sum(link.parameters for link in net.links) == model.n_parameters


def rebuilt(net: Architecture, x: Any) -> Any:
    """Compute a net of weighted sums under tanh from what is drawn of it."""
    for column, link in zip(net.columns[1:], net.links, strict=True):
        x = x @ link.weights.T + (0 if link.biases is None else link.biases)
        x = np.tanh(x) if column.notes else x
    return x


@pytest.mark.parametrize("model", [nn.MLP(3, 5, 4, 2, key=1, activation="tanh"), by_hand()])
def test_the_weights_drawn_compute_what_the_module_does(model: Any) -> None:
    net = outline(model)
    x = np.random.default_rng(0).normal(size=(6, units(net)[0]))
    assert np.allclose(rebuilt(net, x), model(x).value, atol=1e-6)
    assert [link.bias for link in outline(by_hand()).links] == [(3,), None]


def test_residual_blocks_pass_columns_by() -> None:
    net = outline(residual_net(2))
    assert units(net) == [4, 8, 8, 8, 8, 8, 2]
    assert net.skips == (Skip(source=1, target=3, after=0), Skip(source=3, target=5, after=1))
    assert [c.notes for c in net.columns] == [
        (), ("LayerNorm",), ("ReLU",), ("+", "LayerNorm"), ("ReLU",), ("+",), (),
    ]  # fmt: skip


def test_joined_columns() -> None:
    net = outline(Joined(a=linear(3, 4), b=linear(7, 2)))
    assert units(net) == [3, 4, 7, 2]
    assert [link.kind for link in net.links] == ["weights", "concatenate", "weights"]
    assert net.skips == (Skip(source=0, target=2),)


def test_other_units_and_layers_without_weights() -> None:
    model = nn.Sequential(
        nn.Flatten(), nn.Maxout(3, 4, key=0), nn.BatchNorm(4), nn.RBF(4, 5, key=0), linear(5, 1)
    )
    net = outline(model)
    assert units(net) == [3, 4, 5, 1]
    assert [link.kind for link in net.links] == ["Maxout", "RBF", "weights"]
    assert [link.shape for link in net.links] == [(2, 4, 3), (5, 4), (1, 5)]
    assert net.columns[0].notes == ("Flatten",)
    assert net.columns[1].notes == ("BatchNorm",)
    assert net.parameters == model.n_parameters


def test_functions_between_layers() -> None:
    net = outline(nn.Sequential(linear(3, 5), cr.tanh, nn.PReLU(5), linear(5, 1)))
    assert net.columns[1].notes == ("tanh", "PReLU")


def test_one_layer() -> None:
    assert units(outline(linear(3, 2))) == [3, 2]


def test_what_is_no_chain_is_blocks() -> None:
    for model in (two_heads(), nn.ReLU()):
        net = outline(model)
        assert not net.columns
        assert net.block is not None
        assert net.parameters == model.n_parameters


def test_fifty_layers() -> None:
    assert len(outline(nn.MLP(*[64] * 51, 10, key=0)).columns) == 52
