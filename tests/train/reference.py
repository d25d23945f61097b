"""Training written a second time, in plain NumPy: what a step and a whole training must come to."""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Weights = list[Array]  # w1, b1, w2, b2, ... with w of shape (out, in)


def forward(weights: Weights, x: Array) -> tuple[Array, list[Array]]:
    """Return the outputs of a tanh net, and the input of each layer."""
    seen = [x]
    last = len(weights) - 2
    for i in range(0, len(weights), 2):
        z = seen[-1] @ weights[i].T + weights[i + 1]
        seen.append(z if i == last else np.tanh(z))
    return seen[-1], seen[:-1]


def backward(weights: Weights, seen: list[Array], dz: Array) -> Weights:
    """Return the gradient of each weight, for the gradient of the outputs."""
    found: Weights = []
    for i in reversed(range(0, len(weights), 2)):
        a = seen[i // 2]
        found = [dz.T @ a, dz.sum(0), *found]
        dz = (dz @ weights[i]) * (1 - a**2)
    return found


def softmax_loss(z: Array, y: Array) -> tuple[float, Array]:
    """Return the cross-entropy of class numbers, and its gradient."""
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), p / len(y)


def squared_loss(z: Array, y: Array) -> tuple[float, Array]:
    """Return the mean squared error, and its gradient."""
    return float(np.mean((z - y) ** 2)), 2 * (z - y) / z.size


def sgd(rate: float) -> Callable[[Weights, Weights], Weights]:
    """Return plain descent."""
    return lambda weights, grads: [w - rate * g for w, g in zip(weights, grads, strict=True)]


def adam(rate: float) -> Callable[[Weights, Weights], Weights]:
    """Return Adam, as Kingma and Ba write it."""
    m: dict[int, Any] = {}
    v: dict[int, Any] = {}
    t = 0

    def update(weights: Weights, grads: Weights) -> Weights:
        nonlocal t
        t += 1
        new = []
        for i, (w, g) in enumerate(zip(weights, grads, strict=True)):
            m[i] = 0.9 * m.get(i, 0) + 0.1 * g
            v[i] = 0.999 * v.get(i, 0) + 0.001 * g**2
            m_hat, v_hat = m[i] / (1 - 0.9**t), v[i] / (1 - 0.999**t)
            new.append(w - rate * m_hat / (np.sqrt(v_hat) + 1e-8))
        return new

    return update
