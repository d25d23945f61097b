"""Healthy and sick training runs, each with what must be named: the doctor is measured on them.

Half of them, "calibration", was used to set the doctor's limits. The other half, "held out", has
other tables, other sizes and other seeds, and was only looked at to report the result.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
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
LOST = (*STUCK, DEAD)  # and when no signal comes through: relu then hears its biases alone
WILD = (*STUCK, RATE, DEAD, SATURATED, EXPLODING, NOISE)  # what follows from steps that are wild


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
        build: key -> net, where it is no `cr.nn.MLP`.
        change: weights by path -> those to begin with.
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
    build: Callable[[int], Any] | None = None
    change: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    def model(self) -> Any:
        """Return the untrained net."""
        made = self.build(self.key) if self.build else cr.nn.MLP(
            *self.sizes, key=self.key, **self.net
        )  # fmt: skip
        return made if self.change is None else made.load_state_dict(
            self.change(dict(made.state_dict()))
        )  # fmt: skip


Maker = Callable[[], Case]


def scaled(x: Any) -> Any:
    """Return columns of mean 0 and variance 1; constant ones are 0."""
    std = x.std(axis=0)
    return ((x - x.mean(axis=0)) / np.where(std > 0, std, 1)).astype(np.float32)


def table(name: str, n: int | None = None, seed: int = 0) -> tuple[Arrays, Arrays]:
    """Return the training rows and, a fifth of all, the held-out rows of a built-in table."""
    made = builtin.load(name, seed=seed, n=n)
    columns = [column.values for column in made.columns]
    x = scaled(np.stack(columns[:-1], axis=1).astype(float))
    y = np.unique(columns[-1], return_inverse=True)[1].astype(np.int64)
    order = np.random.default_rng(seed).permutation(len(x))
    cut = len(x) // 5
    return (x[order[cut:]], y[order[cut:]]), (x[order[:cut]], y[order[:cut]])


def pixels(seed: int) -> Arrays:
    """Return digits whose pixels go from 0 to 1, as they are and not centred."""
    made = builtin.load("digits")
    x = np.stack([column.values for column in made.columns[:-1]], axis=1) / 16
    order = np.random.default_rng(seed).permutation(len(x))
    return x[order].astype(np.float32), made.columns[-1].values[order].astype(np.int64)


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


def twins(state: dict[str, Any]) -> dict[str, Any]:
    """Return weights in which the second half of each hidden layer's units is the first again."""
    made = {path: np.array(value) for path, value in state.items()}
    names = [path for path in made if path.endswith("weight")]
    for name, after in pairwise(names):
        half = len(made[name]) // 2
        made[name][half : 2 * half] = made[name][:half]
        made[after][:, half : 2 * half] = made[after][:, :half]
    return made


SGD, Adam, Momentum = cr.optim.SGD, cr.optim.Adam, cr.optim.Momentum


