"""Training mode: fresh random numbers for each layer that wants them, and new buffers collected."""

from collections.abc import Callable
from typing import Any

from chainrule.errors import UsageError
from chainrule.graph.mode import CURRENT, using
from chainrule.graph.registry import FUNCTIONS
from chainrule.nn.module import Module
from chainrule.nn.walk import join, survey


def apply(model: Callable[..., Any], *inputs: Any, key: Any = None, **options: Any) -> Any:
    """Call `model` in training mode: dropout drops, batch statistics come from the batch.

    The i-th random layer that runs draws from `cr.random.fold_in(key, i)`, so the same key gives
    the same output. Nothing changes in `model`.

    Args:
        model: a module.
        inputs, options: what the model is called with.
        key: an int or a key of `cr.random`; may be left out when nothing in the model is random.

    Returns:
        The output, and the model with its buffers brought up to date (the same object when it has
        none that changed).

    Raises:
        UsageError: a layer draws random numbers and there is no key.

    >>> import numpy as np
    >>> import chainrule as cr
    >>> drop = cr.nn.Dropout(p=0.5)
    >>> y, _ = cr.nn.apply(drop, np.ones(1000), key=0)
    >>> sorted(set(y.tolist()))
    [0.0, 2.0]
    >>> drop(np.ones(3)).tolist()
    [1.0, 1.0, 1.0]
    """
    training = Training(key)
    with using(training=training, paths=None, scope=""):
        y = model(*inputs, **options)
    return y, training.updated(model)


class Training:
    """What layers may ask for while a model is trained."""

    def __init__(self, key: Any) -> None:
        self._key = key
        self._calls = 0
        self._changes: dict[int, dict[str, Any]] = {}

    def next_key(self) -> Any:
        """Return a key of its own for the layer that asks."""
        if self._key is None:
            scope = CURRENT.get().scope
            raise UsageError(
                f"{scope or 'this layer'} draws random numbers in training and there is no key",
                hint="nn.apply(model, x, key=0), with another key at each step",
            )
        self._calls += 1
        return FUNCTIONS["random.fold_in"](self._key, self._calls - 1)

    def buffer(self, module: Module, name: str) -> Any:
        """Return a buffer of `module`, as the calls before this one have left it."""
        return self._changes.get(id(module), {}).get(name, getattr(module, name))

    def update(self, module: Module, **buffers: Any) -> None:
        """Let these be the module's buffers after the call."""
        self._changes.setdefault(id(module), {}).update(buffers)

    def updated(self, model: Any) -> Any:
        """Return the model with the buffers that were updated."""
        if not self._changes:
            return model
        leaves = {
            join(path, name): value
            for path, module in survey(model).modules.items()
            for name, value in self._changes.get(id(module), {}).items()
        }
        return model.tree_rebuild(leaves)


def training() -> Training | None:
    """Return the training mode in force, or None when models evaluate."""
    found: Training | None = CURRENT.get().training
    return found


def as_key(key: Any) -> Any:
    """Return a key, or the int that stands for one, as it is; say what to do without."""
    if key is None:
        raise UsageError(
            "random weights need a key: nothing is drawn from a global state",
            hint="pass key=0, or a key of cr.random.key",
        )
    return key
