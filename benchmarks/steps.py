"""One step of any case for libraries that have functions and transforms, as `Library` lists them.

A step is ``(state, x, y) -> (state, loss)`` on dicts of arrays. Libraries with layers and
optimizers of their own use those for nets instead.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cases import BETA1, BETA2, EPSILON, MOMENTUM, Net
from benchmarks.library import Library
from benchmarks.problem import Problem
from benchmarks.tasks import TASKS, cross_entropy

Array = Any
State = dict[str, Any]
Step = Callable[[State, Array, Array], tuple[State, Array]]


def step_of(problem: Problem, lib: Library) -> Step:
    """Return the step of a case."""
    case = problem.case
    if isinstance(case, Net):
        return net_step(case, lib)
    return lambda state, x, y: TASKS[case.name].step(lib, state, x, y)


def state_of(problem: Problem) -> State:
    """Return what the first step starts from: nested dicts of arrays."""
    case = problem.case
    if not isinstance(case, Net):
        return problem.state
    zeros = {name: np.zeros_like(w) for name, w in problem.state.items()}
    slots = {"sgd": (), "momentum": ("v",), "adam": ("m", "v")}[case.optimizer]
    return {"w": problem.state, "t": np.zeros((), problem.x.dtype), **dict.fromkeys(slots, zeros)}


def targets_of(problem: Problem) -> Array:
    """Return the targets; class numbers as rows of 0 and a single 1."""
    if problem.y.dtype.kind == "f":
        return problem.y
    return np.eye(problem.case.sizes[-1], dtype=problem.x.dtype)[problem.y]  # type: ignore[attr-defined]


def net_step(case: Net, lib: Library) -> Step:
    """Return one update of a net's weights."""
    activation = lib.relu if case.activation == "relu" else lib.m.tanh
    gradient = lib.value_and_grad(lambda w, x, y: loss(case, lib, forward(w, x, activation), y))

    def step(state: State, x: Array, y: Array) -> tuple[State, Array]:
        value, g = gradient(state["w"], x, y)
        return RULES[case.optimizer](case, lib, state, g), value

    return step


def forward(w: State, x: Array, activation: Callable[[Array], Array]) -> Array:
    """Return the outputs of a net. Libraries may sort dicts, so layers are taken by name."""
    last = len(w) // 2 - 1
    for i in range(last + 1):
        z = x @ w[f"layers.{2 * i}.weight"].T + w[f"layers.{2 * i}.bias"]
        x = activation(z) if i < last else z
    return x


def loss(case: Net, lib: Library, z: Array, y: Array) -> Array:
    if case.loss == "softmax_cross_entropy":
        return cross_entropy(lib, z, y)
    if case.loss == "binary_cross_entropy":
        return lib.m.mean(lib.softplus(z) - y * z)
    return lib.m.mean((z - y) * (z - y))


def sgd(case: Net, lib: Library, state: State, g: State) -> State:
    return {"w": {n: w - case.rate * g[n] for n, w in state["w"].items()}, "t": state["t"]}


def momentum(case: Net, lib: Library, state: State, g: State) -> State:
    v = {n: MOMENTUM * v - case.rate * g[n] for n, v in state["v"].items()}
    return {"w": {n: w + v[n] for n, w in state["w"].items()}, "v": v, "t": state["t"]}


def adam(case: Net, lib: Library, state: State, g: State) -> State:
    t = state["t"] + 1
    first = -case.rate / lib.m.expm1(t * math.log(BETA1))  # rate / (1 - beta1^t), exact for small t
    second = (-lib.m.expm1(t * math.log(BETA2))) ** -0.5
    m = {n: BETA1 * m + (1 - BETA1) * g[n] for n, m in state["m"].items()}
    v = {n: BETA2 * v + (1 - BETA2) * (g[n] * g[n]) for n, v in state["v"].items()}
    w = {n: w - first * m[n] / (second * lib.m.sqrt(v[n]) + EPSILON) for n, w in state["w"].items()}
    return {"w": w, "m": m, "v": v, "t": t}


RULES = {"sgd": sgd, "momentum": momentum, "adam": adam}
