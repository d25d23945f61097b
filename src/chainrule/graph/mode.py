"""The one piece of context that gates look at: is history kept, in which module, training or not.

A `Mode` never changes; `using` puts another one in force for a block, per thread and task.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Mode:
    """What is in force.

    Attributes:
        recording: whether gates keep their inputs, so that gradients can flow.
        tracing: whether a function is being turned into a circuit of symbolic gates.
        nesting: how many transforms of functions are being evaluated.
        outputs: path of a module -> what its last call returned, where somebody asks, else None.
        differentiating: whether a backward rule is being applied to gates.
        made: weak references to the gates that a trace makes, where somebody asks, else None.
        scope: path of the module whose call is running, such as `layers.3`.
        paths: identity of each module of the running root module -> its path.
        training: collects random draws and buffer updates while a net is trained, else None.
    """

    recording: bool = True
    tracing: bool = False
    nesting: int = 0
    scope: str = ""
    paths: Any = None
    training: Any = None
    differentiating: bool = False
    outputs: Any = None
    made: Any = None


CURRENT: ContextVar[Mode] = ContextVar("chainrule_mode", default=Mode())  # noqa: B039 - frozen


@contextmanager
def using(**changes: Any) -> Iterator[Mode]:
    """Put the current mode with these changes in force."""
    mode = replace(CURRENT.get(), **changes)
    token = CURRENT.set(mode)
    try:
        yield mode
    finally:
        CURRENT.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without keeping history: results are constants, through which no gradient flows.

    >>> import chainrule as cr
    >>> x = cr.tensor(2.0)
    >>> with cr.no_grad():
    ...     y = x * 3
    >>> y.op is None
    True
    """
    with using(recording=False):
        yield
