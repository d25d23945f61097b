"""One step of training as one circuit: loss, backward pass and update together.

The step is traced once for each shape of batch, and so is the net's evaluation; after that no
Python of the model runs any more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.eager.transforms import value_and_grad
from chainrule.errors import UsageError
from chainrule.graph.gate import Operators
from chainrule.graph.registry import FUNCTIONS
from chainrule.graph.run import Program
from chainrule.graph.trace import trace
from chainrule.graph.tree import flatten, unflatten
from chainrule.nn.losses import l1, l2
from chainrule.nn.modes import apply
from chainrule.optim.options import Interval
from chainrule.optim.rule import Rule
from chainrule.optim.schedules import Plateau

FACTOR = Interval("[0, inf)")
ROWS = 8192  # rows evaluated at a time: bounds the memory that a large table takes

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

    def __post_init__(self) -> None:
        for name in ("l2", "l1"):
            value = getattr(self, name)
            if value not in FACTOR:
                raise UsageError(f"{name} must be a number of at least 0, got {value!r}")

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

    def __post_init__(self) -> None:
        if not isinstance(self.optimizer, Rule):
            found = getattr(self.optimizer, "__name__", type(self.optimizer).__name__)
            raise UsageError(
                f"an optimizer is an update rule, got {found}",
                hint="make one: cr.optim.Adam(rate=1e-3)",
            )

    def start(self, model: Any, state: Any = None) -> None:
        """Take up a model, and an optimizer state (a fresh one by default)."""
        state = self.optimizer.init(model) if state is None else state
        leaves, self._structure = flatten((model, state))
        self.leaves = [np.asarray(plain(x)) for x in leaves]

    def current(self) -> tuple[Any, Any]:
        """Return the model and the optimizer state as they are now."""
        model, state = unflatten(self._structure, self.leaves)
        return as_model(self._structure, model), state

    def step(self, x: Any, y: Any) -> tuple[float, Any]:
        """Make one update from the rows `x` and targets `y`; return loss and outputs before it."""
        kind = (x.shape, x.dtype, y.shape, y.dtype)
        if kind not in self._programs:
            self._programs[kind] = self._build(x, y)
        *leaves, loss, outputs = self._programs[kind]([*self.leaves, x, y, self.key])
        self.leaves = leaves
        return float(loss), outputs

    def outputs(self, x: Any) -> Any:
        """Return what the model as it is now gives for the rows `x`, in evaluation mode."""
        return in_parts(self._outputs, x)

    def observe(self, loss: float) -> None:
        """Tell a rate that watches the loss, a `Plateau`, what an epoch came to."""
        if not isinstance(self.optimizer.rate, Plateau):
            return
        model, state = unflatten(self._structure, self.leaves)
        leaves, self._structure = flatten((model, self.optimizer.observe(state, loss)))
        self.leaves = [np.asarray(x) for x in leaves]

    def is_finite(self) -> bool:
        """Return whether every number of the model is finite."""
        return all(bool(np.isfinite(x).all()) for x in self.leaves[: self._n_of_model])

    @property
    def _n_of_model(self) -> int:
        """How many of the leaves are the model's; the optimizer's follow them."""
        return int(self._structure.children[0].n_leaves)

    def _outputs(self, x: Any) -> Any:
        kind = (x.shape, x.dtype)
        if kind not in self._programs:
            model, _ = unflatten(self._structure, self.leaves)
            found = trace(lambda m, rows: m(rows), model, x)
            self._programs[kind] = Program(found.inputs, found.outputs)
        return self._programs[kind]([*self.leaves[: self._n_of_model], x])[0]

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


def in_parts(model: Callable[[Any], Any], x: Any) -> Any:
    """Return the model's outputs for the rows `x`, at most `ROWS` of them at a time."""
    parts = [model(x[start : start + ROWS]) for start in range(0, max(len(x), 1), ROWS)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def plain(x: Any) -> Any:
    """Return the array of a tensor; arrays as they are."""
    return x.value if isinstance(x, Operators) else x


def as_model(structure: Any, model: Any) -> Any:
    """Return the model with its parameters as tensors again, where the first model had them."""
    first = structure.children[0].like
    if not hasattr(first, "load_state_dict"):
        return model
    return first.load_state_dict(model.state_dict())