def healthy(seed: int, other: bool) -> list[Case]:
    """Return runs with nothing wrong; `other` gives those of the held-out half."""
    digits, held_digits = table("digits", seed=seed)
    iris, _ = table("iris", seed=seed)
    round_table = table("circles" if other else "moons", 800, seed)
    arms = table("spirals" if other else "moons", 1200, seed + 1)
    clouds = table("blobs", 600, seed)
    curve = waves(1500 if other else 1000, seed)
    corners = table("xor", 200, seed)[0]
    wide = 48 if other else 64
    return [
        Case("digits, relu, Adam", digits, (64, wide, 10), held_out=held_digits),
        Case("digits, two layers of relu", digits, (64, wide, 32, 10), epochs=10),
        Case("digits, tanh, SGD", digits, (64, wide, 10), net={"activation": "tanh"},
             optimizer=SGD(rate=0.1), held_out=held_digits),
        Case("digits, one layer of sigmoid", digits, (64, wide, 10), net={"activation": "sigmoid"}),
        Case("digits, momentum", digits, (64, wide, 10), optimizer=Momentum(rate=0.01), epochs=8),
        Case("digits, dropout", digits, (64, 2 * wide, 10), net={"dropout": 0.3},
             held_out=held_digits),
        Case("digits, leaky relu", digits, (64, wide, 10), net={"activation": "leaky_relu"}),
        Case("digits, no hidden layer", digits, (64, 10), optimizer=SGD(rate=0.05)),
        Case("digits, eight layers of tanh", digits, (64, *[32] * 7, 10),
             net={"activation": "tanh"}),
        Case("digits, twenty layers of relu", digits, (64, *[wide] * 19, 10), epochs=8,
             held_out=held_digits),
        Case("digits, BatchNorm", digits, (), build=normalized(wide)),
        Case("digits, pixels from 0 to 1", pixels(seed), (64, wide, 32, 10), epochs=15),
        Case("digits, hot start", digits, (64, wide, 10), optimizer=Adam(rate=3e-3), epochs=8),
        Case("iris, tanh", iris, (4, 16, 3), net={"activation": "tanh"}, batch=16, epochs=40,
             optimizer=Adam(rate=0.01)),
        Case("iris, full batches", iris, (4, 16, 3), batch=120, epochs=300,
             optimizer=SGD(rate=0.3), net={"activation": "tanh"}),
        Case("two classes, relu", round_table[0], (2, 32, 32, 2), epochs=40, batch=16,
             optimizer=Adam(rate=3e-3), held_out=round_table[1]),
        Case("two classes, one logit", round_table[0], (2, 24, 1), epochs=40, batch=16,
             optimizer=Adam(rate=0.01), loss="binary_cross_entropy", held_out=round_table[1]),
        Case("two classes, hinge", round_table[0], (2, 24, 1), epochs=30, batch=16,
             optimizer=Adam(rate=0.01), loss="hinge"),
        Case("two classes, elu", arms[0], (2, 64, 64, 2), epochs=40, net={"activation": "elu"},
             optimizer=Adam(rate=3e-3), held_out=arms[1]),
        Case("clouds, linear", clouds[0], (2, 3), epochs=30, optimizer=SGD(rate=0.1),
             held_out=clouds[1]),
        Case("clouds, single rows and a small rate", clouds[0], (2, 16, 3), epochs=4, batch=1,
             optimizer=SGD(rate=0.005), net={"activation": "tanh"}),
        Case("exclusive or", corners, (2, 16, 2), epochs=120, batch=len(corners[0]),
             optimizer=Adam(rate=0.02), net={"activation": "tanh"}),
        Case("curve, relu", curve[0], (3, 64, 64, 1), epochs=30, loss="squared_error",
             held_out=curve[1]),
        Case("curve, tanh, SGD", curve[0], (3, 32, 1), epochs=40, loss="squared_error",
             optimizer=SGD(rate=0.05), net={"activation": "tanh"}, held_out=curve[1]),
        Case("curve, noisy targets", waves(1200, seed, 0.6)[0], (3, 24, 1), epochs=15,
             loss="squared_error", held_out=waves(1200, seed, 0.6)[1],
             optimizer=Adam(rate=3e-3)),
        Case("curve, small batches", curve[0], (3, 32, 1), epochs=10, batch=4,
             loss="squared_error", held_out=curve[1]),
    ]  # fmt: skip


def normalized(width: int) -> Callable[[int], Any]:
    """Return what builds a net with normalized hidden layers."""

    def build(key: int) -> Any:
        return cr.nn.Sequential(
            cr.nn.Linear(64, width, key=key), cr.nn.BatchNorm(width), "relu",
            cr.nn.Linear(width, width, key=key + 1), cr.nn.BatchNorm(width), "relu",
            cr.nn.Linear(width, 10, key=key + 2),
        )  # fmt: skip

    return build


def sick(seed: int, other: bool) -> list[Case]:
    """Return runs with one thing wrong, which must be named; `other` gives the held-out half."""
    return [
        *deep(seed, other), *drawn_badly(seed, other), *stepping_badly(seed, other),
        *read_badly(seed, other), *learnt_badly(seed, other),
    ]  # fmt: skip


