"""One unit on one row as a circuit: what came in, what it gave, and what the loss hands back."""

from typing import Any

import numpy as np

from chainrule.eager.tensor import tensor
from chainrule.errors import UsageError, nearest
from chainrule.explain.gates import Graph
from chainrule.nn.activations import Activation
from chainrule.nn.layers import MLP, Linear
from chainrule.runs.folder import Run
from chainrule.train.decision import Known, known_of, net_of
from chainrule.train.step import plain
from chainrule.train.tasks import named_goal, prepare_targets

Array = Any
MIXING = ("log_softmax", "softmax")  # each output is made of all units
MOST = 8  # inputs that are drawn one by one: those that count most; the others are one number


def unit_circuit(run: Run, layer: str, unit: int, row: int, step: int | None = None) -> Graph:
    """Return the circuit of a unit on a row of the table, with values and gradients.

    Args:
        run: made by `chainrule train`, with its table still where it was.
        layer: path of a linear layer, of its weight or bias, or of the activation that follows it.
        unit, row: numbers, from 0.
        step: the newest snapshot up to it; None takes the model as it is now.

    Raises:
        UsageError: no such layer, unit or row.
        FileError, DataError: the table or the model is not there.
    """
    known = known_of(run)
    net, at = net_of(known, step)
    number = number_of(net, layer)
    linear = net.layers[number]
    within("unit", unit, linear.weight.shape[0])
    within("row", row, len(known.data.x))
    came, handed = around(known, net, number, row)
    graph = drawn(net, number, unit, came, float(handed[unit]))
    when = "as it is now" if at is None else f"after step {at}"
    graph.title = f"layers.{number}, unit {unit}, row {row}, {when}"
    return graph


def number_of(net: MLP, layer: str) -> int:
    """Return the number of the linear layer that a path leads to."""
    known: dict[str, int] = {}
    for number, found in enumerate(net.layers):
        if isinstance(found, Linear):
            last = number
            known |= {f"layers.{number}{end}": number for end in ("", ".weight", ".bias")}
        elif isinstance(found, Activation):
            known[f"layers.{number}"] = last
    if layer not in known:
        raise UsageError(f"there is no layer {layer[:80]!r}", hint=nearest(layer, known))
    return known[layer]


def within(what: str, number: int, count: int) -> None:
    """Raise `UsageError` for a number that is none of so many."""
    if not 0 <= number < count:
        raise UsageError(f"there is no {what} {number}: they are 0 to {count - 1}")


def around(known: Known, net: MLP, number: int, row: int) -> tuple[Array, Array]:
    """Return what comes into a layer on a row, and what the loss hands back to what follows it."""
    x, y = known.data.x[row : row + 1], known.data.y[row : row + 1]
    here = tensor(x)
    passed = [here]
    for layer in net.layers:
        here = layer(here)
        passed.append(here)
    goal = named_goal(known.settings.loss)
    goal.loss(here, prepare_targets(goal, y, tuple(here.shape[1:]), x.dtype)).backward()
    after = passed[number + 1 + followed(net, number)]
    return np.asarray(plain(passed[number]))[0], np.asarray(plain(after.grad))[0]


def followed(net: MLP, number: int) -> bool:
    """Return whether an activation that looks at each unit alone follows a layer."""
    after = net.layers[number + 1] if number + 1 < len(net.layers) else None
    return isinstance(after, Activation) and after.function not in MIXING


def drawn(net: MLP, number: int, unit: int, came: Array, handed: float) -> Graph:
    """Return the circuit; inputs that count little stand together as `rest`."""
    linear = net.layers[number]
    weights = np.asarray(plain(linear.weight), np.float64)[unit]
    products = weights * came
    some = np.sort(np.argsort(-np.abs(products), kind="stable")[:MOST])
    terms = [f"w{i}*x{i}" for i in some]
    values = {
        name: float(array[i]) for i in some for name, array in ((f"w{i}", weights), (f"x{i}", came))
    }
    if len(some) < len(weights):
        terms.append("rest")
        values["rest"] = float(np.delete(products, some).sum())
    if linear.bias is not None:
        terms.append("b")
        values["b"] = float(np.asarray(plain(linear.bias))[unit])
    text = " + ".join(terms)
    if followed(net, number):  # settings of its own it has none: the net is made from names
        text = f"{net.layers[number + 1].function}({text})"
    graph = Graph(text, **values)
    graph.forward()
    graph.backward(np.float64(handed))
    return graph
