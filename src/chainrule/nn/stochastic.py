"""Layers that draw random numbers while a net is trained."""

from typing import Any

from chainrule.errors import UsageError
from chainrule.graph.registry import FUNCTIONS, ops
from chainrule.nn.checks import array
from chainrule.nn.modes import training
from chainrule.nn.module import Module


class Dropout(Module):
    """In training set a share p of the entries to 0 and scale the others by 1 / (1 - p).

    The expectation stays the same, so nothing happens in evaluation. Any shape.

    Args:
        p: the share that is dropped, from 0 up to, not including, 1.

    Raises `UsageError` for p out of range, or when `nn.apply` has no key.

    >>> Dropout(p=0.3)
    Dropout(p=0.3)  [0 parameters]

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), Dropout.
    """

    p: float

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= p < 1:
            raise UsageError(f"Dropout: p must be from 0 to below 1, got {p!r}")
        self.p = float(p)

    def __call__(self, x: Any) -> Any:
        mode = training()
        if mode is None or self.p == 0:
            return x
        x = array(x)
        keep = FUNCTIONS["random.bernoulli"](mode.next_key(), 1 - self.p, tuple(x.shape))
        return ops.where(keep, x * (1 / (1 - self.p)), 0)