def deep(seed: int, other: bool) -> list[Case]:
    """Return nets in which gradients vanish or explode on their way."""
    rows = table("digits", seed=seed)[0]
    clouds = table("blobs", 600, seed)[0]
    width, depth = (24, 40) if other else (32, 50)
    few = 5 if other else 6
    stack = (64, *[width] * few, 10)
    tall = (64, *[width] * depth, 10)
    tanh, relu, sigmoid = ({"activation": name} for name in ("tanh", "relu", "sigmoid"))
    wild = (*WILD, SATURATED)
    return [
        Case("tanh with small weights", rows, stack, (VANISHING,), LOST, epochs=6,
             net={**tanh, "init": normal(0.01)}, optimizer=SGD(rate=0.1)),
        Case("tanh with small weights, two columns", clouds, (2, *[width] * few, 3), (VANISHING,),
             LOST, epochs=10, net={**tanh, "init": normal(0.02)}, optimizer=SGD(rate=0.1)),
        Case(f"{few + 4} layers of sigmoid", rows, (64, *[width] * (few + 4), 10), (VANISHING,),
             LOST, epochs=6, net=sigmoid, optimizer=SGD(rate=0.1)),
        Case(f"{few + 4} layers of sigmoid, Adam", clouds, (2, *[width] * (few + 4), 3),
             (VANISHING,), LOST, epochs=10, net=sigmoid),
        Case(f"{depth} layers of relu, drawn by LeCun", rows, tall, (VANISHING,), LOST, epochs=3,
             net={**relu, "init": "lecun_normal"}, optimizer=SGD(rate=0.05)),
        Case(f"{depth} layers of relu, drawn half as wide", clouds, (2, *[width] * depth, 3),
             (VANISHING,), LOST, epochs=4, net={**relu, "init": times(0.5)},
             optimizer=SGD(rate=0.05)),
        Case(f"{depth} layers of relu, drawn too wide", rows, tall, (EXPLODING,), wild, epochs=3,
             net={**relu, "init": times(1.6)}, optimizer=SGD(rate=1e-3)),
        Case(f"{depth} layers of tanh, drawn too wide", rows, tall, (EXPLODING,), wild, epochs=3,
             net={**tanh, "init": times(2.5, "lecun_normal")}, optimizer=SGD(rate=1e-3)),
        Case("twenty linear layers of 1.5 I and more", rows, (64, *[width] * 20, 10), (EXPLODING,),
             wild, epochs=3, net={"activation": "leaky_relu", "init": times(2.2)},
             optimizer=SGD(rate=1e-4)),
        Case("a deep curve, drawn too wide", waves(800, seed)[0], (3, *[width] * 25, 1),
             (EXPLODING,), wild, epochs=3, loss="squared_error", optimizer=SGD(rate=1e-4),
             net={**relu, "init": times(2.0)}),
    ]  # fmt: skip


def drawn_badly(seed: int, other: bool) -> list[Case]:
    """Return nets whose units are saturated, or copies of each other, from the beginning."""
    rows = table("digits", seed=seed)[0]
    flat = table("circles" if other else "moons", 800, seed)[0]
    wide = 40 if other else 64
    stuck = (*STUCK, VANISHING)
    tanh, sigmoid = ({"activation": name} for name in ("tanh", "sigmoid"))
    hurt = (*STUCK, RATE, EXPLODING, VANISHING, OVERFIT)
    return [
        Case("tanh with large weights", rows, (64, wide, wide, 10), (SATURATED,), hurt, epochs=6,
             net={**tanh, "init": normal(6.0)}, optimizer=SGD(rate=0.01)),
        Case("sigmoid with large weights", flat, (2, wide, wide, 2), (SATURATED,), hurt, epochs=10,
             net={**sigmoid, "init": normal(30.0)}, optimizer=SGD(rate=0.01)),
        Case("weights of zero", rows, (64, wide, 10), (SYMMETRIC,), (*stuck, DEAD), epochs=6,
             net={"init": "zeros"}),
        Case("weights of zero, tanh", flat, (2, wide, 16, 2), (SYMMETRIC,), stuck, epochs=10,
             net={**tanh, "init": "zeros"}),
        Case("constant weights", flat, (2, wide, 2), (SYMMETRIC,), stuck, epochs=10,
             net={**tanh, "init": cr.nn.initial.constant(0.1)}),
        Case("constant weights, sigmoid", rows, (64, wide, wide, 10), (SYMMETRIC,), stuck,
             epochs=6, net={**sigmoid, "init": cr.nn.initial.constant(0.01)}),
        Case("duplicated units", rows, (64, wide, 10), (SYMMETRIC,), change=twins, epochs=6),
        Case("duplicated units, two layers of tanh", flat, (2, wide, wide, 2), (SYMMETRIC,),
             net=tanh, change=twins, epochs=20),
    ]  # fmt: skip


