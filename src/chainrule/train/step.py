"""One step of training as one circuit: loss, backward pass and update together.

The step is traced once for each shape of batch; after that no Python of the model runs any more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.eager.transforms import value_and_grad
from chainrule.graph.gate import Operators
from chainrule.graph.registry import FUNCTIONS
from chainrule.graph.run import Program
from chainrule.graph.trace import trace
from chainrule.graph.tree import flatten, unflatten
from chainrule.nn.losses import l1, l2
from chainrule.nn.modes import apply
from chainrule.optim.rule import Rule

Loss = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Objective:
    """What is made small: ``loss(model(x), y) + l2 sum w^2 + l1 sum |w|``, over weights.

    Attributes:
        loss: (outputs, targets) -> scalar.
        l2, l1: factors of the penalties on weights; biases are free.
    """

    loss: Loss
    l2: float = 0.0
    l1: float = 0.0

    def __call__(self, model: Any, x: Any, y: Any, key: Any) -> Any:
        """Return (loss, (outputs, model with its buffers brought up to date))."""
        outputs, updated = apply(model, x, key=key)
        total = self.loss(outputs, y)
        if self.l2:
            total = total + self.l2 * l2(model)
        if self.l1:
            total = total + self.l1 * l1(model)
        return total, (outputs, updated)


@dataclass
class Trainer:
    """Model and optimizer state between steps, as a flat list of arrays, and the step itself.

    Attributes:
        objective, optimizer: what is made small, and by which rule.
        key: key of all random draws; step t uses ``fold_in(key, t)``.
    """

    objective: Objective
    optimizer: Rule
    key: Any
    _structure: Any = None
    leaves: list[Any] = field(default_factory=list)
    _programs: dict[Any, Program] = field(default_factory=dict)

    def start(self, model: Any, state: Any = None) -> None:
        """Take up a model, and an optimizer state (a fresh one by default)."""
        state = self.optimizer.init(model) if state is None else state
        leaves, self._structure = flatten((model, state))
        self.leaves = [np.asarray(plain(x)) for x in leaves]

    def current(self) -> tuple[Any, Any]:
        """Return the model and the optimizer state as they are now."""
        model, state = unflatten(self._structure, self.leaves)
        return as_model(self._structure, model), state

    def replace_state(self, state: Any) -> None:
        """Go on with another optimizer state of the same structure."""
        model, _ = unflatten(self._structure, self.leaves)
        leaves, self._structure = flatten((model, state))
        self.leaves = [np.asarray(x) for x in leaves]

    def step(self, x: Any, y: Any) -> tuple[float, Any]:
        """Make one update from the rows `x` and targets `y`; return loss and outputs before it."""
        kind = (x.shape, x.dtype, y.shape, y.dtype)
        if kind not in self._programs:
            self._programs[kind] = self._build(x, y)
        *leaves, loss, outputs = self._programs[kind]([*self.leaves, x, y, self.key])
        self.leaves = leaves
        return float(loss), outputs

    def _build(self, x: Any, y: Any) -> Program:
        model, state = unflatten(self._structure, self.leaves)
        found = trace(self._update, model, state, x, y, self.key)
        return Program(found.inputs, found.outputs)

    def _update(self, model: Any, state: Any, x: Any, y: Any, key: Any) -> Any:
        drawn = FUNCTIONS["random.fold_in"](key, state["step"])
        both = value_and_grad(lambda m: self.objective(m, x, y, drawn), has_aux=True)
        (loss, (outputs, updated)), gradients = both(model)
        model, state = self.optimizer.update(updated, gradients, state)
        return model, state, loss, outputs


def plain(x: Any) -> Any:
    """Return the array of a tensor; arrays as they are."""
    return x.value if isinstance(x, Operators) else x


def as_model(structure: Any, model: Any) -> Any:
    """Return the model with its parameters as tensors again, where the first model had them."""
    first = structure.children[0].like
    if not hasattr(first, "load_state_dict"):
        return model
    return first.load_state_dict(model.state_dict())
