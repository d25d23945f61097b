"""The functions that are measured beside nets, each written once for all libraries.

`start` makes the state and the table, `step` is one step: ``(library, state, x, y) -> (state,
loss)``, where x and y are the rows of the step. It holds all the mathematics there is.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.library import Library
from chainrule import data

Array = Any
State = dict[str, Array]
Draw = np.random.Generator
Started = tuple[State, Array, Array]


@dataclass(frozen=True)
class Task:
    """A function to be measured: how it starts, from a generator and a number of rows; a step."""

    start: Callable[[Draw, int], Started]
    step: Callable[[Library, State, Array, Array], tuple[State, Array]]


def drawn(draw: Draw, **shapes: tuple[int, ...]) -> State:
    """Return zeros for what has one axis, normal numbers of variance 1 / n_in for the rest."""
    return {
        name: draw.standard_normal(shape) / math.sqrt(shape[0]) if shape[1:] else np.zeros(shape)
        for name, shape in shapes.items()
    }


def descend(
    lib: Library, loss: Callable[..., Any], state: State, rate: Any, *rows: Array
) -> tuple[State, Array]:
    """Return the state after a step of gradient descent, and the loss before it."""
    value, gradient = lib.value_and_grad(loss)(state, *rows)
    return {name: state[name] - rate * gradient[name] for name in state}, value


# A net of two hidden layers, by hand -------------------------------------------------------------


def two_layers(draw: Draw, n_in: int, first: int, second: int, n_out: int) -> State:
    return drawn(
        draw, w1=(n_in, first), b1=(first,), w2=(first, second), b2=(second,),
        w3=(second, n_out), b3=(n_out,),
    )  # fmt: skip


def outputs(w: State, x: Array, f: Callable[[Array], Array]) -> Array:
    h = f(x @ w["w1"] + w["b1"])
    h = f(h @ w["w2"] + w["b2"])
    return h @ w["w3"] + w["b3"]


def cross_entropy(lib: Library, z: Array, y: Array) -> Array:
    """Return the mean cross-entropy of logits with targets given as rows of 0 and a single 1."""
    return lib.m.mean(lib.logsumexp(z) - lib.m.sum(z * y, 1))


# micrograd's demo --------------------------------------------------------------------------------


def moons_start(draw: Draw, rows: int) -> Started:
    *columns, y = (column.values for column in data.load("moons", n=rows).columns)
    weights = two_layers(draw, 2, 16, 16, 1)
    return {"k": np.zeros(()), **weights}, np.stack(columns, axis=1), 2.0 * y - 1


def moons_step(lib: Library, state: State, x: Array, y: Array) -> tuple[State, Array]:
    """Descend on the hinge loss, at a rate that falls from 1 to 0.1 within a hundred steps."""
    k, weights = state["k"], {name: w for name, w in state.items() if name != "k"}

    def loss(w: State, x: Array, y: Array) -> Array:
        scores = outputs(w, x, lib.relu)[:, 0]
        decay = sum(lib.m.sum(p * p) for p in w.values())
        return lib.m.mean(lib.relu(1 - y * scores)) + 1e-4 * decay

    rate = 0.1 + lib.relu(0.9 - 0.009 * k)
    weights, value = descend(lib, loss, weights, rate, x, y)
    return {"k": k + 1, **weights}, value


# Products with a Hessian -------------------------------------------------------------------------


def hvp_start(draw: Draw, rows: int) -> Started:
    *columns, y = (column.values for column in data.load("digits").columns)
    weights = two_layers(draw, 64, 128, 64, 10)
    vector = {f"v_{name}": draw.standard_normal(w.shape) for name, w in weights.items()}
    return {**weights, **vector}, np.stack(columns, axis=1) / 16, np.eye(10)[y]


def hvp_step(lib: Library, state: State, x: Array, y: Array) -> tuple[State, Array]:
    """Turn v into Hv / |Hv|, which tends to the steepest curvature; the loss is |Hv|."""
    weights = {name: w for name, w in state.items() if not name.startswith("v_")}
    vector = {name: state[f"v_{name}"] for name in weights}

    def loss(w: State) -> Array:
        return cross_entropy(lib, outputs(w, x, lib.relu), y)

    product = lib.hvp(loss, weights, vector)
    length = lib.m.sqrt(sum(lib.m.sum(p * p) for p in product.values()))
    return {**weights, **{f"v_{name}": p / length for name, p in product.items()}}, length


# A recurrent net ---------------------------------------------------------------------------------


def rnn_start(draw: Draw, rows: int) -> Started:
    x = draw.standard_normal((rows, 20, 8))
    weights = drawn(draw, w_in=(8, 32), w=(32, 32), b=(32,), w_out=(32, 1), b_out=(1,))
    return weights, x, np.tanh(x[:, :, :1].mean(axis=1) * 4)


def rnn_step(lib: Library, state: State, x: Array, y: Array) -> tuple[State, Array]:
    """Descend on the squared error of what the net says after the last step of time."""

    def loss(w: State, x: Array, y: Array) -> Array:
        h = lib.m.tanh(x[:, 0] @ w["w_in"] + w["b"])
        for t in range(1, 20):
            h = lib.m.tanh(x[:, t] @ w["w_in"] + h @ w["w"] + w["b"])
        error = h @ w["w_out"] + w["b_out"] - y
        return lib.m.mean(error * error)

    return descend(lib, loss, state, 0.05, x, y)


# A residual block --------------------------------------------------------------------------------

HEADS, FEATURES = 4, 32


def attention_start(draw: Draw, rows: int) -> Started:
    x = draw.standard_normal((rows, 16, FEATURES))
    shape = (FEATURES, HEADS, FEATURES // HEADS)
    weights = drawn(draw, query=shape, key=shape, value=shape, out=(FEATURES, FEATURES))
    gains = {"gain": np.ones(FEATURES), "shift": np.zeros(FEATURES)}
    return {**weights, **gains}, x, np.roll(x, 1, axis=1)


def attention_step(lib: Library, state: State, x: Array, y: Array) -> tuple[State, Array]:
    """Descend on the squared error of ``x + attention(norm(x))``, the target being x shifted."""
    m = lib.m

    def loss(w: State, x: Array, y: Array) -> Array:
        centred = x - m.mean(x, axis=-1, keepdims=True)
        spread = m.sqrt(m.mean(centred * centred, axis=-1, keepdims=True) + 1e-5)
        h = centred / spread * w["gain"] + w["shift"]
        query, key, value = (
            m.einsum("btd,dhe->bhte", h, w[name]) for name in ("query", "key", "value")
        )
        scores = m.exp(m.einsum("bhte,bhse->bhts", query, key) / math.sqrt(FEATURES // HEADS))
        shares = scores / m.sum(scores, axis=-1, keepdims=True)
        mixed = m.einsum("bhts,bhse->bthe", shares, value)
        error = x + m.reshape(mixed, (-1, 16, FEATURES)) @ w["out"] - y
        return m.mean(error * error)

    return descend(lib, loss, state, 0.05, x, y)


# Second derivatives by the inputs ----------------------------------------------------------------


def bending_start(draw: Draw, rows: int) -> Started:
    x = draw.uniform(-1, 1, (rows, 1))
    return two_layers(draw, 1, 32, 32, 1), x, -(math.pi**2) * np.sin(math.pi * x)


def bending_step(lib: Library, state: State, x: Array, y: Array) -> tuple[State, Array]:
    """Descend on ``u'' - y`` at the points x and on u at the ends, u being a net of tanh units."""

    def loss(w: State, x: Array, y: Array) -> Array:
        def u(x: Array) -> Array:
            return outputs(w, x, lib.m.tanh)

        def slope(x: Array) -> Array:  # each row depends on its own point alone
            return lib.grad(lambda x: lib.m.sum(u(x)))(x)

        error = lib.grad(lambda x: lib.m.sum(slope(x)))(x) - y
        left, right = u(x[:1] * 0 - 1), u(x[:1] * 0 + 1)
        return lib.m.mean(error * error) + lib.m.sum(left * left + right * right)

    return descend(lib, loss, state, 1e-4, x, y)


# The Jacobian of residuals -----------------------------------------------------------------------


def residual_start(draw: Draw, rows: int) -> Started:
    x = draw.standard_normal((rows, 13))
    weights = drawn(draw, w1=(13, 16), b1=(16,), w2=(16, 1), b2=(1,))
    return weights, x, np.tanh(x @ draw.standard_normal(13) / 4)


def residual_step(lib: Library, state: State, x: Array, y: Array) -> tuple[State, Array]:
    """Descend along ``J^T r / n``, with the whole Jacobian J of the residuals r in hand."""

    def residual(w: State) -> Array:
        return (lib.m.tanh(x @ w["w1"] + w["b1"]) @ w["w2"] + w["b2"])[:, 0] - y

    r, jacobian = residual(state), lib.jacobian(residual)(state)
    down = {name: lib.m.tensordot(r, j, 1) / len(x) for name, j in jacobian.items()}
    return {name: w - 0.1 * down[name] for name, w in state.items()}, lib.m.mean(r * r)


TASKS = {
    "moons": Task(moons_start, moons_step),
    "hvp": Task(hvp_start, hvp_step),
    "rnn20": Task(rnn_start, rnn_step),
    "attention": Task(attention_start, attention_step),
    "second_derivatives": Task(bending_start, bending_step),
    "jacobian": Task(residual_start, residual_step),
}