def stepping_badly(seed: int, other: bool) -> list[Case]:
    """Return runs whose steps are too large, too small, or driven by single rows."""
    rows = table("digits", seed=seed)[0]
    flat = table("circles" if other else "moons", 800, seed)[0]
    mixed = (flat[0], flipped(flat[1], 0.2, seed))
    curve = waves(800, seed)[0]
    wide = 48 if other else 64
    wild = tuple({*WILD, OVERFIT, VANISHING})
    return [
        Case("relu, a rate that kills", rows, (64, wide, wide, 10), (DEAD,), wild, epochs=6,
             optimizer=SGD(rate=1.5)),
        Case("relu, Adam with a rate of 1", rows, (64, wide, wide, 10), (RATE,), wild, epochs=6,
             optimizer=Adam(rate=1.0)),
        Case("a rate far above the bound", mixed, (2, 2), (RATE,), wild, epochs=10,
             optimizer=SGD(rate=100.0)),
        Case("a rate that diverges", curve, (3, 32, 1), (RATE,), wild, epochs=10,
             loss="squared_error", optimizer=SGD(rate=2.0)),
        Case("a line, full batches, above the bound", curve, (3, 1), (RATE,), wild,
             epochs=30, batch=len(curve[0]), loss="squared_error", optimizer=SGD(rate=1.2)),
        Case("tanh, momentum with a rate of 5", flat, (2, 32, 2), (RATE,), wild, epochs=20,
             net={"activation": "tanh"}, optimizer=Momentum(rate=5.0)),
        Case("relu pushed under water", rows, (64, wide, 10), (DEAD,), wild, epochs=6,
             change=sunken),
        Case("relu pushed under water, two columns", flat, (2, wide, wide, 2), (DEAD,), wild,
             epochs=10, change=sunken),
        Case("a rate too small", rows, (64, wide, 10), (RATIO,), STUCK, epochs=5,
             optimizer=SGD(rate=1e-5)),
        Case("a rate too small, Adam", flat, (2, wide, 2), (RATIO,), STUCK, epochs=5,
             optimizer=Adam(rate=1e-7)),
        Case(
            "next to no rate, full batches",
            curve,
            (3, wide, 1),
            (RATIO, STILL),
            STUCK,
            epochs=60,
            batch=len(curve[0]),
            loss="squared_error",
            optimizer=SGD(rate=1e-6),
        ),
        Case("a rate too small, tanh", curve, (3, wide, 1), (RATIO,), STUCK, epochs=5,
             loss="squared_error", net={"activation": "tanh"}, optimizer=SGD(rate=1e-6)),
        Case("single rows and a large rate", mixed, (2, 16, 2), (NOISE,), (RATE, *STUCK),
             epochs=12, batch=1, net={"activation": "tanh"}, optimizer=SGD(rate=0.3)),
        Case("single rows of a curve", waves(600, seed, 0.6)[0], (3, 24, 1), (NOISE,),
             (RATE, *STUCK), epochs=15, batch=1, loss="squared_error",
             net={"activation": "tanh"}, optimizer=SGD(rate=0.03)),
        Case("two rows and a large rate", mixed, (2, 24, 2), (NOISE,), (RATE, *STUCK), epochs=15,
             batch=2, net={"activation": "tanh"}, optimizer=SGD(rate=0.5)),
    ]  # fmt: skip


def flipped(y: Any, share: float, seed: int) -> Any:
    """Return the labels of two classes, some of them the other one."""
    return np.where(np.random.default_rng(seed).random(len(y)) < share, 1 - y, y)


def sunken(state: dict[str, Any]) -> dict[str, Any]:
    """Return weights whose first layer has biases so low that few rows lift a unit above 0."""
    made = {path: np.array(value) for path, value in state.items()}
    weights, bias = made["layers.0.weight"], made["layers.0.bias"]
    count = int(0.8 * len(bias))
    bias[:count] = -20 * np.linalg.norm(weights[:count], axis=1)
    return made


