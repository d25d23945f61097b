"""Native training of random nets with a fault at a random layer, step and row: it is named."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.errors import Diverged
from chainrule.train import pace

FEW, MANY = 6, 1006


def log(h: Any, flag: Any) -> Any:
    return h + cr.log(1 - 2 * flag)


def exp(h: Any, flag: Any) -> Any:
    return h * cr.exp(1000 * flag)


def divide(h: Any, flag: Any) -> Any:
    return h + (1 - flag) / (1 - flag) - 1


def sqrt(h: Any, flag: Any) -> Any:
    return h * cr.sqrt(1 - 2 * flag)


def power(h: Any, flag: Any) -> Any:
    return h + (1 - 2 * flag) ** 0.5 - 1


def arcsin(h: Any, flag: Any) -> Any:
    return h + cr.arcsin(3 * flag)


def sqrt_backward(h: Any, flag: Any) -> Any:
    return h + cr.sqrt((1 + cr.square(h)) * (1 - flag))


def log_backward(h: Any, flag: Any) -> Any:
    return h + cr.where(flag > 0, 0, cr.log((1 + cr.square(h)) * (1 - flag)))


KINDS: tuple[Callable[..., Any], ...] = (
    log, exp, divide, sqrt, power, arcsin, sqrt_backward, log_backward,
)  # fmt: skip


class Fault(nn.Module):
    """A layer that is at fault in rows with a flag."""

    f: Any

    def __call__(self, h: Any, flag: Any) -> Any:
        return self.f(h, flag)


class Layer(nn.Module):
    """A linear layer and tanh."""

    linear: nn.Linear

    def __call__(self, h: Any, flag: Any) -> Any:
        return cr.tanh(self.linear(h))


class Chain(nn.Module):
    """Layers one after the other that all see the flag, which is the last column of x."""

    layers: tuple[Any, ...]

    def __call__(self, x: Any) -> Any:
        h, flag = x[:, :-1], x[:, -1:]
        for layer in self.layers:
            h = layer(h, flag)
        return h


def check(number: int) -> None:
    """Train a random net; one row has a flag, and is met at a step that is known."""
    rng = np.random.default_rng(number)
    width, depth = int(rng.integers(1, 9)), int(rng.integers(1, 4))
    layers: list[Any] = [
        Layer(linear=nn.Linear(width, width, key=number * 10 + i)) for i in range(depth)
    ]
    f, at = KINDS[int(rng.integers(len(KINDS)))], int(rng.integers(depth))
    layers.insert(at + 1, Fault(f=f))
    n, batch = int(rng.integers(9, 60)), int(rng.integers(1, 9))
    row = int(rng.integers(n))
    x = rng.normal(size=(n, width + 1)).astype(np.float32)
    x[:, -1] = np.arange(n) == row
    y = rng.normal(size=(n, width)).astype(np.float32)
    with pytest.raises(Diverged) as error:
        cr.fit(
            Chain(layers=tuple(layers)), (x, y), epochs=1, batch_size=batch, order="given",
            optimizer=(optim.Adam(rate=1e-3), optim.SGD(rate=1e-3))[number % 2], progress=False,
        )  # fmt: skip
    found = error.value.blame
    backward = f.__name__.endswith("_backward")
    said = (found.rule_of if backward else found.op, found.step, found.rows)
    assert said == (f.__name__.removesuffix("_backward"), row // batch + 1, (row,)), number
    assert found.name.startswith(f"layers.{at + 1}"), number
    assert found.phase == ("backward" if backward else "forward"), number
    assert found.source.text.startswith("return h ")
    assert found.source.file == __file__


@pytest.mark.parametrize("turn", [0, 100])
def test_random_nets(turn: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "TURN", turn)
    for number in range(FEW // 2):
        check(2 * number + bool(turn))


@pytest.mark.campaign
def test_many_random_nets() -> None:
    for number in range(FEW, MANY):
        check(number)
