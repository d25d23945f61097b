"""The arrays of a case: first weights, table and batches, the same bits for everyone.

They are made with NumPy from the case's seed alone, in float32; the judge takes them in float64.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.cases import Case, Net, Task
from benchmarks.tasks import TASKS
from chainrule import data

Array = Any  # numpy arrays of any shape and dtype
State = dict[str, Array]


@dataclass(frozen=True, eq=False)
class Problem:
    """A case with its arrays.

    Attributes:
        case: what it was made from.
        state: name -> first value of what a step changes; for nets the weights, (out, in), and
            biases by the names that `cr.nn.MLP` has for them.
        x, y: the table: inputs (rows, ...) and targets (rows, ...).
        threads: how many may compute.
    """

    case: Case
    state: State
    x: Array
    y: Array
    threads: int = 1

    def rows(self, steps: int) -> Array:
        """Return which rows each of the first steps sees, (steps, batch), int64.

        Rows come in one random order after the other; a full batch is always in the same order.
        """
        n, batch = len(self.x), self.case.batch
        if batch == n:
            return np.ascontiguousarray(np.broadcast_to(np.arange(n), (steps, n)))
        draw = np.random.default_rng([self.case.seed, 2])
        orders = [draw.permutation(n) for _ in range(-(-min(steps * batch, 40 * n) // n))]
        return np.resize(np.concatenate(orders), (steps, batch))

    def astype(self, dtype: Any) -> "Problem":
        """Return the problem with all its floating-point arrays in this dtype."""
        state = {name: cast(value, dtype) for name, value in self.state.items()}
        return replace(self, state=state, x=cast(self.x, dtype), y=cast(self.y, dtype))

    @property
    def layers(self) -> list[tuple[Array, Array]]:
        """The weights and biases of a net, layer by layer."""
        values = list(self.state.values())
        return list(zip(values[::2], values[1::2], strict=True))


def cast(x: Array, dtype: Any) -> Array:
    return x.astype(dtype) if x.dtype.kind == "f" else x


def make(case: Case, threads: int = 1) -> Problem:
    """Return the problem of a case."""
    draw = np.random.default_rng([case.seed, 1])
    if isinstance(case, Net):
        state = weights(case, draw)
        x, y = table(case, draw)
    elif isinstance(case, Task):
        state, x, y = TASKS[case.name].start(draw, case.rows)
    else:  # circuits hold their own inputs
        state, x, y = {}, np.zeros((case.rows, 1)), np.zeros(case.rows)
    return Problem(case, state, x, y, threads).astype(np.float32)


def weights(case: Net, draw: np.random.Generator) -> State:
    """Return normal weights of variance 2 / n (relu) or 1 / n, and biases of zero."""
    return dict(layers(case.sizes, 2 if case.activation == "relu" else 1, draw))


def layers(
    sizes: tuple[int, ...], gain: float, draw: np.random.Generator
) -> Iterator[tuple[str, Array]]:
    for i, (n_in, n_out) in enumerate(pairwise(sizes)):
        w = draw.standard_normal((n_out, n_in)) * np.sqrt(gain / n_in)
        yield f"layers.{2 * i}.weight", w
        yield f"layers.{2 * i}.bias", np.zeros(n_out)


def table(case: Net, draw: np.random.Generator) -> tuple[Array, Array]:
    """Return inputs (rows, n) and the targets that the case's loss takes."""
    if case.table == "made":
        return made(case, draw)
    loaded = data.load(case.table)
    *columns, target = (column.values for column in loaded.columns)
    x = np.stack(columns, axis=1) / max(int(column.max()) for column in columns)
    return x, target if case.loss == "softmax_cross_entropy" else target[:, None].astype(float)


def made(case: Net, draw: np.random.Generator) -> tuple[Array, Array]:
    """Return normal inputs and what a random layer of tanh units makes of them."""
    x = draw.standard_normal((case.rows, case.sizes[0]))
    hidden = np.tanh(x @ draw.standard_normal((case.sizes[0], 32)) / np.sqrt(case.sizes[0]))
    scores = hidden @ draw.standard_normal((32, case.sizes[-1])) / np.sqrt(32)
    return x, scores.argmax(axis=1) if case.loss == "softmax_cross_entropy" else scores