def read_badly(seed: int, other: bool) -> list[Case]:
    """Return runs on data that were read, scaled or labelled wrongly."""
    (x, y), held_out = table("digits", seed=seed)
    flat, clouds = table("moons", 800, seed)[0], table("blobs", 600, seed)[0]
    curve = waves(800, seed)[0]
    rng = np.random.default_rng(seed)
    any_way = tuple({*WILD, OVERFIT, VANISHING})
    factor = np.float32(300 if other else 1000)
    columns = np.where(np.arange(2) == 1, factor * 10, 1).astype(np.float32)
    same = np.full((len(clouds[0]), 2), 40 if other else 25, np.float32)
    none = np.zeros((len(x), 16), np.float32)
    small = (64, 32, 10)
    return [
        Case("inputs in the thousands", (x * factor, y), small, (INPUTS,), any_way, epochs=6),
        Case("inputs in the thousandths", (flat[0] / factor, flat[1]), (2, 24, 2), (INPUTS,),
             any_way, epochs=6),
        Case("inputs off centre", (x + np.float32(100), y), small, (INPUTS,), any_way, epochs=6),
        Case("a column off centre", (flat[0] + np.float32([0, 8]), flat[1]), (2, 24, 2), (INPUTS,),
             any_way, epochs=6),
        Case("a column in other units", (clouds[0] * columns, clouds[1]), (2, 16, 3), (INPUTS,),
             any_way, epochs=6),
        Case("constant columns", (np.hstack([clouds[0], same]), clouds[1]), (4, 16, 3), (INPUTS,),
             any_way, epochs=6),
        Case("columns of zeros", (np.hstack([x, none]), y), (80, 32, 10), (INPUTS,), any_way,
             epochs=6),
        Case("shuffled labels", (x, rng.permutation(y)), (64, 16, 10), (CHANCE,),
             (OVERFIT, STILL), epochs=15, held_out=(held_out[0], rng.permutation(held_out[1]))),
        Case("shuffled labels, two columns", (flat[0], rng.permutation(flat[1])), (2, 16, 2),
             (CHANCE,), (OVERFIT, STILL, RATIO), epochs=15),
        Case("a curve with shuffled targets", (curve[0], rng.permutation(curve[1])), (3, 16, 1),
             (CHANCE,), (OVERFIT, STILL, RATIO), epochs=15, loss="squared_error"),
        Case("constant labels", (x, np.zeros_like(y)), small, (LABELS,), any_way, epochs=6),
        Case("constant labels, one logit", (flat[0], np.ones_like(flat[1])), (2, 16, 1), (LABELS,),
             any_way, epochs=6, loss="binary_cross_entropy"),
        Case("a constant target", (curve[0], np.full_like(curve[1], 0.7)), (3, 16, 1), (LABELS,),
             any_way, epochs=6, loss="squared_error"),
    ]  # fmt: skip


def learnt_badly(seed: int, other: bool) -> list[Case]:
    """Return nets that learn their few rows by heart."""
    (x, y), (other_x, other_y) = table("digits", seed=seed)
    curve, held_out = waves(75 if other else 100, seed, 0.5)
    noisy = np.random.default_rng(seed)
    wrong = np.where(noisy.random(len(y)) < 0.3, noisy.integers(0, 10, len(y)), y)
    few = 80 if other else 100
    return [
        Case("few digits, a wide net", (x[:few], wrong[:few]), (64, 256, 10), (OVERFIT,),
             epochs=400, held_out=(other_x, other_y)),
        Case("a noisy curve by heart", curve, (3, 128, 128, 1), (OVERFIT,), epochs=300,
             loss="squared_error", held_out=held_out, optimizer=Adam(rate=3e-3)),
        Case("flipped labels by heart", (x[: 3 * few], flipped(y[: 3 * few] % 2, 0.25, seed)),
             (64, 128, 1), (OVERFIT,), epochs=200, held_out=(other_x, other_y % 2),
             loss="binary_cross_entropy"),
        Case("wrong digits by heart", (x, wrong), (64, 256, 10), (OVERFIT,), epochs=60,
             held_out=(other_x, other_y), optimizer=Adam(rate=2e-3)),
    ]  # fmt: skip


SEEDS = {"calibration": 7, "held out": 101}


def cases(half: str) -> list[Case]:
    """Return the runs of a half, the healthy ones first."""
    seed, other = SEEDS[half], half == "held out"
    return [replace(case, key=seed) for case in healthy(seed, other) + sick(seed, other)]
