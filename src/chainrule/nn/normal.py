"""Layers that bring activations to mean 0 and variance 1."""

from typing import Any

import numpy as np

from chainrule.eager.tensor import Tensor, tensor
from chainrule.errors import ShapeError, UsageError
from chainrule.graph.registry import ops
from chainrule.nn.layers import features_of, size
from chainrule.nn.modes import Training, training
from chainrule.nn.module import Module


def standardize(x: Any, axes: tuple[int, ...], epsilon: float) -> tuple[Any, Any, Any]:
    """Return x with mean 0 and variance 1 over the axes, the mean and the variance."""
    mean = ops.mean(x, axis=axes, keepdims=True)
    centred = x - mean
    variance = ops.mean(ops.square(centred), axis=axes, keepdims=True)
    return centred / ops.sqrt(variance + epsilon), mean, variance


class LayerNorm(Module):
    """Standardize each example over its features: ``w (x - mean) / sqrt(var + epsilon) + b``.

    Takes (..., features) and keeps the shape; training and evaluation are the same.

    Args:
        features: the size of the last axis.
        epsilon: keeps the division finite where all features are equal.
        dtype: float32 by default.

    >>> LayerNorm(2, dtype=np.float64)(np.array([[1.0, 3.0]])).round(3).tolist()
    [[-1.0, 1.0]]

    Source: Ba, Kiros, Hinton (2016), Layer Normalization.
    """

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __init__(self, features: int, *, epsilon: float = 1e-5, dtype: Any = np.float32) -> None:
        self.weight = tensor(np.ones(size("features", features), dtype), name=".weight")
        self.bias = tensor(np.zeros(features, dtype), name=".bias")
        self.epsilon = positive("LayerNorm", "epsilon", epsilon)

    def __call__(self, x: Any) -> Any:
        x = features_of(self, x, self.weight.shape[0])
        scaled, _, _ = standardize(x, (len(x.shape) - 1,), self.epsilon)
        return scaled * self.weight + self.bias


class BatchNorm(Module):
    """Standardize each feature over the examples: ``w (x - mean) / sqrt(var + epsilon) + b``.

    Takes (n, ..., features) and keeps the shape. In training mean and variance are those of the
    batch, and the running ones move towards them by a share `momentum` (the variance with n - 1 in
    the denominator); in evaluation the running ones are used.

    Args:
        features: the size of the last axis.
        momentum: above 0, up to 1.
        epsilon: keeps the division finite where a feature is constant.
        dtype: float32 by default.

    Raises:
        ShapeError: the last axis has another size, or a training batch has one example only.
        UsageError: a setting is out of range.

    >>> from chainrule import nn
    >>> x = np.array([[1.0], [3.0]])
    >>> y, trained = nn.apply(BatchNorm(1, dtype=np.float64), x)
    >>> y.round(3).tolist(), trained.running_mean.tolist()
    ([[-1.0], [1.0]], [0.2])

    Source: Ioffe, Szegedy (2015), Batch Normalization.
    """

    weight: Tensor
    bias: Tensor
    running_mean: Any
    running_var: Any
    momentum: float
    epsilon: float

    def __init__(
        self,
        features: int,
        *,
        momentum: float = 0.1,
        epsilon: float = 1e-5,
        dtype: Any = np.float32,
    ) -> None:
        if not 0 < momentum <= 1:
            raise UsageError(f"BatchNorm: momentum must be above 0, up to 1, got {momentum!r}")
        self.weight = tensor(np.ones(size("features", features), dtype), name=".weight")
        self.bias = tensor(np.zeros(features, dtype), name=".bias")
        self.running_mean = np.zeros(features, dtype)
        self.running_var = np.ones(features, dtype)
        self.momentum = float(momentum)
        self.epsilon = positive("BatchNorm", "epsilon", epsilon)

    def __call__(self, x: Any) -> Any:
        x = features_of(self, x, self.weight.shape[0])
        mode = training()
        if mode is not None:
            return self._train(x, mode)
        scaled = (x - self.running_mean) / ops.sqrt(self.running_var + self.epsilon)
        return scaled * self.weight + self.bias

    def _train(self, x: Any, mode: Training) -> Any:
        n = int(np.prod(x.shape[:-1]))
        if n < 2:
            raise ShapeError(
                f"BatchNorm trains on two examples at least, got {tuple(x.shape)}",
                hint="use a larger batch, or LayerNorm",
            )
        scaled, mean, variance = standardize(x, tuple(range(len(x.shape) - 1)), self.epsilon)
        found = {"running_mean": mean, "running_var": variance * (n / (n - 1))}
        for name, batch in found.items():
            old = mode.buffer(self, name)
            new = ops.reshape(plain(batch), tuple(old.shape))
            moved = (1 - self.momentum) * plain(old) + self.momentum * new
            mode.update(self, **{name: ops.astype(moved, old.dtype.name)})
        return scaled * self.weight + self.bias


def plain(x: Any) -> Any:
    """Return the array that a computed gate holds; what is traced stays a gate."""
    return x.value if isinstance(x, Tensor) else x


def positive(layer: str, name: str, value: float) -> float:
    if not value > 0:
        raise UsageError(f"{layer}: {name} must be greater than 0, got {value!r}")
    return float(value)
