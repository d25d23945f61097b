"""What all update rules share: the state, the way from gradients to a new model, and clipping.

A rule is a pure function of one weight, `(weight, gradient, slots, step, rate) -> (weight, slots)`,
written in ops. Around it, `init` makes the state for a whole model and `update` applies the rule to
every parameter. A model is a module, or arrays in dicts, lists and tuples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.eager.tensor import Tensor
from chainrule.errors import GradientError, ShapeError, UsageError, nearest
from chainrule.graph.gate import Operators
from chainrule.graph.mode import using
from chainrule.graph.registry import ops
from chainrule.graph.tree import children, flatten, is_leaf, paths, unflatten
from chainrule.optim.clipping import clip_by_norm, clip_by_value
from chainrule.optim.options import Known, Limit, check
from chainrule.optim.schedules import Plateau, RateOption, rate_at

Slots = dict[str, Any]
State = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rule(Known):
    """An update rule: subclass it, add options, and define `slots` and `__call__`.

    Attributes:
        rate: how far to go along the rule's direction: a number above 0 or a schedule.
        clip_value: limit for each entry of the gradients, or None; applied first.
        clip_norm: limit for the norm of all gradients together, or None.
    """

    rate: RateOption = 0.01
    clip_value: Limit = None
    clip_norm: Limit = None

    def __post_init__(self) -> None:
        check(self)

    def slots(self, weight: Any) -> Slots:
        """Return what the rule remembers about one weight, before the first update."""
        return {}

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        """Return the weight and its slots after one update.

        Args:
            weight, gradient: arrays or gates of one shape and dtype.
            slots: what `slots` or the last call returned.
            step: the number of this update, from 1.
            rate: the rate of this update, float64.
        """
        raise NotImplementedError

    def init(self, model: Any) -> State:
        """Return the state before the first update: a pytree of arrays.

        `step` counts the updates made, `slots` holds what the rule remembers, by parameter path.
        """
        weights = {path: raw(leaf) for path, leaf in parameters(model).items()}
        state: State = {
            "step": np.array(0, np.int64),
            "slots": {path: self.slots(weight) for path, weight in weights.items()},
        }
        if isinstance(self.rate, Plateau):
            state["plateau"] = self.rate.init()
        return state

    def update(
        self, model: Any, grads: Any, state: Mapping[str, Any], *, rate: Any = None
    ) -> tuple[Any, State]:
        """Return the model and the state after one update; the old ones are not changed.

        Args:
            model: a module, or a pytree of arrays. Buffers stay as they are, and so does a
                parameter without gradient.
            grads: what `cr.grad` by the model returned, a dict of path -> array, or None for the
                gradients that `loss.backward()` has left in the parameters.
            state: what `init` or the last `update` returned.
            rate: overrides the rate of this update.

        Raises:
            GradientError: no parameter has a gradient.
            ShapeError: a gradient has another shape than its parameter.
            UsageError: a gradient or the state belongs to another model.
        """
        weights = parameters(model)
        gradients = self._clipped(matching(weights, grads, model))
        step = state["step"] + 1
        rate = self._rate(state) if rate is None else rate
        changed, slots = {}, dict(state["slots"])
        for path, g in gradients.items():
            if path not in slots:
                raise UsageError(f"the state was made for another model: no slots for {path!r}")
            old = weights[path]
            weight = old if isinstance(g, Operators) else raw(old)
            with using(scope=f"{path}@update"):
                new, slots[path] = self(weight, g, slots[path], step, rate)
            changed[path] = leaf_like(old, new)
            slots[path] = {name: settled(x) for name, x in slots[path].items()}
        return replaced(model, changed), {**state, "step": settled(step), "slots": slots}

    def observe(self, state: State, loss: float) -> State:
        """Return the state after a validation loss: only a `Plateau` rate looks at it."""
        if not isinstance(self.rate, Plateau):
            return state
        return {**state, "plateau": self.rate.observe(state["plateau"], loss)}

    def rate_of(self, state: Mapping[str, Any]) -> Any:
        """Return the rate that the next update will have, float64."""
        return self._rate(state)

    def _rate(self, state: Mapping[str, Any]) -> Any:
        if isinstance(self.rate, Plateau):
            return state["plateau"]["rate"]
        return rate_at(self.rate, state["step"])

    def _clipped(self, gradients: dict[str, Any]) -> dict[str, Any]:
        if self.clip_value is not None:
            gradients = clip_by_value(gradients, self.clip_value)
        if self.clip_norm is not None:
            gradients = clip_by_norm(gradients, self.clip_norm)
        return gradients


def parameters(model: Any, prefix: str = "") -> dict[str, Any]:
    """Return path -> leaf for what is trained: parameters of modules, floats elsewhere."""
    if hasattr(type(model), "named_parameters"):
        return {join(prefix, path): p for path, p in model.named_parameters()}
    if is_leaf(model):
        floating = isinstance(model, float) or getattr(model, "dtype", np.dtype(int)).kind == "f"
        return {prefix: model} if floating else {}
    found: dict[str, Any] = {}
    for name, child in children(model) or ():
        found.update(parameters(child, join(prefix, str(name))))
    return found


def matching(weights: Mapping[str, Any], grads: Any, model: Any) -> dict[str, Any]:
    """Return path -> gradient for the parameters that have one; check names and shapes."""
    if grads is None:
        given = {path: p.grad if isinstance(p, Tensor) else None for path, p in weights.items()}
    else:
        leaves, _ = flatten(grads)
        given = dict(zip(paths(grads), leaves, strict=True))
    unknown = set(given) - set(weights) - set(paths(model))
    if unknown:
        first = min(unknown)
        raise UsageError(f"no parameter is called {first!r}", hint=nearest(first, weights))
    found = {path: raw(given[path]) for path in weights if given.get(path) is not None}
    if not found:
        raise GradientError(
            "no parameter has a gradient",
            hint="call loss.backward() first, or pass what cr.grad returned",
        )
    return {path: _fitting(path, weights[path], g) for path, g in found.items()}


def _fitting(path: str, weight: Any, gradient: Any) -> Any:
    needed = tuple(np.shape(raw(weight)) if not isinstance(weight, Operators) else weight.shape)
    if tuple(gradient.shape) != needed:
        raise ShapeError(
            f"the gradient of {path} has shape {tuple(gradient.shape)}, the parameter {needed}"
        )
    kind = raw(weight).dtype
    return gradient if gradient.dtype == kind else ops.astype(gradient, kind.name)


def replaced(model: Any, changed: Mapping[str, Any]) -> Any:
    """Return the model with these leaves changed."""
    leaves, tree = flatten(model)
    new = [changed.get(path, leaf) for path, leaf in zip(paths(model), leaves, strict=True)]
    return unflatten(tree, new)


def raw(x: Any) -> Any:
    """Return the array of a parameter or a constant; gates with a history stay gates."""
    if isinstance(x, Tensor) and (x.op is None or not x.differentiable):
        return np.asarray(x.value)
    return x if isinstance(x, (Operators, np.ndarray)) else np.asarray(x)


def leaf_like(old: Any, new: Any) -> Any:
    """Return the new weight as a leaf of the kind that the old one is."""
    if isinstance(old, Tensor) and not isinstance(new, Operators):
        return Tensor(np.asarray(new), name=old.name)
    return settled(new)


def settled(x: Any) -> Any:
    """Return NumPy scalars as arrays, which is what states and models hold."""
    return np.asarray(x) if isinstance(x, (np.generic, float, int)) else x


def cast(x: Any, weight: Any) -> Any:
    """Return a float64 scalar in the weight's dtype: the one rounding it gets."""
    if isinstance(x, Operators):
        return x if x.dtype == weight.dtype else ops.astype(x, weight.dtype.name)
    return np.asarray(x, weight.dtype)


def join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix and name else prefix or name
