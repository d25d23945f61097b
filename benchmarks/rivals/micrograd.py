"""micrograd: every number is a gate. Its demo `moons`, and `xor` with two gates added."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from micrograd.engine import Value
from micrograd.nn import MLP

from benchmarks.cases import Net
from benchmarks.problem import Problem


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    step = xor(problem) if isinstance(problem.case, Net) else moons(problem)

    def ready(rows: Any) -> Callable[[], Any]:
        return lambda: np.array([step() for _ in rows])

    return ready


def moons(problem: Problem) -> Callable[[], float]:
    """Return a step of the demo: hinge loss, decay, and a rate that falls."""
    w = problem.state
    weights = [(w[f"w{i}"], w[f"b{i}"]) for i in (1, 2, 3)]
    net = net_of([(w.T, b) for w, b in weights])
    rows, targets, k = problem.x.tolist(), problem.y.tolist(), 0

    def step() -> float:
        nonlocal k
        inputs = [list(map(Value, row)) for row in rows]
        losses = [(1 - y * net(x)).relu() for x, y in zip(inputs, targets, strict=True)]
        loss = sum(losses) * (1 / len(losses)) + 1e-4 * sum(p * p for p in net.parameters())
        descend(net, loss, max(1 - 0.009 * k, 0.1))
        k += 1
        return float(loss.data)

    return step


def xor(problem: Problem) -> Callable[[], float]:
    """Return a step of a net of tanh units, which micrograd lacks."""
    case: Any = problem.case
    net = net_of(problem.layers)
    rows, targets = problem.x.tolist(), problem.y[:, 0].tolist()
    hidden, last = net.layers
    for neuron in hidden.neurons:
        neuron.nonlin = False

    def step() -> float:
        total = Value(0.0)
        for row, y in zip(rows, targets, strict=True):
            z = last([tanh(h) for h in hidden(row)])
            total = total + softplus(z) - y * z
        loss = total * (1 / len(rows))
        descend(net, loss, case.rate)
        return float(loss.data)

    return step


def net_of(layers: list[tuple[Any, Any]]) -> Any:
    """Return micrograd's net with these weights, (out, in), and biases."""
    net = MLP(layers[0][0].shape[1], [len(b) for _, b in layers])
    for layer, (w, b) in zip(net.layers, layers, strict=True):
        for neuron, row, bias in zip(layer.neurons, w.tolist(), b.tolist(), strict=True):
            neuron.w, neuron.b = [Value(entry) for entry in row], Value(bias)
    return net


def descend(net: Any, loss: Any, rate: float) -> None:
    net.zero_grad()
    loss.backward()
    for p in net.parameters():
        p.data -= rate * p.grad


def tanh(x: Any) -> Any:
    t = math.tanh(x.data)
    return gate(x, t, 1 - t * t, "tanh")


def softplus(x: Any) -> Any:
    return gate(x, math.log1p(math.exp(x.data)), 1 / (1 + math.exp(-x.data)), "softplus")


def gate(x: Any, value: float, local: float, name: str) -> Any:
    """Return a gate of one input, with its value and its local gradient."""
    out = Value(value, (x,), name)

    def backward() -> None:
        x.grad += local * out.grad

    out._backward = backward
    return out
