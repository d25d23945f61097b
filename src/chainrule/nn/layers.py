"""Layers of weighted sums, and how layers are put together.

Weights have the shape (out, in), are float32 by default and are drawn from the key that is given:
an int or a key of `cr.random`. The same key gives the same weights.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from chainrule.eager.tensor import Tensor, tensor
from chainrule.errors import ShapeError, UsageError
from chainrule.graph.mode import CURRENT
from chainrule.graph.registry import FUNCTIONS, ops
from chainrule.nn.activations import RECTIFIERS, activation
from chainrule.nn.checks import array
from chainrule.nn.initial import Initializer, initializer
from chainrule.nn.modes import as_key
from chainrule.nn.module import Module
from chainrule.nn.stochastic import Dropout

Layer = str | Callable[..., Any]


def size(name: str, value: Any) -> int:
    """Return a number of features, or say that it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise UsageError(f"{name} must be a whole number of at least 1, got {value!r}")
    return int(value)


def features_of(layer: Module, x: Any, features: int) -> Any:
    """Return `x` as an array whose last axis has this many features, or raise `ShapeError`."""
    x = array(x)
    if not x.shape or x.shape[-1] != features:
        path = CURRENT.get().scope
        name = type(layer).__name__ + (f" {path}" if path else "")
        raise ShapeError(f"{name} takes inputs of shape (..., {features}), got {tuple(x.shape)}")
    return x


class Linear(Module):
    """A layer of weighted sums: ``y = x W^T + b``, from (..., in) to (..., out).

    Args:
        in_features, out_features: 1 or more.
        key: an int or a key of `cr.random`, from which the weights are drawn.
        bias: whether there is a b, which starts at zero.
        init: an initializer of `nn.initial`, or its name.
        dtype: float32 by default.

    Raises:
        UsageError: a size is below 1 or the initializer is unknown.
        ShapeError: the input has another last axis than (..., in).

    >>> layer = Linear(3, 2, key=0)
    >>> layer.weight.shape, layer.bias.shape
    ((2, 3), (2,))
    >>> layer(np.ones((5, 3), np.float32)).shape
    (5, 2)
    """

    weight: Tensor
    bias: Tensor | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        key: Any = None,
        bias: bool = True,
        init: str | Initializer = "lecun_normal",
        dtype: Any = np.float32,
    ) -> None:
        shape = size("out_features", out_features), size("in_features", in_features)
        self.weight = tensor(initializer(init)(as_key(key), shape, dtype), name=".weight")
        self.bias = tensor(np.zeros(shape[0], dtype), name=".bias") if bias else None

    @property
    def in_features(self) -> int:
        """How many inputs there are."""
        return int(self.weight.shape[1])

    @property
    def out_features(self) -> int:
        """How many outputs there are."""
        return int(self.weight.shape[0])

    def __call__(self, x: Any) -> Any:
        x = features_of(self, x, self.in_features)
        z = ops.matmul(x, ops.transpose(self.weight))
        return z if self.bias is None else z + self.bias


class Sequential(Module):
    """Layers one after the other: each takes what the one before returns.

    Args:
        layers: modules, functions, or names of activations.

    >>> net = Sequential(Linear(2, 3, key=0), "tanh", Linear(3, 1, key=1))
    >>> net(np.zeros((4, 2), np.float32)).shape
    (4, 1)
    >>> net
    Sequential  [13 parameters]
      layers.0  Linear  weight (3, 2), bias (3,)
      layers.1  Tanh
      layers.2  Linear  weight (1, 3), bias (1,)
    """

    layers: tuple[Any, ...]

    def __init__(self, *layers: Layer) -> None:
        self.layers = tuple(as_layer(layer) for layer in layers)

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int) -> Any:
        return self.layers[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)


def as_layer(layer: Layer) -> Any:
    """Return the layer for a name of an activation; modules and functions as they are."""
    if isinstance(layer, str):
        return activation(layer)
    if not callable(layer) or isinstance(layer, type):
        raise UsageError(
            f"a layer is a module, a function or the name of an activation, got {layer!r}",
            hint="make an instance: ReLU() instead of ReLU" if isinstance(layer, type) else "",
        )
    return layer


class MLP(Sequential):
    """A net of fully connected layers: ``W3 f(W2 f(W1 x + b1) + b2) + b3``.

    Takes (..., sizes[0]) and returns (..., sizes[-1]). The i-th linear layer draws its weights from
    `fold_in(key, i)`.

    Args:
        sizes: the number of features at the input, after each hidden layer, and at the output.
        key: an int or a key of `cr.random`.
        activation: name or layer between the linear layers.
        output: name or layer at the end; None leaves the weighted sums, as losses want them.
        dropout: the share of hidden activations that training drops.
        init: an initializer or its name for all layers. By default He's normal under activations
            that cut off one side (relu and its relatives), LeCun's under all others and at the end.
        dtype: float32 by default.

    >>> net = MLP(64, 128, 10, key=0)
    >>> net
    MLP  [9,610 parameters]
      layers.0  Linear  weight (128, 64), bias (128,)
      layers.1  ReLU
      layers.2  Linear  weight (10, 128), bias (10,)
    """

    def __init__(
        self,
        *sizes: int,
        key: Any = None,
        activation: Layer = "relu",
        output: Layer | None = None,
        dropout: float = 0.0,
        init: str | Initializer | None = None,
        dtype: Any = np.float32,
    ) -> None:
        if len(sizes) < 2:
            raise UsageError(f"MLP takes the sizes of input and output at least, got {sizes}")
        made: list[Layer] = []
        key = as_key(key)
        last = len(sizes) - 2
        for i, (n_in, n_out) in enumerate(pairwise(sizes)):
            draw = init or ("he_normal" if i < last and rectifies(activation) else "lecun_normal")
            own_key = FUNCTIONS["random.fold_in"](key, i)
            made.append(Linear(n_in, n_out, key=own_key, init=draw, dtype=dtype))
            if i < last:
                made += [activation, Dropout(p=dropout)] if dropout else [activation]
        super().__init__(*made, *([] if output is None else [output]))


def rectifies(activation: Layer) -> bool:
    """Return whether an activation cuts off one side, so that He's variance suits it."""
    name = activation if isinstance(activation, str) else getattr(activation, "function", "")
    return name in RECTIFIERS


class Flatten(Module):
    """Make one row of all features of an example: (n, ...) becomes (n, product of the rest).

    >>> Flatten()(np.zeros((5, 8, 8))).shape
    (5, 64)
    """

    def __call__(self, x: Any) -> Any:
        x = array(x)
        return ops.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


class Reshape(Module):
    """Give each example another shape: (n, ...) becomes (n, *shape).

    >>> Reshape(shape=(8, 8))(np.zeros((5, 64))).shape
    (5, 8, 8)
    """

    shape: tuple[int, ...]

    def __call__(self, x: Any) -> Any:
        x = array(x)
        return ops.reshape(x, (x.shape[0], *self.shape))
