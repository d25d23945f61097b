"""Gradients of one function by both ways in: `backward()` on tensors and `cr.grad`."""

from collections.abc import Callable
from typing import Any

import numpy as np

import chainrule as cr


def gradients(f: Callable[..., Any], *values: Any) -> list[Any]:
    """Return the gradient of `f` by each argument, after both ways have agreed to the bit."""
    tensors = [cr.tensor(v) for v in values]
    f(*tensors).backward()
    by_backward = [t.grad for t in tensors]
    by_grad = cr.grad(f, argnums=tuple(range(len(values))))(*values)
    for a, b in zip(by_backward, by_grad, strict=True):
        np.testing.assert_array_equal(0.0 if a is None else a, b)
    return list(by_grad)
