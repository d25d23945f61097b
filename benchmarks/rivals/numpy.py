"""NumPy by hand: forward, backward and update of a net, in place wherever arrays allow it.

In float64 it is the judge of everyone's losses.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cases import BETA1, BETA2, EPSILON, MOMENTUM
from benchmarks.problem import Problem

Array = Any


def build(problem: Problem) -> Callable[[Array], Callable[[], Array]]:
    x, y, net = problem.x, problem.y, Net(problem)

    def ready(rows: Array) -> Callable[[], Array]:
        losses = np.empty(len(rows))

        def run() -> Array:
            for i, batch in enumerate(rows):
                losses[i] = net.step(x[batch], y[batch])
            return losses

        return run

    return ready


class Net:
    """Weights, biases and the optimizer's moments, and a step that changes them."""

    def __init__(self, problem: Problem) -> None:
        self.case: Any = problem.case
        self.layers = [(w.copy(), b.copy()) for w, b in problem.layers]
        self.flat = [p for layer in self.layers for p in layer]
        self.first = [np.zeros_like(p) for p in self.flat]
        self.second = [np.zeros_like(p) for p in self.flat]
        self.scratch = [(np.empty_like(p), np.empty_like(p)) for p in self.flat]
        self.t = 0

    def step(self, x: Array, y: Array) -> float:
        """Make one update; return the loss before it."""
        activations = self.forward(x)
        loss, g = LOSSES[self.case.loss](activations.pop(), y)
        self.t += 1
        for i in reversed(range(len(self.layers))):
            h, (w, _) = activations.pop(), self.layers[i]
            upstream = g
            if i:
                g = upstream @ w
                g *= (h > 0) if self.case.activation == "relu" else 1 - h * h
            self.update(2 * i, upstream.T @ h)
            self.update(2 * i + 1, upstream.sum(axis=0))
        return loss

    def forward(self, x: Array) -> list[Array]:
        """Return the inputs of all layers, and the outputs of the last."""
        found = [x]
        for i, (w, b) in enumerate(self.layers):
            z = found[-1] @ w.T
            z += b
            if i < len(self.layers) - 1 and self.case.activation == "relu":
                np.maximum(z, 0, out=z)
            elif i < len(self.layers) - 1:
                np.tanh(z, out=z)
            found.append(z)
        return found

    def update(self, i: int, g: Array) -> None:
        """Change parameter i by its gradient, which is overwritten."""
        rate = self.case.rate
        if self.case.optimizer == "adam":
            self.adam(i, g)
            return
        g *= rate
        if self.case.optimizer == "momentum":
            v = self.first[i]
            v *= MOMENTUM
            v -= g
            self.flat[i] += v
        else:
            self.flat[i] -= g

    def adam(self, i: int, g: Array) -> None:
        m, v, (a, b) = self.first[i], self.second[i], self.scratch[i]
        m *= BETA1
        np.multiply(g, 1 - BETA1, out=a)
        m += a
        v *= BETA2
        np.multiply(g, g, out=a)
        a *= 1 - BETA2
        v += a
        np.sqrt(v, out=a)
        a *= (1 - BETA2**self.t) ** -0.5
        a += EPSILON
        np.multiply(m, self.case.rate / (1 - BETA1**self.t), out=b)
        b /= a
        self.flat[i] -= b


def softmax_cross_entropy(z: Array, y: Array) -> tuple[float, Array]:
    """Return the mean loss and its gradient by the logits."""
    z -= z.max(axis=1, keepdims=True)
    p = np.exp(z)
    total = p.sum(axis=1, keepdims=True)
    i = np.arange(len(y))
    loss = float((np.log(total[:, 0]) - z[i, y]).mean())
    p /= total
    p[i, y] -= 1
    p /= len(y)
    return loss, p


def binary_cross_entropy(z: Array, y: Array) -> tuple[float, Array]:
    loss = float((np.logaddexp(0, z) - y * z).mean())
    return loss, (1 / (1 + np.exp(-z)) - y) / z.size


def squared_error(z: Array, y: Array) -> tuple[float, Array]:
    error = z - y
    loss = float(np.vdot(error, error)) / error.size
    error *= 2 / error.size
    return loss, error


LOSSES = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
    "squared_error": squared_error,
}
