"""Schedules: the rate as a function of how many updates were made before.

A schedule is pure and written in ops: `schedule(step)` works on a number, and on a gate inside a
compiled step. It returns float64. `Plateau` is the exception: it looks at the validation loss, so
it keeps a state of its own, which the loop moves on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi
from typing import Annotated, Any

import numpy as np

from chainrule.graph.gate import Operators
from chainrule.graph.registry import ops
from chainrule.optim.options import (
    Count,
    Fraction,
    Interval,
    Known,
    NotNegative,
    Positive,
    Share,
    check,
)

Rate = float | Callable[[Any], Any]
RateOption = Annotated[Rate, Interval("(0, inf)")]
Factor = Annotated[float, Interval("(0, 1]")]


def real(step: Any) -> Any:
    """Return a step number, a rate or a gate as float64."""
    return ops.astype(step, "float64") if isinstance(step, Operators) else np.float64(step)


@dataclass(frozen=True, kw_only=True)
class Schedule(Known):
    """What all schedules share: their settings are checked when they are made."""

    def __post_init__(self) -> None:
        check(self)

    def __call__(self, step: Any) -> Any:
        """Return the rate after `step` updates, as float64."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Constant(Schedule):
    """The same rate throughout.

    >>> Constant(rate=0.1)(7).item()
    0.1
    """

    rate: Positive

    def __call__(self, step: Any) -> Any:
        return real(self.rate)


@dataclass(frozen=True, kw_only=True)
class StepDecay(Schedule):
    """Multiply the rate by `factor` after every `every` updates: ``rate factor^floor(t / every)``.

    >>> [StepDecay(rate=1.0, every=10, factor=0.5)(t).item() for t in (0, 9, 10, 25)]
    [1.0, 1.0, 0.5, 0.25]
    """

    rate: Positive
    every: Count
    factor: Factor = 0.1

    def __call__(self, step: Any) -> Any:
        return self.rate * self.factor ** ops.floor(real(step) / self.every)


@dataclass(frozen=True, kw_only=True)
class ExponentialDecay(Schedule):
    """Let the rate fall smoothly, as ``rate factor^(t / every)``.

    >>> ExponentialDecay(rate=1.0, factor=0.25, every=10)(5).item()
    0.5
    """

    rate: Positive
    factor: Factor
    every: Count = 1

    def __call__(self, step: Any) -> Any:
        return self.rate * self.factor ** (real(step) / self.every)


@dataclass(frozen=True, kw_only=True)
class InverseTime(Schedule):
    """Let the rate fall as 1/t: ``rate / (1 + t / half)``, a half of it after `half` updates.

    The sum of such rates has no bound while that of their squares has: what stochastic descent
    needs to converge.

    >>> InverseTime(rate=1.0, half=10)(30).item()
    0.25

    Source: Robbins, Monro (1951), A Stochastic Approximation Method.
    """

    rate: Positive
    half: Positive

    def __call__(self, step: Any) -> Any:
        return self.rate / (1 + real(step) / self.half)


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    """Go down half a wave from `rate` to `floor` in `steps` updates, and stay there.

        floor + (rate - floor) (1 + cos(pi min(t, steps) / steps)) / 2

    >>> [round(Cosine(rate=1.0, steps=10)(t).item(), 6) for t in (0, 5, 10, 99)]
    [1.0, 0.5, 0.0, 0.0]

    Source: Loshchilov, Hutter (2017), SGDR.
    """

    rate: Positive
    steps: Count
    floor: NotNegative = 0.0

    def __call__(self, step: Any) -> Any:
        share = ops.minimum(real(step), float(self.steps)) / self.steps
        return self.floor + (self.rate - self.floor) * (1 + ops.cos(pi * share)) / 2


@dataclass(frozen=True, kw_only=True)
class WarmUp(Schedule):
    """Rise evenly for `steps` updates, then follow another schedule, which starts at 0 there.

    Update t of the first `steps` has the rate ``then(0) (t + 1) / steps``.

    Args:
        steps: 1 or more.
        then: a rate or a schedule.

    >>> warm = WarmUp(steps=4, then=InverseTime(rate=1.0, half=10))
    >>> [warm(t).item() for t in (0, 1, 3, 4, 14)]
    [0.25, 0.5, 1.0, 1.0, 0.5]

    Source: Goyal et al. (2017), Accurate, Large Minibatch SGD.
    """

    steps: Count
    then: RateOption

    def __call__(self, step: Any) -> Any:
        t = real(step)
        rising = rate_at(self.then, 0) * (t + 1) / self.steps
        after = rate_at(self.then, ops.maximum(t - self.steps, 0.0))
        return ops.where(t < self.steps, rising, after)


@dataclass(frozen=True, kw_only=True)
class Plateau(Schedule):
    """Lower the rate when the validation loss has stopped falling.

    A loss counts as better when it is below ``best - threshold |best|``. After more than `patience`
    losses without a better one the rate is multiplied by `factor`, not below `floor`, and the count
    starts again. A loss that is not finite counts as not better.

    Its state is a dict of arrays: `rate`, `best`, `waited`. As the rate of an optimizer it is kept
    in the optimizer's state, and `optimizer.observe(state, loss)` moves it on; called with a step
    number it gives the rate it starts with.

    >>> plateau = Plateau(rate=1.0, factor=0.5, patience=1)
    >>> state = plateau.init()
    >>> rates = []
    >>> for loss in (3.0, 2.0, 2.0, 2.0, 2.0):
    ...     state = plateau.observe(state, loss)
    ...     rates.append(state["rate"].item())
    >>> rates
    [1.0, 1.0, 1.0, 0.5, 0.5]
    """

    rate: Positive
    factor: Fraction = 0.1
    patience: Annotated[int, Interval("[0, inf)")] = 10
    threshold: Share = 1e-4
    floor: NotNegative = 0.0

    def __call__(self, step: Any) -> Any:
        return real(self.rate)

    def init(self) -> dict[str, Any]:
        """Return the state before the first loss."""
        return {
            "rate": np.array(self.rate, np.float64),
            "best": np.array(np.inf),
            "waited": np.array(0, np.int64),
        }

    def observe(self, state: Mapping[str, Any], loss: float) -> dict[str, Any]:
        """Return the state after this validation loss."""
        rate, best, waited = float(state["rate"]), float(state["best"]), int(state["waited"])
        loss = float(loss)
        margin = self.threshold * abs(best) if np.isfinite(best) else 0.0
        if loss < best - margin:
            best, waited = loss, 0
        else:
            waited += 1
        if waited > self.patience:
            rate, waited = max(rate * self.factor, self.floor), 0
        return {
            "rate": np.array(rate, np.float64),
            "best": np.array(best, np.float64),
            "waited": np.array(waited, np.int64),
        }


def rate_at(rate: Rate, step: Any) -> Any:
    """Return a rate as float64: a number as it is, a schedule at this step."""
    return rate(step) if callable(rate) else real(rate)
