"""One step of training as one circuit: batch, loss, backward pass and update together.

The step is traced once for each shape of batch and compiled to a native loop, and so is the net's
evaluation; after that no Python of the model runs any more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import Code, compiled
from chainrule.compiler.steps import Steps
from chainrule.eager.transforms import value_and_grad
from chainrule.errors import UsageError
from chainrule.graph.gate import Operators
from chainrule.graph.leaks import check_leaks
from chainrule.graph.mode import using
from chainrule.graph.registry import FUNCTIONS
from chainrule.graph.trace import Trace, trace
from chainrule.graph.tree import flatten, paths, unflatten
from chainrule.nn.losses import l1, l2
from chainrule.nn.modes import apply
from chainrule.optim.options import Interval
from chainrule.optim.rule import Rule, parameters
from chainrule.optim.schedules import Plateau
from chainrule.train.record import Probes, Seen, Watch
from chainrule.train.watched import seen_update, watched_update

FACTOR = Interval("[0, inf)")
ROWS = 8192  # rows evaluated at a time: bounds the memory that a large table takes

Loss = Callable[[Any, Any], Any]
Pick = Callable[[Mapping[str, Seen], Any], Any]


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
        """Return (loss, model with its buffers brought up to date)."""
        outputs, updated = apply(model, x, key=key)
        total = self.loss(outputs, y)
        if self.l2:
            total = total + self.l2 * l2(model)
        if self.l1:
            total = total + self.l1 * l1(model)
        return total, updated


@dataclass
class Stepper:
    """Model and optimizer state between steps, as a flat list of arrays, and the step itself.

    The arrays are its own: steps overwrite them. Take a `snapshot` to keep a state.

    Attributes:
        objective, optimizer: what is made small, and by which rule.
        key: key of all random draws; step t uses ``fold_in(key, t)``.
        watch: what is measured on the way, or None.
        leaves: the arrays of the model, then those of the optimizer's state.
        probes: what was measured so far.
        masks: numbers of the buffers that held infinities from the start, as masks do.
    """

    objective: Objective
    optimizer: Rule
    key: Any
    watch: Watch | None = None
    leaves: list[Any] = field(default_factory=list)
    probes: Probes = field(default_factory=Probes)
    masks: frozenset[int] = frozenset()
    _structure: Any = None
    _codes: dict[Any, Code] = field(default_factory=dict)
    _measured: list[tuple[str, str]] = field(default_factory=list)
    _place_of_step: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.optimizer, Rule):
            found = getattr(self.optimizer, "__name__", type(self.optimizer).__name__)
            raise UsageError(
                f"an optimizer is an update rule, got {found}",
                hint="make one: cr.optim.Adam(rate=1e-3)",
            )
        self.key = np.asarray(self.key)

    def start(self, model: Any, state: Any = None) -> None:
        """Take up a model, and an optimizer state (a fresh one by default)."""
        state = self.optimizer.init(model) if state is None else state
        leaves, self._structure = flatten((model, state))
        self._place_of_step = self._n_of_model + paths(state).index("step")
        self.restore([plain(x) for x in leaves])
        self.masks = masks_in(model, self.model_leaves)

    def snapshot(self, into: list[Any] | None = None) -> list[Any]:
        """Return copies of all arrays; those of an older snapshot give their memory for it."""
        if into is None:
            return [x.copy() for x in self.leaves]
        for kept, x in zip(into, self.leaves, strict=True):
            np.copyto(kept, x)
        return into

    def restore(self, leaves: Iterable[Any]) -> None:
        """Go on from these arrays, which are copied."""
        self.leaves = [np.array(x, order="C") for x in leaves]

    def current(self) -> tuple[Any, Any]:
        """Return the model and the optimizer state as they are now."""
        model, state = unflatten(self._structure, self.snapshot())
        return as_model(self._structure, model), state

    def run(self, x: Any, y: Any, rows: Any) -> Any:
        """Make an update for each batch; return the losses before the updates.

        Args:
            x, y: all rows of inputs and targets.
            rows: (steps, batch), int64: the numbers of the rows that each update sees.
        """
        if not len(rows):
            return np.empty(0)
        x, y, rows = map(np.ascontiguousarray, (x, y, rows))
        made, losses = self.updates_made, []
        steps, measured = [], []
        for watching, first, last in self._stretches(made, len(rows)):
            loss, *others = self._advance(x, y, rows[first:last], watching)
            losses.append(loss)
            if watching:
                steps.append(np.arange(made + first + 1, made + last + 1))
                measured.append(others)
        if measured:
            arrays = [np.concatenate(parts) for parts in zip(*measured, strict=True)]
            self.probes.add(np.concatenate(steps), self._measured, arrays)
        return np.concatenate(losses)

    def _advance(self, x: Any, y: Any, rows: Any, watching: bool) -> list[Any]:
        """Make updates by one code; return the losses, and what was measured."""
        code = self._code(x, y, rows, watching)
        stacked = [np.empty((len(rows), *s), d) for s, d in code.shapes[len(self.leaves) :]]
        code.run([*self.leaves, x, y, rows, self.key], [*self.leaves, *stacked], len(rows))
        return stacked

    def rehearse(self, x: Any, y: Any, batch: int) -> None:
        """Raise what the model, or watching it, raises for so many rows; nothing is updated."""
        self._trace(x, y, np.zeros((1, batch), np.int64), watching=self.watch is not None)

    def executable(self, x: Any, y: Any, rows: Any) -> Code:
        """Return the code of updates on these kinds of arrays, without probes."""
        return self._code(x, y, rows, watching=False)

    @property
    def updates_made(self) -> int:
        """How many updates the model has had."""
        return int(self.leaves[self._place_of_step])

    def _stretches(self, made: int, count: int) -> Iterator[tuple[bool, int, int]]:
        """Yield whether probes are due, and from which to which batch that stays so."""
        every = self.watch.every if self.watch else 0
        if every <= 1:
            yield every == 1, 0, count
            return
        first = 0
        while first < count:
            late = (made + first) % every
            last = first + 1 if not late else min(first + every - late, count)
            yield not late, first, last
            first = last

    def outputs(self, x: Any) -> Any:
        """Return what the model as it is now gives for the rows `x`, in evaluation mode."""
        return in_parts(self._outputs, x)

    def change_rate(self, rate: float) -> None:
        """Give later updates another rate: a schedule ends, a `Plateau` goes on from it."""
        if isinstance(self.optimizer.rate, Plateau):
            model, state = unflatten(self._structure, self.leaves)
            plateau = {**state["plateau"], "rate": np.asarray(rate, np.float64)}
            leaves, self._structure = flatten((model, {**state, "plateau": plateau}))
            self.restore(leaves)
            return
        self.optimizer = replace(self.optimizer, rate=rate)
        self._codes.clear()  # the rate is a number in them

    def observe(self, loss: float) -> None:
        """Tell a rate that watches the loss, a `Plateau`, what an epoch came to."""
        if not isinstance(self.optimizer.rate, Plateau):
            return
        model, state = unflatten(self._structure, self.leaves)
        leaves, self._structure = flatten((model, self.optimizer.observe(state, loss)))
        self.restore(leaves)

    @property
    def parts(self) -> tuple[Any, Any]:
        """Model and optimizer state as they are now, made of arrays that steps overwrite."""
        model, state = unflatten(self._structure, self.leaves)
        return model, state

    @property
    def model_leaves(self) -> list[Any]:
        """The arrays of the model; steps overwrite them."""
        return self.leaves[: self._n_of_model]

    def is_finite(self) -> bool:
        """Return whether every number of the model is finite, masks left out."""
        leaves = self.model_leaves
        return all(bool(np.isfinite(x).all()) for i, x in enumerate(leaves) if i not in self.masks)

    @property
    def _n_of_model(self) -> int:
        """How many of the leaves are the model's; the optimizer's follow them."""
        return int(self._structure.children[0].n_leaves)

    def _outputs(self, x: Any) -> Any:
        kind = (x.shape, x.dtype)
        if kind not in self._codes:
            model, _ = unflatten(self._structure, self.leaves)
            found = trace(lambda m, rows: m(rows), model, x)
            self._codes[kind] = compiled(Circuit(found.inputs, found.outputs))
        return self._codes[kind]([*self.leaves[: self._n_of_model], np.ascontiguousarray(x)])[0]

    def _code(self, x: Any, y: Any, rows: Any, watching: bool) -> Code:
        """Return the code for these kinds of arrays."""
        kind = (x.shape, x.dtype, y.shape, y.dtype, rows.shape[1], watching)
        if kind not in self._codes:
            self._codes[kind] = self._build(x, y, rows, watching)
        return self._codes[kind]

    def _build(self, x: Any, y: Any, rows: Any, watching: bool) -> Code:
        found = self._trace(x, y, rows, watching)
        n = len(self.leaves)
        steps = Steps(
            updates={i: i for i in range(n)},
            sliced=frozenset({n + 2}),
            stacked=frozenset(range(n, len(found.outputs))),
            flushes=True,
        )
        return compiled(Circuit(found.inputs, found.outputs), steps)

    def measuring(self, x: Any, y: Any, rows: Any, pick: Pick) -> Code:
        """Return code that computes something about a step without making it.

        It takes the leaves, x, y, the numbers of the rows of one batch, and the key.

        Args:
            x, y, rows: what the step sees; only their kinds matter.
            pick: (gates by their names as `cr.names` has them, rate) -> the gates to compute.
        """

        def measured(model: Any, state: Any, x: Any, y: Any, rows: Any, key: Any) -> Any:
            loss = self.loss_of(x, y, rows, key, state["step"])
            seen = seen_update(loss, self.optimizer, model, state)[-1]
            return pick(seen, self.optimizer.rate_of(state))

        model, state = unflatten(self._structure, self.leaves)
        found = trace(measured, model, state, x, y, rows, self.key)
        return compiled(Circuit(found.inputs, found.outputs), Steps(flushes=True))

    @property
    def of_model(self) -> dict[str, Any]:
        """The model's arrays by their paths; steps overwrite them."""
        model, _ = self.parts
        return dict(zip(paths(model), self.model_leaves, strict=True))

    def _trace(self, x: Any, y: Any, rows: Any, watching: bool) -> Trace:
        model, state = unflatten(self._structure, self.leaves)
        update = self._watched_update if watching else self._update
        made: list[Any] = []
        with using(made=made):
            found = trace(update, model, state, x, y, rows[0], self.key)
        check_leaks(self.objective.loss, made, found, "the training step")
        return found

    def loss_of(self, x: Any, y: Any, rows: Any, key: Any, step: Any) -> Callable[[Any], Any]:
        """Return the function of the model that is made small in this step."""
        x, y = (FUNCTIONS["getitem"](whole, rows) for whole in (x, y))
        drawn = FUNCTIONS["random.fold_in"](key, step)
        return lambda model: self.objective(model, x, y, drawn)

    def _update(self, model: Any, state: Any, x: Any, y: Any, rows: Any, key: Any) -> Any:
        loss = self.loss_of(x, y, rows, key, state["step"])
        (value, updated), gradients = value_and_grad(loss, has_aux=True)(model)
        model, state = self.optimizer.update(updated, gradients, state)
        return model, state, value

    def _watched_update(self, model: Any, state: Any, x: Any, y: Any, rows: Any, key: Any) -> Any:
        assert self.watch is not None
        loss = self.loss_of(x, y, rows, key, state["step"])
        model, state, value, measured = watched_update(
            loss, self.optimizer, model, state, self.watch
        )
        self._measured = list(measured)
        return model, state, value, list(measured.values())


def masks_in(model: Any, leaves: list[Any]) -> frozenset[int]:
    """Return the numbers of the buffers that hold infinities, and no NaN."""
    trained = parameters(model)
    return frozenset(
        i
        for i, (path, x) in enumerate(zip(paths(model), leaves, strict=True))
        if path not in trained and np.isinf(x).any() and not np.isnan(x).any()
    )


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
