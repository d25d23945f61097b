"""Layers of units other than a weighted sum under an activation."""

from typing import Any

import numpy as np

from chainrule.eager.tensor import Tensor, tensor
from chainrule.graph.registry import FUNCTIONS, ops
from chainrule.nn.initial import Initializer, initializer
from chainrule.nn.layers import features_of, size
from chainrule.nn.modes import as_key
from chainrule.nn.module import Module


class Maxout(Module):
    """The largest of several weighted sums: ``max_i (w_i x + b_i)``, (..., in) to (..., out).

    Args:
        in_features, out_features: 1 or more.
        pieces: how many weighted sums each unit chooses from.
        key, init, dtype: as for `Linear`; fan-in is `in_features`.

    >>> layer = Maxout(3, 2, pieces=4, key=0)
    >>> layer.weight.shape, layer(np.ones((5, 3), np.float32)).shape
    ((4, 2, 3), (5, 2))

    Source: Goodfellow, Warde-Farley, Mirza, Courville, Bengio (2013), Maxout Networks.
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        in_features: int,
        out_features: int,
        pieces: int = 2,
        *,
        key: Any = None,
        init: str | Initializer = "lecun_normal",
        dtype: Any = np.float32,
    ) -> None:
        n_in, n_out = size("in_features", in_features), size("out_features", out_features)
        rows = size("pieces", pieces) * n_out
        drawn = initializer(init)(as_key(key), (rows, n_in), dtype)
        self.weight = tensor(drawn.reshape(pieces, n_out, n_in), name=".weight")
        self.bias = tensor(np.zeros((pieces, n_out), dtype), name=".bias")

    def __call__(self, x: Any) -> Any:
        pieces, n_out, n_in = self.weight.shape
        x = features_of(self, x, n_in)
        flat = ops.reshape(self.weight, (pieces * n_out, n_in))
        sums = ops.matmul(x, ops.transpose(flat))
        sums = ops.reshape(sums, (*x.shape[:-1], pieces, n_out)) + self.bias
        return ops.max(sums, axis=-2)


class RBF(Module):
    """Radial basis function units: ``exp(-|x - c|^2 / (2 s^2))``, (..., in) to (..., out).

    Each unit answers near its centre c, with 1 at the centre itself, and little beyond a few
    widths s. Centres start as standard normal draws, so scale the inputs likewise, or put examples
    there: `layer.replace(centres=cr.tensor(x[:k]))`.

    Args:
        in_features, out_features: 1 or more.
        key: an int or a key of `cr.random`.
        width: where the widths start; by default sqrt(in_features), the scale of the distances.
        dtype: float32 by default.

    >>> layer = RBF(2, 3, key=0)
    >>> layer(layer.centres.value).diagonal().tolist()
    [1.0, 1.0, 1.0]

    Source: LeCun, Bottou, Orr, Müller (1998), Efficient BackProp, section 4.9.
    """

    centres: Tensor
    widths: Tensor

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        key: Any = None,
        width: float | None = None,
        dtype: Any = np.float32,
    ) -> None:
        n_in, n_out = size("in_features", in_features), size("out_features", out_features)
        drawn = FUNCTIONS["random.normal"](as_key(key), (n_out, n_in), dtype=dtype)
        self.centres = tensor(np.asarray(drawn).astype(dtype, copy=False))
        self.widths = tensor(np.full(n_out, n_in**0.5 if width is None else width, dtype))

    def __call__(self, x: Any) -> Any:
        n_in = self.centres.shape[1]
        x = features_of(self, x, n_in)
        apart = ops.reshape(x, (*x.shape[:-1], 1, n_in)) - self.centres
        squared = ops.sum(ops.square(apart), axis=-1)
        return ops.exp(squared * -0.5 / ops.square(self.widths))
