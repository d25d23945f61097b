r"""Initial weights: functions `(key, shape, dtype) -> array`.

A weight matrix has the shape (out, in): `fan_in = in` and `fan_out = out`. Axes after the second
multiply both, as in a convolution's kernel. The variances are

    LeCun    1 / fan_in                   keeps the variance of inputs through a linear layer
    Glorot   2 / (fan_in + fan_out)       balances it between the forward and the backward pass
    He       2 / fan_in                   makes up for the half that relu cuts off

and the uniform forms draw from ``(-sqrt(3 variance), sqrt(3 variance))``. All take an int or a key
of `cr.random` and give the same numbers for the same key.

Source: LeCun, Bottou, Orr, Müller (1998), Efficient BackProp, section 4.6; Glorot, Bengio (2010);
He, Zhang, Ren, Sun (2015), Delving Deep into Rectifiers; Saxe, McClelland, Ganguli (2014).
"""

from collections.abc import Callable, Sequence
from math import prod, sqrt
from typing import Any

import numpy as np

from chainrule.errors import ShapeError, UsageError, nearest
from chainrule.graph.registry import FUNCTIONS
from chainrule.nn.modes import as_key

Initializer = Callable[..., Any]


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return (fan_in, fan_out) of a weight of shape (out, in, ...).

    >>> fans((4, 3))
    (3, 4)
    """
    if len(shape) < 2:
        raise ShapeError(
            f"fan-in needs a weight of shape (out, in), got {tuple(shape)}",
            hint="use nn.initial.zeros or nn.initial.constant for a vector",
        )
    taps = prod(shape[2:])
    return shape[1] * taps, shape[0] * taps


def lecun_normal(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Draw from a normal with variance 1 / fan_in.

    >>> lecun_normal(0, (4, 3)).shape
    (4, 3)
    """
    return _normal(key, shape, dtype, 1 / fans(shape)[0])


def lecun_uniform(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Draw evenly, with variance 1 / fan_in."""
    return _uniform(key, shape, dtype, 1 / fans(shape)[0])


def glorot_normal(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Draw from a normal with variance 2 / (fan_in + fan_out)."""
    return _normal(key, shape, dtype, 2 / sum(fans(shape)))


def glorot_uniform(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Draw evenly, with variance 2 / (fan_in + fan_out)."""
    return _uniform(key, shape, dtype, 2 / sum(fans(shape)))


def he_normal(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Draw from a normal with variance 2 / fan_in."""
    return _normal(key, shape, dtype, 2 / fans(shape)[0])


def he_uniform(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Draw evenly, with variance 2 / fan_in."""
    return _uniform(key, shape, dtype, 2 / fans(shape)[0])


def orthogonal(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Draw a matrix with orthonormal rows or columns, whichever are fewer, evenly among these.

    Axes after the second count as columns.

    >>> w = orthogonal(0, (2, 3), np.float64)
    >>> bool(np.allclose(w @ w.T, np.eye(2)))
    True
    """
    fans(shape)
    rows, columns = shape[0], prod(shape[1:])
    draws = _normal(key, (max(rows, columns), min(rows, columns)), np.float64, 1.0)
    q, r = np.linalg.qr(draws)
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)  # a unique factor, hence an even draw
    return (q if rows >= columns else q.T).reshape(tuple(shape)).astype(dtype)


def zeros(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Return zeros; the key is not used."""
    return np.zeros(tuple(shape), dtype)


def ones(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Return ones; the key is not used."""
    return np.ones(tuple(shape), dtype)


def constant(value: float) -> Initializer:
    """Return an initializer that fills with `value`.

    >>> constant(0.1)(None, (2,), np.float64).tolist()
    [0.1, 0.1]
    """

    def fill(key: Any, shape: Sequence[int], dtype: Any = np.float32) -> Any:
        return np.full(tuple(shape), value, dtype)

    fill.__name__ = f"constant({value})"
    return fill


BY_NAME: dict[str, Initializer] = {
    f.__name__: f
    for f in (
        lecun_normal, lecun_uniform, glorot_normal, glorot_uniform, he_normal, he_uniform,
        orthogonal, zeros, ones,
    )
}  # fmt: skip


def initializer(init: str | Initializer) -> Initializer:
    """Return the initializer of this name; a function as it is."""
    if callable(init):
        return init
    if init not in BY_NAME:
        raise UsageError(f"unknown initializer {init!r}", hint=nearest(str(init), BY_NAME))
    return BY_NAME[init]


def _normal(key: Any, shape: Sequence[int], dtype: Any, variance: float) -> Any:
    draws = FUNCTIONS["random.normal"](as_key(key), tuple(shape), dtype=dtype)
    return _plain(draws * sqrt(variance), dtype)


def _uniform(key: Any, shape: Sequence[int], dtype: Any, variance: float) -> Any:
    draws = FUNCTIONS["random.uniform"](as_key(key), tuple(shape), dtype=dtype)
    return _plain((draws * 2 - 1) * sqrt(3 * variance), dtype)


def _plain(draws: Any, dtype: Any) -> Any:
    return np.asarray(draws).astype(dtype, copy=False)
