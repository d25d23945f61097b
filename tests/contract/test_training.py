"""Whole training steps: the native loop against the interpreter on the same trace."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.graph.run import Program
from chainrule.graph.trace import trace
from chainrule.graph.tree import flatten
from chainrule.train.step import Objective, Stepper
from chainrule.train.tasks import GOALS
from tests.contract.test_layers import FACTORIES
from tests.contract.test_update_rules import RULES

RNG = np.random.default_rng(7)
X = RNG.normal(size=(23, 4))
BATCHES = RNG.permutation(23)[:20].reshape(5, 4)
LAST = RNG.permutation(23)[:3].reshape(1, 3)
KEY = cr.random.key(3)


def stepper(model: Any, loss: Any, rule: Any = None, **penalties: float) -> Stepper:
    made = Stepper(Objective(loss, **penalties), rule or optim.SGD(rate=0.05), KEY)
    made.start(model)
    return made


def interpreted(made: Stepper, x: Any, y: Any, batches: Any) -> tuple[list[Any], list[Any]]:
    """Return the arrays and losses after the same steps, by the interpreter."""
    model, state = made.current()
    leaves, losses = made.snapshot(), []
    program = None
    for rows in batches:
        if program is None:
            found = trace(made._update, model, state, x, y, rows, made.key)
            program = Program(found.inputs, found.outputs)
        *leaves, loss = program([*leaves, x, y, rows, made.key])
        losses.append(loss)
    return leaves, losses


def check(made: Stepper, x: Any, y: Any, tolerance: float = 1e-9) -> None:
    """Several steps in one call, then the last, short batch."""
    for batches in (BATCHES, LAST):
        with np.errstate(all="ignore"):
            wanted, losses = interpreted(made, x, y, batches)
            found = made.run(x, y, batches)
        np.testing.assert_allclose(found, losses, rtol=tolerance, atol=tolerance)
        for a, b in zip(made.leaves, wanted, strict=True):
            assert a.dtype == np.asarray(b).dtype
            scale = max(1.0, float(np.max(np.abs(b), initial=0)))
            np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * scale)


def net(dtype: Any = np.float64, outputs: int = 3) -> Any:
    return nn.MLP(4, 6, outputs, key=0, activation="tanh", dtype=dtype)


def square(outputs: Any, y: Any) -> Any:
    return cr.mean(cr.square(outputs - y))


Y = RNG.normal(size=(23, 3))


@pytest.mark.parametrize("clip", [None, 0.05])
@pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.__name__)
def test_update_rules(kind: Any, clip: Any) -> None:
    check(stepper(net(), square, kind(clip_norm=clip)), X, Y)


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_float32(kind: Any) -> None:
    made = stepper(net(np.float32), square, kind(rate=0.01))
    check(made, X.astype(np.float32), Y.astype(np.float32), 2e-5)


TARGETS = {
    "class": RNG.integers(3, size=23),
    "binary": RNG.integers(2, size=(23, 3)).astype(float),
    "sign": RNG.integers(2, size=(23, 3)) * 2.0 - 1,
    "value": np.abs(Y),
}


@pytest.mark.parametrize("name", GOALS)
def test_losses(name: str) -> None:
    goal = GOALS[name]
    check(stepper(net(), goal.loss, optim.Adam(rate=0.01)), X, TARGETS[goal.kind])


@pytest.mark.parametrize("name", FACTORIES)
def test_layers(name: str) -> None:
    model = nn.Sequential(nn.Linear(4, 4, key=1, dtype=np.float64), FACTORIES[name](np.float64))
    check(stepper(model, lambda z, y: cr.mean(cr.square(z)) + 0 * cr.sum(y)), X, Y)


@pytest.mark.parametrize("penalties", [{"l2": 0.1}, {"l1": 0.05}, {"l1": 0.01, "l2": 0.02}])
def test_penalties(penalties: Any) -> None:
    check(stepper(net(), square, **penalties), X, Y)


SCHEDULES = [
    optim.Constant(rate=0.05),
    optim.StepDecay(rate=0.05, every=2),
    optim.ExponentialDecay(rate=0.05, factor=0.9),
    optim.InverseTime(rate=0.05, half=3.0),
    optim.Cosine(rate=0.05, steps=6),
    optim.WarmUp(steps=3, then=0.05),
    optim.Plateau(rate=0.05),
]


@pytest.mark.parametrize("rate", SCHEDULES, ids=lambda rate: type(rate).__name__)
def test_schedules(rate: Any) -> None:
    check(stepper(net(), square, optim.Momentum(rate=rate)), X, Y)


def recurrent(model: Any, x: Any) -> Any:
    """One row at a time through the same layer."""
    state = cr.zeros_like(x[:, :3])
    for t in range(4):
        state = cr.tanh(model["inner"](state) + x[:, t : t + 1] * model["gain"])
    return state


def attention(model: Any, x: Any) -> Any:
    """Rows of a batch look at each other."""
    q, k, v = (model[name](x) for name in "qkv")
    return cr.einsum("ij,jk->ik", cr.softmax(q @ k.T / np.sqrt(3.0), axis=-1), v)


def test_compositions() -> None:
    def linear(n: int, key: int) -> Any:
        return nn.Linear(n, 3, key=key, dtype=np.float64)

    loops = {"inner": linear(3, 0), "gain": np.ones(3)}
    looks = {name: linear(4, n) for n, name in enumerate("qkv")}
    for model, f in ((loops, recurrent), (looks, attention)):
        gradient = cr.value_and_grad(lambda m, x, f=f: cr.sum(cr.square(f(m, x))))
        value, slopes = cr.compile(gradient)(model, X[:5])
        wanted, by_gates = gradient(model, X[:5])
        np.testing.assert_allclose(value, wanted, rtol=1e-12)
        for a, b in zip(flatten(slopes)[0], flatten(by_gates)[0], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11)
