"""What differs between libraries with NumPy's names: a step is written once for them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Library:
    """An autodiff library.

    Attributes:
        m: its namespace of functions, by NumPy's names: `tanh`, `mean`, `einsum`.
        relu, softplus: of arrays of any shape.
        logsumexp: (n, k) -> (n,).
        grad: f -> its gradient by the first argument, a dict or an array.
        value_and_grad: f -> the function that returns (value, gradient).
        hvp: (f, w, v) -> the Hessian of `f` at `w` times `v`, in the structure of both.
        jacobian: f -> its Jacobian by the first argument: the output's axes, then the input's.
    """

    m: Any
    relu: Function
    softplus: Function
    logsumexp: Function
    grad: Function
    value_and_grad: Function
    hvp: Function
    jacobian: Function
