"""The reference graphs: small enough to be read, and one of each thing that drawings must show.

Each function returns the graph after both passes. Weights are binary fractions, so that sums and
products are the same on every machine.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import chainrule as cr
from chainrule import nn
from tests.explain.examples import CASES, STAGED

DEPTH = 50
STAGES, GATES = 10, 1000  # boxes in boxes, and gates in each innermost one


def both_passes(f: Any, **values: Any) -> cr.Graph:
    graph = cr.Graph(f, **values)
    graph.forward()
    graph.backward()
    return graph


def weights(*shape: int, start: int = 0) -> Any:
    """Return eighths between −1.125 and 1.125 without a pattern that the eye would see."""
    count = int(np.prod(shape))
    return (((np.arange(start, start + count) * 37 + 5) % 19 - 9) / 8.0).reshape(shape)


def filled(model: Any) -> Any:
    """Return the model in float64 with weights of ours."""
    names = enumerate(model.state_dict().items())
    state = {path: weights(*array.shape, start=7 * i) for i, (path, array) in names}
    return model.astype(np.float64).load_state_dict(state)


def sum_product() -> cr.Graph:
    """Two gates: the first circuit of every lecture."""
    return both_passes(CASES["product"][0], **CASES["product"][1])


def neuron() -> cr.Graph:
    """Eight gates: the sigmoid neuron."""
    return both_passes(CASES["neuron"][0], **CASES["neuron"][1])


def router() -> cr.Graph:
    """A max that hands all of the gradient to one side, products that switch."""
    return both_passes(CASES["router"][0], **CASES["router"][1])


def staged() -> cr.Graph:
    """Two values that are used several times: gradients add."""
    return both_passes(STAGED, x=3.0, y=-4.0)


def two_layers() -> cr.Graph:
    """Arrays on the wires, layers as boxes, a loss at the end."""
    model = filled(nn.Sequential(nn.Linear(2, 3, key=0), nn.Tanh(), nn.Linear(3, 1, key=1)))

    def loss(model: Any, x: Any, y: Any) -> Any:
        return ((model(x) - y) ** 2).mean()

    corners = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    return both_passes(loss, model=model, x=corners, y=[[0.0], [1.0], [1.0], [0.0]])


def softmax_loss() -> cr.Graph:
    """Scores, softmax, and the negative logarithm of the share of the right class."""

    def loss(W: Any, b: Any, x: Any) -> Any:
        scores = W @ x + b
        return -cr.log(cr.softmax(scores)[2])

    return both_passes(loss, W=weights(3, 4), b=[0.0, 0.25, -0.25], x=[-0.5, 1.0, 0.25, -1.0])


class Residual(nn.Module):
    """A block around which its input has a way of its own."""

    inner: Any

    def __call__(self, x: Any) -> Any:
        return x + self.inner(x)


def residual() -> cr.Graph:
    """A value that goes through a block and around it."""
    inner = nn.Sequential(nn.Linear(3, 3, key=0), nn.ReLU(), nn.Linear(3, 3, key=1))
    block = filled(Residual(inner=inner))
    return both_passes(lambda block, x: cr.sum(block(x)), block=block, x=[0.5, -1.0, 2.0])


def shared_weight() -> cr.Graph:
    """One weight at three places: a recurrent net, unrolled."""

    def net(w: Any, u: Any, x1: Any, x2: Any, x3: Any) -> Any:
        h1 = cr.tanh(u * x1)
        h2 = cr.tanh(w * h1 + u * x2)
        return cr.tanh(w * h2 + u * x3)

    return both_passes(net, w=0.75, u=-0.5, x1=1.0, x2=-2.0, x3=0.5)


def nan_in_log() -> cr.Graph:
    """The logarithm of a negative number, and what it spoils."""
    return both_passes("log(x - y) * z + z^2", x=1.0, y=3.0, z=2.0)


def dead_relu() -> cr.Graph:
    """A unit whose input is negative hands back 0, its neighbour does not."""
    return both_passes(
        "a*relu(w1*x + b1) + c*relu(w2*x + b2)",
        a=1.5, w1=-2.0, x=1.0, b1=0.5, c=-0.5, w2=3.0, b2=-1.0,
    )  # fmt: skip


def fifty_layers() -> cr.Graph:
    """So many layers of tanh that the gradient starves on its way."""
    layers = [layer for i in range(DEPTH) for layer in (nn.Linear(4, 4, key=i), nn.Tanh())]
    model = filled(nn.Sequential(*layers))
    x = [0.5, -0.25, 1.0, -1.0]
    return both_passes(lambda model, x: cr.sum(model(x)), model=model, x=x)


class Stage(nn.Module):
    """A long chain of gates."""

    factor: Any

    def __call__(self, x: Any) -> Any:
        for _ in range(GATES // 2):
            x = cr.sin(x * self.factor)
        return x


@cache
def hundred_thousand() -> cr.Graph:
    """Boxes in boxes around 100,000 gates."""

    def stages() -> nn.Sequential:
        made = [Stage(factor=cr.tensor(np.float64(1.0))) for _ in range(STAGES)]
        return nn.Sequential(*made)

    model = nn.Sequential(*(stages() for _ in range(STAGES)))
    return both_passes(lambda model, x: model(x), model=model, x=0.5)


SMALL: dict[str, Callable[[], cr.Graph]] = {  # name -> graph; a name is part of a file's name
    "sum-product": sum_product,
    "neuron": neuron,
    "router": router,
    "staged": staged,
    "two-layers": two_layers,
    "softmax-loss": softmax_loss,
    "residual": residual,
    "shared-weight": shared_weight,
    "nan-in-log": nan_in_log,
    "dead-relu": dead_relu,
}
LARGE: dict[str, Callable[[], cr.Graph]] = {
    "fifty-layers": fifty_layers,
    "hundred-thousand": hundred_thousand,
}
GRAPHS = {**SMALL, **LARGE}
