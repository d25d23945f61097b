"""Modules of many forms, whose architectures are read and drawn."""

from typing import Any

import numpy as np

import chainrule as cr
from chainrule import nn


def linear(n: int, m: int, key: int = 0) -> nn.Linear:
    return nn.Linear(n, m, key=key)


class Residual(nn.Module):
    inner: Any

    def __call__(self, x: Any) -> Any:
        return x + self.inner(x)


class ByHand(nn.Module):
    """Two layers in one module, with weights (in, out)."""

    w1: Any
    b1: Any
    w2: Any

    def __call__(self, x: Any) -> Any:
        return cr.tanh(x @ self.w1 + self.b1) @ self.w2


class Joined(nn.Module):
    a: Any
    b: Any

    def __call__(self, x: Any) -> Any:
        return self.b(cr.concatenate([x, cr.relu(self.a(x))], axis=-1))


class TwoHeads(nn.Module):
    trunk: Any
    a: Any
    b: Any

    def __call__(self, x: Any) -> Any:
        h = self.trunk(x)
        return self.b(h) * self.a(h)


class Deciding(nn.Module):
    inner: Any

    def __call__(self, x: Any) -> Any:
        return self.inner(x) if float(cr.sum(x)) > 0 else x


def residual_net(blocks: int = 4) -> nn.Sequential:
    def inner(key: int) -> Any:
        return nn.Sequential(nn.LayerNorm(8), linear(8, 8, key), "relu", linear(8, 8, key + 1))

    middle = [Residual(inner=inner(10 * i)) for i in range(blocks)]
    return nn.Sequential(linear(4, 8), *middle, linear(8, 2))


def by_hand() -> ByHand:
    rng = np.random.default_rng(0)
    w1, b1, w2 = (cr.tensor(rng.normal(size=s)) for s in ((2, 3), (3,), (3, 1)))
    return ByHand(w1=w1, b1=b1, w2=w2)


def two_heads() -> TwoHeads:
    trunk = nn.Sequential(linear(3, 5), "relu")
    return TwoHeads(trunk=trunk, a=nn.MLP(5, 4, 2, key=0), b=nn.Sequential(linear(5, 2), "sigmoid"))
