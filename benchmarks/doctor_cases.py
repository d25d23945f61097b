"""Healthy and sick training runs, each with what must be named: the doctor is measured on them.

Half of them, "calibration", was used to set the doctor's limits. The other half, "held out", has
other tables, other sizes and other seeds, and was only looked at to report the result.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.data import builtin

Arrays = tuple[Any, Any]
CHANCE, STILL, RATIO = "loss at chance", "loss not moving", "update ratio"
VANISHING, EXPLODING = "vanishing gradient", "exploding gradient"
DEAD, SATURATED, SYMMETRIC = "dead units", "saturated units", "symmetric units"
RATE, NOISE, OVERFIT = "rate too large", "batch too small", "overfitting"
INPUTS, LABELS = "inputs badly scaled", "constant labels"
STUCK = (CHANCE, STILL, RATIO)  # what follows when nothing is learnt
WILD = (*STUCK, RATE, DEAD, SATURATED, EXPLODING, NOISE)  # what follows from steps that are wild
HALVES = ("calibration", "held out")


@dataclass(frozen=True)
class Case:
    """One training run.

    Attributes:
        name: what it is.
        data: (x, y) of the training rows.
        sizes: of the net.
        must: the rules that must fire; none where the run is healthy.
        may: rules that may fire as well, because it follows from what is wrong.
        held_out: (x, y) of other rows, or None.
        net: options of the net: activation, init, dropout.
        optimizer: the update rule.
        batch, epochs: of the training.
        loss: its name.
    """

    name: str
    data: Arrays
    sizes: tuple[int, ...]
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    held_out: Arrays | None = None
    net: dict[str, Any] = field(default_factory=dict)
    optimizer: Any = None
    batch: int = 32
    epochs: int = 20
    loss: str = "softmax_cross_entropy"
    key: int = 0

    def model(self) -> Any:
        """Return the untrained net."""
        return cr.nn.MLP(*self.sizes, key=self.key, **self.net)


Maker = Callable[[], Case]


def scaled(x: Any) -> Any:
    """Return columns of mean 0 and variance 1; constant ones are 0."""
    std = x.std(axis=0)
    return ((x - x.mean(axis=0)) / np.where(std > 0, std, 1)).astype(np.float32)


def table(name: str, n: int | None = None, seed: int = 0) -> tuple[Arrays, Arrays]:
    """Return the training rows and, a fifth of all, the held-out rows of a built-in table."""
    made = builtin.load(name, seed=seed, n=n)
    columns = [np.asarray(c.values) for c in made.columns.values()]
    x = scaled(np.stack(columns[:-1], axis=1).astype(float))
    y = np.unique(columns[-1], return_inverse=True)[1].astype(np.int64)
    order = np.random.default_rng(seed).permutation(len(x))
    cut = len(x) // 5
    return (x[order[cut:]], y[order[cut:]]), (x[order[:cut]], y[order[:cut]])


def waves(n: int, seed: int, noise: float = 0.1) -> tuple[Arrays, Arrays]:
    """Return rows of a smooth function of three inputs."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.7, 1.7, (n, 3))
    y = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + noise * rng.normal(size=n)
    x, y = x.astype(np.float32), ((y - y.mean()) / y.std()).astype(np.float32)[:, None]
    cut = n // 5
    return (x[cut:], y[cut:]), (x[:cut], y[:cut])


def normal(std: float) -> Callable[..., Any]:
    """Return an initializer: a normal with this standard deviation, whatever the fan-in."""

    def draw(key: Any, shape: Any, dtype: Any = np.float32) -> Any:
        return (std * np.asarray(cr.random.normal(key, shape))).astype(dtype)

    return draw


def times(factor: float, init: str = "he_normal") -> Callable[..., Any]:
    """Return an initializer that draws so many times too wide."""
    known = cr.nn.initial.initializer(init)

    def draw(key: Any, shape: Any, dtype: Any = np.float32) -> Any:
        return (factor * known(key, shape, np.float64)).astype(dtype)

    return draw


def twins(key: Any, shape: Any, dtype: Any = np.float32) -> Any:
    """Draw one half of the units, and take each of them twice, rows and columns alike."""
    rows, columns = shape
    one = cr.nn.initial.he_normal(key, (-(-rows // 2), columns), dtype)
    whole = np.repeat(one, 2, axis=0)[:rows] if rows > 2 and rows % 2 == 0 else np.asarray(
        cr.nn.initial.he_normal(key, shape, dtype)
    )  # fmt: skip
    if columns % 2 == 0 and columns >= 8:
        whole = np.repeat(whole[:, : columns // 2], 2, axis=1)
    return whole.astype(dtype)


SGD, Adam, Momentum = cr.optim.SGD, cr.optim.Adam, cr.optim.Momentum
