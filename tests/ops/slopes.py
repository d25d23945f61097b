"""Derivatives of functions made of ops, against differences."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import chainrule as cr
from tests.contract.numeric import close, replaced, slope


def like_numpy(ours: Callable[..., Any], theirs: Callable[..., Any], *xs: Any) -> None:
    """Check the value on arrays and on tensors, and both derivatives."""
    wanted = theirs(*xs)
    plain = ours(*xs)
    assert isinstance(plain, (np.ndarray, np.generic))
    assert plain.dtype == wanted.dtype
    np.testing.assert_allclose(plain, wanted, rtol=1e-13, atol=1e-15)
    small = ours(*(cr.tensor(x, np.float32) for x in xs))
    assert small.dtype == np.float32
    derivatives_agree(ours, *xs)


def derivatives_agree(f: Callable[..., Any], *xs: Any) -> None:
    """Check that first and second derivatives of f equal differences in a random direction."""
    rng = np.random.default_rng(5)
    weight = np.cos(np.arange(np.size(f(*xs)))).reshape(np.shape(f(*xs)))
    along = [rng.normal(size=np.shape(x)) for x in xs]
    for i, x in enumerate(xs):
        direction = rng.normal(size=np.shape(x))
        first, second = by_rules(f, weight, along, xs)
        for found, differences_of in ((first, value), (second, total_slope)):
            move = partial(moved, differences_of, f, weight, along, xs, i)
            assert close(float(np.sum(found[i] * direction)), slope(move, x, direction), 1e-6)


def moved(of: Any, f: Any, weight: Any, along: Any, xs: Any, at: int, x: Any) -> float:
    return of(f, weight, along, replaced(xs, at, x))


def value(f: Any, weight: Any, along: Any, xs: Any) -> float:
    return float(np.sum(weight * f(*xs)))


def total_slope(f: Any, weight: Any, along: Any, xs: Any) -> float:
    first, _ = by_rules(f, weight, along, xs)
    return float(sum(np.sum(g * d) for g, d in zip(first, along, strict=True)))


def by_rules(f: Any, weight: Any, along: Any, xs: Any) -> tuple[list[Any], list[Any]]:
    """Return the gradient, and the gradient of its sum along given directions."""
    leaves = [cr.tensor(x) for x in xs]
    (f(*leaves) * weight).sum().backward(create_graph=True)
    first = [x.grad for x in leaves]
    total = cr.tensor(0.0)
    for g, d in zip(first, along, strict=True):
        total = total + (g * d).sum()
    for x in leaves:
        x.grad = None
    total.backward()
    second = [np.zeros(x.shape) if x.grad is None else x.grad for x in leaves]
    return [g.value for g in first], second
