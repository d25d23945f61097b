"""Derivations that the tests of all notations write."""

from typing import Any

import numpy as np

import chainrule as cr
from chainrule.explain.derivation.records import Derivation
from tests.explain.examples import NEURON, SIGMOID, STAGED

LAYER = {"W": np.array([[0.1, 0.5], [-0.3, 0.8]]), "x": np.array([0.2, 0.4])}


def neuron(**how: Any) -> Derivation:
    return cr.derive(SIGMOID, wrt="w0", **how, **NEURON)


def staged(**how: Any) -> Derivation:
    return cr.derive(STAGED, wrt="y", **how, x=3.0, y=-4.0)


def layer(**how: Any) -> Derivation:
    return cr.derive("sum((W@x)^2)", wrt="W", **how, **LAYER)


def net(**how: Any) -> Derivation:
    """Return the derivation of a net of two layers by its first weights."""
    x = np.arange(12.0).reshape(4, 3) / 10
    w1, w2 = np.arange(15.0).reshape(5, 3) / 20 - 0.3, np.arange(5.0).reshape(1, 5) / 5 - 0.4

    def loss(W1: Any, b1: Any, W2: Any) -> Any:
        h = cr.tanh(x @ W1.T + b1)
        y = h @ W2.T
        return cr.mean((y - 1) ** 2)

    return cr.derive(loss, wrt="W1", **how, W1=w1, b1=np.zeros(5), W2=w2)


def deep(gates: int, **how: Any) -> Derivation:
    """Return the derivation of a long chain of sines."""

    def f(x: Any) -> Any:
        for _ in range(gates):
            x = cr.sin(x)
        return x

    return cr.derive(f, **how, x=1.0)
